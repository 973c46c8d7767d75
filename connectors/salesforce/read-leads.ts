import { z } from 'zod';
import type { CrmLead, LeadObject, LeadRef } from '../../src/domain/crm.ts';
import type { Mapping } from '../../src/domain/mapping.ts';
import { LeadScoringError } from '../../src/errors.ts';
import { abortable } from './abortable.ts';
import type { Org } from './org.ts';
import { leadObjects, OBJECT_OF, personFields, personReader } from './people.ts';
import { Row } from './query.ts';
import { chunks } from './soql.ts';

/** Most ids that one retrieve takes (design 2.2). */
const IDS_PER_RETRIEVE = 2_000;

const Retrieved = z.array(Row.nullable());

/** The leads as they stand now, by id and not by query; `null` where deleted, merged away or out of our sight. */
export async function readLeads(
  leads: readonly LeadRef[],
  { org, mapping, signal }: { readonly org: Org; readonly mapping: Mapping; readonly signal: AbortSignal },
): Promise<readonly (CrmLead | null)[]> {
  const found = new Map<string, CrmLead>();
  for (const object of leadObjects(mapping)) {
    const ids = [...new Set(leads.filter((lead) => lead.object === object).map(({ crmId }) => crmId))];
    for await (const lead of retrieved(object, ids, { org, mapping, signal })) found.set(keyOf(lead), lead);
  }
  return leads.map((lead) => found.get(keyOf(lead)) ?? null);
}

function keyOf({ object, crmId }: LeadRef): string {
  return `${object} ${crmId}`;
}

async function* retrieved(
  object: LeadObject,
  ids: readonly string[],
  { org, mapping, signal }: { readonly org: Org; readonly mapping: Mapping; readonly signal: AbortSignal },
): AsyncGenerator<CrmLead> {
  if (ids.length === 0) return;
  const fields = await abortable(org.fields(OBJECT_OF[object]), signal);
  if (fields === null)
    throw new LeadScoringError('CRM_SCOPE_MISSING', `The object ${OBJECT_OF[object]} cannot be read`);
  const { required, optional } = personFields(object, mapping);
  const names = ['Id', 'SystemModstamp', ...required, ...optional].flatMap((name) => fields.get(name)?.name ?? []);
  const read = personReader(object, mapping, fields);
  for (const some of chunks(ids, IDS_PER_RETRIEVE)) {
    const body = { ids: some, fields: [...new Set(names)] };
    const path = `/composite/sobjects/${OBJECT_OF[object]}`;
    const answer = await org.client.send({ method: 'POST', path, body, operation: 'read' }, Retrieved, signal);
    for (const row of answer.body) {
      if (row !== null && row.IsDeleted !== true) yield read(row);
    }
  }
}
