import type { CrmWriter, LeadWrite, WriteOutcome } from '../domain/crm.ts';
import type { LeadScoringError } from '../errors.ts';

/** What writing back needs of the store. */
export interface WriteStore {
  /** Hands the next batch of planned writes to `send` and stores how they ended; `false` when none is left. */
  writeBatch(send: (writes: readonly LeadWrite[]) => Promise<readonly WriteOutcome[]>): Promise<boolean>;
}

/**
 * Sends the planned writes of a run, batch by batch, until none is left for this worker.
 *
 * @throws {LeadScoringError} when the connection as a whole cannot go on; the batch in hand stays planned.
 */
export async function writeBack(
  connector: Pick<CrmWriter, 'writeLeads'>,
  store: WriteStore,
  signal: AbortSignal,
): Promise<void> {
  const send = async (writes: readonly LeadWrite[]) => {
    const outcomes = await connector.writeLeads(writes, signal);
    const halting = outcomes.map(errorOf).find((error) => error !== null && error.recovery !== 'quarantine');
    if (halting !== undefined && halting !== null) throw halting;
    return outcomes;
  };
  while (await store.writeBatch(send)) signal.throwIfAborted();
}

const errorOf = (outcome: WriteOutcome): LeadScoringError | null => (outcome.ok ? null : outcome.error);
