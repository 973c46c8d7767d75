import { z } from 'zod';
import type { SalesforceClient } from './client.ts';
import { queryTogether, type Row } from './query.ts';
import { quoted } from './soql.ts';

/** Label and API name of the permission set that makes the score fields visible. */
export const PERMISSION_SET = 'Scorewire';

const Saved = z.looseObject({ id: z.string() });

/** Id of our permission set, `null` while there is none. */
export async function findPermissionSet(client: SalesforceClient, signal: AbortSignal): Promise<string | null> {
  const soql = `SELECT Id FROM PermissionSet WHERE Name = ${quoted(PERMISSION_SET)}`;
  const [row] = await queryTogether(client, [soql], signal);
  return row?.Id ?? null;
}

/**
 * Lets the running user see and edit fields: a field made through the API is visible to nobody, admins included
 * (design 5). Makes the permission set if there is none, and in it only what is missing.
 *
 * @param fields - Full names such as `Lead.Scorewire_Score__c`.
 * @throws {LeadScoringError} `CRM_SCOPE_MISSING` if the user may not manage permission sets.
 */
export async function grantFields(client: SalesforceClient, fields: readonly string[], signal: AbortSignal) {
  const create = (object: string, body: object) => created(client, object, body, signal);
  const setId =
    (await findPermissionSet(client, signal)) ??
    (await create('PermissionSet', { Name: PERMISSION_SET, Label: PERMISSION_SET }));
  const { userId } = await client.session();
  const held = await grantsOf(client, setId, userId, signal);

  // A set that does not let its holders read the object cannot let them read a field of it.
  for (const object of new Set(fields.map((field) => field.split('.')[0] ?? field))) {
    if (held.has(object)) continue;
    const rights = { PermissionsRead: true, PermissionsEdit: true };
    await create('ObjectPermissions', { ParentId: setId, SobjectType: object, ...rights });
  }
  for (const field of fields) {
    if (held.has(field)) continue;
    const rights = { PermissionsRead: true, PermissionsEdit: true };
    await create('FieldPermissions', { ParentId: setId, SobjectType: field.split('.')[0], Field: field, ...rights });
  }
  if (!held.has(userId)) {
    await create('PermissionSetAssignment', { AssigneeId: userId, PermissionSetId: setId });
  }
}

/** What the set grants already, and to whom: object names, full field names, and the user's id. */
async function grantsOf(client: SalesforceClient, setId: string, userId: string, signal: AbortSignal) {
  const parent = quoted(setId);
  const rows: Row[] = await queryTogether(
    client,
    [
      `SELECT Id, SobjectType FROM ObjectPermissions WHERE ParentId = ${parent}`,
      `SELECT Id, Field FROM FieldPermissions WHERE ParentId = ${parent} AND PermissionsEdit = true`,
      `SELECT Id, AssigneeId FROM PermissionSetAssignment WHERE PermissionSetId = ${parent} AND AssigneeId = ${quoted(userId)}`,
    ],
    signal,
  );
  return new Set(rows.map((row) => row.Field ?? row.SobjectType ?? (row.AssigneeId === undefined ? null : userId)));
}

async function created(client: SalesforceClient, object: string, body: object, signal: AbortSignal): Promise<string> {
  const call = { method: 'POST', path: `/sobjects/${object}`, body, operation: 'create' } as const;
  return (await client.send(call, Saved, signal)).body.id;
}
