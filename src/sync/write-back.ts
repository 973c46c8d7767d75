import type { CrmWriter, LeadWrite, WriteOutcome } from '../domain/crm.ts';
import type { LeadScoringError } from '../errors.ts';

/** What writing back needs of the store. */
export interface WriteStore {
  /** Hands planned writes to `send` and stores how they ended; how many there were, 0 at the end. */
  writeBatch(size: number, send: (writes: readonly LeadWrite[]) => Promise<readonly WriteOutcome[]>): Promise<number>;
}

/**
 * Sends the planned writes of a run, batch by batch, until none is left for this worker.
 *
 * @param batchSize - The CRM's own limit for one call.
 * @throws {LeadScoringError} when the connection as a whole cannot go on; the batch in hand stays planned.
 */
export async function writeBack(
  connector: Pick<CrmWriter, 'writeLeads'>,
  store: WriteStore,
  batchSize: number,
  signal: AbortSignal,
): Promise<void> {
  const send = async (writes: readonly LeadWrite[]) => {
    const outcomes = await connector.writeLeads(writes, signal);
    const halting = outcomes.map(errorOf).find((error) => error !== null && error.recovery !== 'quarantine');
    if (halting !== undefined && halting !== null) throw halting;
    return outcomes;
  };
  while ((await store.writeBatch(batchSize, send)) > 0) signal.throwIfAborted();
}

const errorOf = (outcome: WriteOutcome): LeadScoringError | null => (outcome.ok ? null : outcome.error);
