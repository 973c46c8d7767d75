import type { CrmLead, CrmReader, LeadObject, LeadRef, Stream } from '../domain/crm.ts';
import type { Reconciled } from '../domain/reconciled.ts';
import { RecordDigest } from './record-digest.ts';

/** A record and its modification stamp. */
interface Stamped {
  readonly crmId: string;
  readonly modifiedAt: Date;
}

/** What reconciling needs of the store. */
export interface ReconcileStore {
  /** Begins a comparison of one object: every lead of ours counts as unseen. */
  begin(object: LeadObject): Promise<void>;
  /** Takes note of records that the CRM has; answers those we do not know, or hold in an older state. */
  compare(
    object: LeadObject,
    found: readonly Stamped[],
  ): Promise<{ readonly missed: readonly LeadRef[]; readonly stale: readonly LeadRef[] }>;
  storeLeads(stream: Stream<'lead'>, leads: readonly CrmLead[]): Promise<void>;
  /** Leads of ours that the CRM did not show, at most `limit`. */
  unseen(object: LeadObject, limit: number): Promise<readonly LeadRef[]>;
  markSeen(leads: readonly LeadRef[]): Promise<void>;
  markDeleted(leads: readonly LeadRef[]): Promise<void>;
  /** Our live leads of an object, in pages. */
  leads(object: LeadObject): AsyncIterable<readonly Stamped[]>;
  /** Keeps what was found, for people to see. */
  keep(streams: readonly Reconciled[]): Promise<void>;
}

/** What is compared, and how. */
export interface ReconcileSource extends Pick<CrmReader, 'streams' | 'scan' | 'readLeads'> {
  /** How many records a stream has, where the CRM counts them apart from its list; else `null`. */
  count(stream: Stream, signal: AbortSignal): Promise<number | null>;
}

const BATCH_SIZE = 100;

/**
 * Compares our leads with the CRM's by its list, not its search, and repairs what differs.
 *
 * Search indexes lag and lose records without a word; a list by id does not.
 * @returns one report for each stream of leads, kept in the store as well.
 */
export async function reconcile(
  source: ReconcileSource,
  store: ReconcileStore,
  signal: AbortSignal,
): Promise<readonly Reconciled[]> {
  const reports: Reconciled[] = [];
  for (const stream of source.streams.filter(isOfLeads)) {
    reports.push(await reconcileStream(source, store, stream, signal));
  }
  await store.keep(reports);
  return reports;
}

async function reconcileStream(
  source: ReconcileSource,
  store: ReconcileStore,
  stream: Stream<'lead'>,
  signal: AbortSignal,
): Promise<Reconciled> {
  const object: LeadObject = stream.name === 'leads' ? 'lead' : 'contact';
  const [theirs, ours] = [new RecordDigest(), new RecordDigest()];
  const found = { missed: 0, stale: 0, moved: 0, deleted: 0 };
  await store.begin(object);
  for await (const page of source.scan(stream, signal)) {
    for (const record of page) theirs.add(record);
    const { missed, stale } = await store.compare(object, page);
    found.missed += missed.length;
    found.stale += stale.length;
    const toRead = [...missed, ...stale];
    for (let from = 0; from < toRead.length; from += BATCH_SIZE) {
      const leads = await source.readLeads(toRead.slice(from, from + BATCH_SIZE), signal);
      await store.storeLeads(stream, leads.filter(isThere));
    }
  }
  await followUnseen({ source, store, stream, object, found }, signal);
  for await (const page of store.leads(object)) for (const record of page) ours.add(record);
  const counted = await source.count(stream, signal);
  const isEqual = theirs.count === ours.count && theirs.hex === ours.hex && (counted ?? ours.count) === ours.count;
  const hashes = { crmHash: theirs.hex, ourHash: ours.hex };
  return { stream: stream.name, counted, listed: theirs.count, ...found, ours: ours.count, ...hashes, isEqual };
}

/** What the list does not show was merged or converted, which reading it by id tells, or deleted. */
async function followUnseen(
  {
    source,
    store,
    stream,
    object,
    found,
  }: {
    readonly source: ReconcileSource;
    readonly store: ReconcileStore;
    readonly stream: Stream<'lead'>;
    readonly object: LeadObject;
    readonly found: { moved: number; deleted: number };
  },
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const unseen = await store.unseen(object, BATCH_SIZE);
    if (unseen.length === 0) return;
    const leads = await source.readLeads(unseen, signal);
    const there = leads.filter(isThere);
    await store.storeLeads(stream, there);
    await store.markSeen(unseen);
    const gone = unseen.filter((_, index) => (leads[index] ?? null) === null);
    await store.markDeleted(gone);
    found.moved += there.filter(({ movedTo }) => movedTo !== null).length;
    found.deleted += gone.length;
  }
}

const isThere = (lead: CrmLead | null): lead is CrmLead => lead !== null;

const isOfLeads = (stream: Stream): stream is Stream<'lead'> => stream.kind === 'lead';
