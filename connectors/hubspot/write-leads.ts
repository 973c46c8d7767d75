import type { LeadWrite, WriteOutcome } from '../../src/domain/crm.ts';
import { linesOf, type MappedLines } from '../../src/domain/mapped-lines.ts';
import { crmText } from '../../src/domain/mapped-value.ts';
import type { Mapping } from '../../src/domain/mapping.ts';
import { LeadScoringError } from '../../src/errors.ts';
import type { HubspotClient } from './client.ts';
import { PATHS } from './paths.ts';
import { type BatchInput, type BatchTarget, type InputResult, sendBatch } from './write-batch.ts';

/**
 * Sets values on contacts, 100 a call; one outcome per write, in order.
 *
 * Writes to one contact are sent one after the other (an empty lifecycle stage before the new one), since the order
 * within a batch is not promised.
 *
 * @throws {LeadScoringError} `CRM_FIELD_MISSING` if a property is gone, and all that is about the connection; what was
 *   written before stays, and writing it again is harmless.
 */
export async function writeLeads(
  client: HubspotClient,
  mapping: Mapping,
  writes: readonly LeadWrite[],
  signal: AbortSignal,
): Promise<readonly WriteOutcome[]> {
  const lines = linesOf(mapping, 'contact');
  const outcomes = new Map<LeadWrite, WriteOutcome>();
  for (const round of roundsOf(writes)) {
    const inputs = round.map((write) => inputOf(write, lines));
    const results = await settled(client, inputs, signal);
    for (const [index, write] of round.entries()) outcomes.set(write, outcomeOf(results[index]));
  }
  return writes.map((write) => outcomes.get(write) ?? outcomeOf(undefined));
}

/** Splits writes so that each contact is at most once in a round, its writes in order. */
function roundsOf(writes: readonly LeadWrite[]): LeadWrite[][] {
  const rounds: LeadWrite[][] = [];
  const seen = new Map<string, number>();
  for (const write of writes) {
    const round = seen.get(write.crmId) ?? 0;
    seen.set(write.crmId, round + 1);
    rounds[round] = [...(rounds[round] ?? []), write];
  }
  return rounds;
}

const TARGET: BatchTarget = {
  path: PATHS.batch('contacts', 'update'),
  operation: 'idempotent',
  isAnswer: (record, { id }) => record.id === id,
};

/** Sends the inputs, and once more on its own each input that the answer does not mention. */
async function settled(
  client: HubspotClient,
  inputs: readonly BatchInput[],
  signal: AbortSignal,
): Promise<readonly InputResult[]> {
  const results: InputResult[] = [];
  for (const [index, result] of (await sendBatch(client, TARGET, inputs, signal)).entries()) {
    const input = inputs[index]!; // one result per input
    const [settled] = result === undefined ? await sendBatch(client, TARGET, [input], signal) : [result];
    if (settled instanceof LeadScoringError && settled.recovery !== 'quarantine') throw settled;
    results.push(settled);
  }
  return results;
}

function inputOf({ crmId, scoreFields, lifecycleStage }: LeadWrite, { written, stageField }: MappedLines): BatchInput {
  const properties: Record<string, string> = {};
  for (const [name, value] of Object.entries(scoreFields)) {
    const line = written[name];
    if (line === undefined || value === undefined) continue; // planned before the mapping lost the line
    properties[line.field] = value === null ? '' : crmText(value, line); // an empty text clears
  }
  if (lifecycleStage !== undefined) {
    if (stageField === null) throw new LeadScoringError('MAPPING_INVALID', 'leads.contact has no lifecycle');
    properties[stageField] = lifecycleStage;
  }
  return { id: crmId, properties };
}

function outcomeOf(result: InputResult): WriteOutcome {
  if (result instanceof LeadScoringError) return { ok: false, error: result };
  if (result?.updatedAt !== undefined) return { ok: true, modifiedAt: result.updatedAt };
  return { ok: false, error: new LeadScoringError('CRM_PROTOCOL', 'HubSpot does not say how a write ended') };
}
