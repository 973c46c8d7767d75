import type { CrmLead, CrmReader, LeadRef } from '../domain/crm.ts';

/** What checking an approved plan needs of the store. */
export interface PlanCheckStore {
  /** Hands the leads of the next unchecked batch to `read` and takes out those that moved; `false` when none is left. */
  checkBatch(read: (leads: readonly LeadRef[]) => Promise<readonly (CrmLead | null)[]>): Promise<boolean>;
}

/**
 * Compares an approved plan with the CRM, so that nothing is written on values that somebody has changed since.
 *
 * @throws {LeadScoringError} what the connector throws; the batch in hand stays unchecked.
 */
export async function checkPlan(
  connector: Pick<CrmReader, 'readLeads'>,
  store: PlanCheckStore,
  signal: AbortSignal,
): Promise<void> {
  while (await store.checkBatch((leads) => connector.readLeads(leads, signal))) signal.throwIfAborted();
}
