import type { CrmLead, LeadRef } from '../../src/domain/crm.ts';
import type { HubspotClient } from './client.ts';
import { readBatches } from './record-batches.ts';
import { readRecords, translated } from './record-page.ts';
import type { ObjectSource } from './source.ts';

/**
 * The leads as they stand now, in the order asked for; `null` where HubSpot has no such contact, or it cannot be read.
 *
 * An id that a merge has retired answers with the record that stands for it.
 */
export async function readLeads(
  client: HubspotClient,
  source: ObjectSource<'lead'>,
  leads: readonly LeadRef[],
  signal: AbortSignal,
): Promise<readonly (CrmLead | null)[]> {
  if (leads.length === 0) return [];
  const { object, properties } = source;
  const results = await readBatches(client, { object, properties, ids: leads.map(({ crmId }) => crmId) }, signal);
  const { records } = await translated(client, source, readRecords(results), signal);
  const byId = new Map(records.flatMap((lead) => [lead, ...lead.absorbed].map(({ crmId }) => [crmId, lead] as const)));
  for (const lead of records) byId.set(lead.crmId, lead); // a living record goes before the one that absorbed its id
  return leads.map(({ crmId }) => byId.get(crmId) ?? null);
}
