import type { CrmLead, LeadObject, LeadRef } from '../../src/domain/crm.ts';
import type { Mapping } from '../../src/domain/mapping.ts';
import { LeadScoringError } from '../../src/errors.ts';
import { abortable } from './abortable.ts';
import type { Org } from './org.ts';
import { leadObjects, OBJECT_OF, personFields, personReader } from './people.ts';
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
  const fields = await abortable(org.fields(OBJECT_OF[object]), signal);
  if (fields === null)
    throw new LeadScoringError('CRM_SCOPE_MISSING', `The object ${OBJECT_OF[object]} cannot be read`);
  const { required, optional } = personFields(object, mapping);
  const names = ['Id', 'SystemModstamp', ...required, ...optional].flatMap((name) => fields.get(name)?.name ?? []);
  const asked = { object: OBJECT_OF[object], fields: [...new Set(names)], ids };
  const rows = await retrieve(org.client, asked, signal);
  return rows.filter(({ IsDeleted }) => IsDeleted !== true).map(personReader(object, mapping, fields));
}
