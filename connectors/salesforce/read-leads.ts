import type { CrmLead, LeadObject, LeadRef } from '../../src/domain/crm.ts';
import { linesOf } from '../../src/domain/mapped-lines.ts';
import { leadObjects, type Mapping } from '../../src/domain/mapping.ts';
import { LeadScoringError } from '../../src/errors.ts';
import { abortable } from './abortable.ts';
import type { Fields, Org, SalesforceObject } from './org.ts';
import { OBJECT_OF, personFields, personReader } from './people.ts';
import type { Row } from './query.ts';
import { retrieve } from './retrieve.ts';

/** The leads as they stand now, by id and not by query; `null` where deleted, merged away or out of our sight. */
export async function readLeads(
  leads: readonly LeadRef[],
  { org, mapping, signal }: { readonly org: Org; readonly mapping: Mapping; readonly signal: AbortSignal },
): Promise<readonly (CrmLead | null)[]> {
  const found = new Map<string, CrmLead>();
  for (const object of leadObjects(mapping)) {
    const ids = [...new Set(leads.filter((lead) => lead.object === object).map(({ crmId }) => crmId))];
    for (const lead of await read(object, ids, { org, mapping, signal })) found.set(keyOf(lead), lead);
  }
  return leads.map((lead) => found.get(keyOf(lead)) ?? null);
}

/** A text that names one lead. */
export function keyOf({ object, crmId }: LeadRef): string {
  return `${object} ${crmId}`;
}

async function read(
  object: LeadObject,
  ids: readonly string[],
  { org, mapping, signal }: { readonly org: Org; readonly mapping: Mapping; readonly signal: AbortSignal },
): Promise<readonly CrmLead[]> {
  if (ids.length === 0) return [];
  const lines = linesOf(mapping, object);
  const { required, optional } = personFields(object, lines);
  const asked = { object: OBJECT_OF[object], ids, names: ['SystemModstamp', ...required, ...optional] };
  const { rows, fields } = await retrievedRows(org, asked, signal);
  return rows.filter(({ IsDeleted }) => IsDeleted !== true).map(personReader(object, lines, fields));
}

/** What to retrieve: fields of some records of one object. A field that is not there is not asked for. */
interface Asked {
  readonly object: SalesforceObject;
  readonly ids: readonly string[];
  readonly names: readonly string[];
}

/** Rows by id, in no order; none for a record that is not there, or that spoils its call. */
export async function retrievedRows(
  org: Org,
  { object, ids, names }: Asked,
  signal: AbortSignal,
): Promise<{ readonly rows: readonly Row[]; readonly fields: Fields }> {
  const fields = await abortable(org.fields(object), signal);
  if (fields === null) throw new LeadScoringError('CRM_SCOPE_MISSING', `The object ${object} cannot be read`);
  const known = new Set(['Id', ...names].flatMap((name) => fields.get(name)?.name ?? []));
  return { rows: await retrieve(org.client, { object, fields: [...known], ids }, signal), fields };
}
