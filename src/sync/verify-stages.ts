import type { CrmReader, LeadRef } from '../domain/crm.ts';

/** What reading back needs of the store. */
export interface VerifyStore {
  /** Hands written stage moves to `read` and stores what was found; how many there were, 0 at the end. */
  verifyBatch(size: number, read: (leads: readonly LeadRef[]) => Promise<readonly (string | null)[]>): Promise<number>;
}

/** Reads back every stage that a run moved: a CRM may accept a move and silently not make it. */
export async function verifyStages(
  connector: Pick<CrmReader, 'readLeads'>,
  store: VerifyStore,
  batchSize: number,
  signal: AbortSignal,
): Promise<void> {
  const read = async (leads: readonly LeadRef[]) => {
    const found = await connector.readLeads(leads, signal);
    return found.map((lead) => lead?.lifecycleStage ?? null);
  };
  while ((await store.verifyBatch(batchSize, read)) > 0) signal.throwIfAborted();
}
