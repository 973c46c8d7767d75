import type { LeadWrite, WriteOutcome } from '../../src/domain/crm.ts';
import type { Mapping } from '../../src/domain/mapping.ts';
import type { ScoreField } from '../../src/domain/score-field.ts';
import { LeadScoringError } from '../../src/errors.ts';
import type { SalesforceClient } from './client.ts';
import { type CollectionRow, writeRows } from './collections.ts';
import { OBJECT_OF } from './people.ts';
import { keyOf } from './read-leads.ts';

/**
 * Sets values on leads, 200 a call, sorted by object and id so that neighbours are locked together.
 *
 * Two writes to one lead become one row (Salesforce refuses an id that stands twice in a call), later values winning.
 * `modifiedAt` of an outcome is the org's time just before the call: Salesforce does not tell the stamp it set.
 *
 * @returns one outcome per write, same order.
 * @throws {LeadScoringError} whatever is about the connection or the org's set-up, not about a record; what was
 *   written before stays, and writing it again is harmless.
 */
export async function writeLeads(
  writes: readonly LeadWrite[],
  {
    client,
    mapping,
    signal,
  }: { readonly client: SalesforceClient; readonly mapping: Mapping; readonly signal: AbortSignal },
): Promise<readonly WriteOutcome[]> {
  const byLead = new Map<string, CollectionRow>();
  for (const write of writes) byLead.set(keyOf(write), { ...byLead.get(keyOf(write)), ...rowOf(write, mapping) });
  const keys = [...byLead.keys()].sort();
  const rows = keys.map((key) => byLead.get(key)!); // the keys are the map's own
  const sent = await writeRows(client, { method: 'PATCH', operation: 'idempotent' }, rows, signal);
  const failure = sent.find((outcome) => !outcome.ok && outcome.error.recovery !== 'quarantine');
  if (failure?.ok === false) throw failure.error;
  const outcomes = new Map(keys.map((key, index) => [key, sent[index]!])); // writeRows answers one per row
  return writes.map((write) => {
    const outcome = outcomes.get(keyOf(write))!; // every write made or joined a row
    return outcome.ok ? { ok: true, modifiedAt: outcome.sentAfter } : { ok: false, error: outcome.error };
  });
}

function rowOf({ object, crmId, scoreFields, lifecycleStage }: LeadWrite, mapping: Mapping): CollectionRow {
  const row: Record<string, unknown> = { id: crmId };
  for (const [name, value] of Object.entries(scoreFields)) {
    row[mapping.scoreFields[name as ScoreField]] = value; // Object.entries forgets the keys
  }
  const lifecycle = mapping.leads[object]?.lifecycle;
  if (lifecycleStage !== undefined) {
    if (lifecycle === undefined) throw new LeadScoringError('MAPPING_INVALID', `leads.${object} has no lifecycle`);
    row[lifecycle.field] = lifecycleStage || null;
  }
  return { attributes: { type: OBJECT_OF[object] }, ...row };
}
