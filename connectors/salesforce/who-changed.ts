import { z } from 'zod';
import type { LeadObject, LeadRef } from '../../src/domain/crm.ts';
import type { ChangerKind, FieldChange, OurField } from '../../src/domain/field-change.ts';
import { crmFieldOf, linesOf } from '../../src/domain/mapped-lines.ts';
import { leadObjects, type Mapping } from '../../src/domain/mapping.ts';
import { LeadScoringError } from '../../src/errors.ts';
import { changerKinds } from './changer-kinds.ts';
import { latestChanges, type TrackedChange } from './field-history.ts';
import type { Org } from './org.ts';
import { OBJECT_OF } from './people.ts';
import type { Row } from './query.ts';
import { keyOf } from './read-leads.ts';
import { retrieve } from './retrieve.ts';
import { crmValueOf, Instant } from './schemas.ts';

type Changes = Readonly<Partial<Record<OurField, FieldChange>>>;

interface Context {
  readonly org: Org;
  readonly mapping: Mapping;
  readonly signal: AbortSignal;
}

/**
 * Who set the values that leads hold in our fields: by LeadHistory and ContactHistory where the org tracks the field,
 * else by whoever changed the record last, whatever field that was (`knownOf` says which).
 */
export async function whoChanged(
  { leads, fields }: { readonly leads: readonly LeadRef[]; readonly fields: readonly OurField[] },
  context: Context,
): Promise<readonly (Changes | null)[]> {
  const found: Found[] = [];
  for (const object of leadObjects(context.mapping)) {
    const ids = leads.filter((lead) => lead.object === object).map(({ crmId }) => crmId);
    found.push(...(await foundOf(object, { ids: [...new Set(ids)], fields }, context)));
  }
  const kindOf = await kindsOf(found, context);
  const changes = new Map<string, Record<string, FieldChange>>();
  for (const { key, field, value, at, userId, knownOf } of found) {
    const change = { value, at, by: { kind: kindOf(userId), id: userId }, knownOf };
    changes.set(key, { ...changes.get(key), ...(field !== null && { [field]: change }) });
  }
  return leads.map((lead) => changes.get(keyOf(lead)) ?? null);
}

/** What is known of one field of one lead; without a field, that the lead is there. */
interface Found {
  readonly key: string;
  readonly field: OurField | null;
  readonly value: FieldChange['value'];
  readonly at: Date;
  readonly userId: string;
  readonly knownOf: FieldChange['knownOf'];
}

const Stamps = z.looseObject({ Id: z.string(), LastModifiedById: z.string(), LastModifiedDate: Instant });

async function foundOf(
  object: LeadObject,
  { ids, fields }: { readonly ids: readonly string[]; readonly fields: readonly OurField[] },
  { org, mapping, signal }: Context,
): Promise<readonly Found[]> {
  if (ids.length === 0) return [];
  const known = await org.fields(OBJECT_OF[object]);
  const lines = linesOf(mapping, object);
  const mapped = fields.flatMap((field) => {
    const name = crmFieldOf(lines, field);
    const described = name === undefined ? undefined : known?.get(name);
    return described === undefined ? [] : [{ field, name: described.name, type: described.type }];
  });
  const names = mapped.map(({ name }) => name);
  const asked = { object: OBJECT_OF[object], fields: ['Id', 'LastModifiedById', 'LastModifiedDate', ...names], ids };
  const rows = await retrieve(org.client, asked, signal);
  const tracked = await latestChanges(object, { ids, fields: names }, org, signal);
  return rows.flatMap((row) => {
    const { Id, LastModifiedById, LastModifiedDate } = stampsOf(row);
    const key = keyOf({ object, crmId: Id });
    const ofRecord = { key, at: LastModifiedDate, userId: LastModifiedById, knownOf: 'record' } as const;
    const ofFields = mapped.map(({ field, name, type }) => {
      const value = currentValue(row[name], type);
      const change = tracked.get(`${Id} ${name}`);
      if (change === undefined || !isOf(change, value, type)) return { ...ofRecord, field, value };
      return { key, field, value, at: change.CreatedDate, userId: change.CreatedById, knownOf: 'field' as const };
    });
    return [{ ...ofRecord, field: null, value: null }, ...ofFields];
  });
}

/** Kinds of all users who were found, the running user among them. */
async function kindsOf(found: readonly Found[], { org, signal }: Context): Promise<(userId: string) => ChangerKind> {
  if (found.length === 0) return () => 'unknown';
  const { userId: us } = await org.client.session();
  const isUs = (userId: string) => userId.slice(0, 15) === us.slice(0, 15); // an id has two forms
  const others = new Set(found.map(({ userId }) => userId).filter((userId) => !isUs(userId)));
  const kinds = await changerKinds(org.client, others, signal);
  return (userId) => (isUs(userId) ? 'us' : (kinds.get(userId) ?? 'unknown'));
}

function stampsOf(row: Row): z.infer<typeof Stamps> {
  const { success, data } = Stamps.safeParse(row);
  if (!success) throw new LeadScoringError('CRM_PROTOCOL', 'Salesforce told a record without its stamps');
  return data;
}

function currentValue(raw: unknown, type: string): FieldChange['value'] {
  const { value } = crmValueOf(raw, type);
  return typeof value === 'number' || value === null ? value : String(value);
}

/** Whether the history tells of the value that stands: a field that is tracked no longer has an old one. */
function isOf(change: TrackedChange, value: FieldChange['value'], type: string): boolean {
  return currentValue(change.NewValue, type) === value;
}
