import { z } from 'zod';
import type { Provisioned } from '../../src/domain/crm.ts';
import { leadObjects, type Mapping } from '../../src/domain/mapping.ts';
import { LeadScoringError } from '../../src/errors.ts';
import { isOfWantedType, type WantedField, wantedFields } from '../wanted-fields.ts';
import type { SalesforceClient } from './client.ts';
import { descriptionOf } from './describe.ts';
import type { Org } from './org.ts';
import { OBJECT_OF } from './people.ts';
import { findPermissionSet, grantFields, PERMISSION_SET } from './permissions.ts';
import { customFieldOf } from './score-field-types.ts';

/** Describe may show a new field some seconds late (design 5): waits before each further look, in milliseconds. */
const DESCRIBE_WAITS_MS = [500, 1_000, 2_000, 4_000, 8_000];

interface FieldToShow extends WantedField {
  readonly object: 'Lead' | 'Contact';
  readonly state: 'missing' | 'read-only' | 'ready';
}

/**
 * Creates the score fields that are missing on Lead and Contact, and lets the running user see and edit them.
 *
 * @throws {LeadScoringError} `CRM_FIELD_TYPE` naming each existing field of another type, before creating anything;
 *   `CRM_FIELD_MISSING` if the org takes the fields and still does not show them.
 */
export async function provision(
  { dryRun }: { readonly dryRun: boolean },
  { org, mapping, signal }: { readonly org: Org; readonly mapping: Mapping; readonly signal: AbortSignal },
): Promise<readonly Provisioned[]> {
  org.forget();
  const wanted = await fieldsToShow(org, mapping);
  const isReady = wanted.every(({ state }) => state === 'ready');
  const hasSet = (await findPermissionSet(org.client, signal)) !== null;
  const outcome = dryRun ? 'would create' : 'created';
  const provisioned: Provisioned[] = wanted.map((field) => ({
    name: fullName(field),
    outcome: field.state === 'missing' ? outcome : 'exists',
  }));
  if (hasSet || !isReady) {
    provisioned.push({ name: `permission set ${PERMISSION_SET}`, outcome: hasSet ? 'exists' : outcome });
  }
  if (dryRun || isReady) return provisioned;

  const present = new Set<string>();
  for (const field of wanted.filter(({ state }) => state === 'missing')) {
    if (!(await createField(org.client, field, signal))) present.add(fullName(field));
  }
  await grantFields(org.client, wanted.map(fullName), signal);
  await shown(org, mapping, signal);
  return provisioned.map((each) => (present.has(each.name) ? { ...each, outcome: 'exists' } : each));
}

function fullName({ object, field }: Pick<FieldToShow, 'object' | 'field'>): string {
  return `${object}.${field}`;
}

async function fieldsToShow(org: Org, mapping: Mapping): Promise<readonly FieldToShow[]> {
  const toShow: FieldToShow[] = [];
  const mistyped: string[] = [];
  for (const lead of leadObjects(mapping)) {
    const object = OBJECT_OF[lead];
    const fields = await org.fields(object);
    if (fields === null) throw new LeadScoringError('CRM_SCOPE_MISSING', `The object ${object} cannot be read`);
    for (const wanted of wantedFields(mapping, lead)) {
      const there = fields.get(wanted.field);
      const isOther = there !== undefined && !isOfWantedType(wanted, descriptionOf(there));
      if (isOther) mistyped.push(`${object}.${wanted.field} (${there.type})`);
      const state = there === undefined ? 'missing' : there.updateable ? 'ready' : 'read-only';
      toShow.push({ ...wanted, object, state });
    }
  }
  if (mistyped.length === 0) return toShow;
  throw new LeadScoringError('CRM_FIELD_TYPE', `Fields of another type stand in the way: ${mistyped.join(', ')}`);
}

const Created = z.looseObject({ id: z.string() });

/** @returns whether the field was created; false if it is there already and only hidden from us. */
async function createField(client: SalesforceClient, field: FieldToShow, signal: AbortSignal): Promise<boolean> {
  const body = { FullName: fullName(field), Metadata: customFieldOf(field) };
  // Repeating it is harmless: the second time the name is taken.
  const call = { method: 'POST', path: '/tooling/sobjects/CustomField', body, operation: 'idempotent' } as const;
  try {
    await client.send(call, Created, signal);
    return true;
  } catch (error) {
    if (error instanceof LeadScoringError && error.context.salesforceCode === 'DUPLICATE_DEVELOPER_NAME') return false;
    throw error;
  }
}

/** Waits until describe shows every field with its type and as editable. */
async function shown(org: Org, mapping: Mapping, signal: AbortSignal): Promise<void> {
  for (const waitMs of [0, ...DESCRIBE_WAITS_MS]) {
    await org.client.clock.sleep(waitMs, signal);
    org.forget();
    const hidden = (await fieldsToShow(org, mapping)).filter(({ state }) => state !== 'ready');
    if (hidden.length === 0) return;
    if (waitMs === DESCRIBE_WAITS_MS.at(-1)) {
      throw new LeadScoringError(
        'CRM_FIELD_MISSING',
        `Created, but not to be seen: ${hidden.map(fullName).join(', ')}`,
      );
    }
  }
}
