import type { CrmLead, CrmReader, LeadObject, LeadRef, Stream } from '../domain/crm.ts';

/** What reconciling needs of the store. */
export interface ReconcileStore {
  /** Begins a comparison of one stream: every lead of ours counts as unseen. */
  begin(object: LeadObject): Promise<void>;
  /** Takes note of ids that the CRM has; answers those we do not know, or hold in an older state. */
  compare(
    object: LeadObject,
    found: readonly { readonly crmId: string; readonly modifiedAt: Date }[],
  ): Promise<readonly LeadRef[]>;
  storeLeads(stream: Stream<'lead'>, leads: readonly CrmLead[]): Promise<void>;
  /** Leads of ours that the CRM did not show, at most `limit`. */
  unseen(object: LeadObject, limit: number): Promise<readonly LeadRef[]>;
  markDeleted(leads: readonly LeadRef[]): Promise<void>;
}

/** What a reconciliation found and repaired. */
export interface Reconciled {
  readonly compared: number;
  /** Leads that the pull had missed, or seen in an older state. */
  readonly repaired: number;
  /** Leads that the CRM no longer has. */
  readonly deleted: number;
}

const BATCH_SIZE = 100;

/**
 * Compares our leads with the CRM's by its list, not its search, and repairs what differs.
 *
 * Search indexes lag and lose records without a word; a list by id does not.
 */
export async function reconcile(
  connector: Pick<CrmReader, 'streams' | 'scan' | 'readLeads'>,
  store: ReconcileStore,
  signal: AbortSignal,
): Promise<Reconciled> {
  const counts = { compared: 0, repaired: 0, deleted: 0 };
  for (const stream of connector.streams.filter(isOfLeads)) {
    const object: LeadObject = stream.name === 'leads' ? 'lead' : 'contact';
    await store.begin(object);
    for await (const page of connector.scan(stream, signal)) {
      counts.compared += page.length;
      const stale = await store.compare(object, page);
      for (let from = 0; from < stale.length; from += BATCH_SIZE) {
        const leads = await connector.readLeads(stale.slice(from, from + BATCH_SIZE), signal);
        const present = leads.filter((lead) => lead !== null);
        await store.storeLeads(stream, present);
        counts.repaired += present.length;
      }
    }
    for (;;) {
      const unseen = await store.unseen(object, BATCH_SIZE);
      if (unseen.length === 0) break;
      await store.markDeleted(unseen);
      counts.deleted += unseen.length;
    }
  }
  return counts;
}

const isOfLeads = (stream: Stream): stream is Stream<'lead'> => stream.kind === 'lead';
