import type { RemoveOutcome } from '../../src/domain/crm.ts';
import type { SalesforceClient } from './client.ts';
import { deleteRows, type RowOutcome } from './collections.ts';

/**
 * Deletes tasks, 200 a call; they lie in the recycle bin for 15 days.
 *
 * @throws {LeadScoringError} whatever is about the connection or our rights, not about a task; what was removed before
 *   stays removed, and removing it again is harmless.
 */
export async function removeTasks(
  client: SalesforceClient,
  taskIds: readonly string[],
  signal: AbortSignal,
): Promise<readonly RemoveOutcome[]> {
  const distinct = [...new Set(taskIds)];
  const sent = await deleteRows(client, distinct, signal);
  const halting = sent.find((outcome) => !outcome.ok && outcome.error.recovery !== 'quarantine');
  if (halting?.ok === false) throw halting.error;
  const outcomes = new Map(distinct.map((id, index) => [id, removalOf(sent[index]!)])); // one per id
  return taskIds.map((id) => outcomes.get(id)!); // every id is among the distinct ones
}

/** A row that is gone is told of by its own error, with a code of its row and not of the call. */
function removalOf(outcome: RowOutcome): RemoveOutcome {
  if (outcome.ok) return { ok: true };
  const { error } = outcome;
  const isGone = error.code === 'CRM_RECORD_GONE' && error.context.status === undefined;
  return isGone ? { ok: true } : { ok: false, error };
}
