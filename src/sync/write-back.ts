import type { LeadWrite, WriteOutcome } from '../domain/crm.ts';
import type { LeadScoringError } from '../errors.ts';

/** A write as it was planned. */
export interface PlannedWrite extends LeadWrite {
  /** Lifecycle stage that the lead had when it was planned. */
  readonly stageBefore: string | null;
}

/** Sets values on leads; one outcome per write, same order. A connector's `writeLeads` is one. */
export type WriteLeads = (writes: readonly PlannedWrite[], signal: AbortSignal) => Promise<readonly WriteOutcome[]>;

/** What writing back needs of the store. */
export interface WriteStore {
  /** Hands the next batch of planned writes to `send` and stores how they ended; `false` when none is left. */
  writeBatch(send: (writes: readonly PlannedWrite[]) => Promise<readonly WriteOutcome[]>): Promise<boolean>;
}

/**
 * Sends the planned writes of a run, batch by batch, until none is left for this worker.
 *
 * @throws {LeadScoringError} when the connection as a whole cannot go on; the batch in hand stays planned.
 */
export async function writeBack(writeLeads: WriteLeads, store: WriteStore, signal: AbortSignal): Promise<void> {
  const send = async (writes: readonly PlannedWrite[]) => {
    const outcomes = await writeLeads(writes, signal);
    const halting = outcomes.map(errorOf).find((error) => error !== null && error.recovery !== 'quarantine');
    if (halting !== undefined && halting !== null) throw halting;
    return outcomes;
  };
  while (await store.writeBatch(send)) signal.throwIfAborted();
}

const errorOf = (outcome: WriteOutcome): LeadScoringError | null => (outcome.ok ? null : outcome.error);
