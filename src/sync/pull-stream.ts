import type { CrmReader, Page, RecordKind, RecordOf, Stream, SyncCursor } from '../domain/crm.ts';

/** What pulling needs of the store. */
export interface PullStore {
  checkpoint(stream: string): Promise<SyncCursor | null>;
  /** Stores the page, its counts and its cursor together. */
  storePage<K extends RecordKind>(stream: Stream<K>, page: Page<RecordOf[K]>): Promise<void>;
  finishStream(stream: string): Promise<void>;
}

/**
 * Pulls one stream from its checkpoint to its end.
 *
 * Delivery promise: at least once. A page and its cursor are stored in one transaction, so a crash repeats a page and
 * never skips one; storing a record again changes nothing.
 *
 * @throws {LeadScoringError} what the connector throws; the pages before it are stored, the next call goes on there.
 */
export async function pullStream(
  connector: Pick<CrmReader, 'pull'>,
  store: PullStore,
  stream: Stream,
  signal: AbortSignal,
): Promise<void> {
  const cursor = await store.checkpoint(stream.name);
  for await (const page of onePageAhead(connector.pull(stream, cursor, signal))) {
    signal.throwIfAborted();
    await store.storePage(stream, page);
  }
  await store.finishStream(stream.name);
}

/** Asks for the next page while the one before is being stored, so that neither the CRM nor the database waits. */
async function* onePageAhead<T>(pages: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = pages[Symbol.asyncIterator]();
  try {
    let next = iterator.next();
    for (;;) {
      const { done, value } = await next;
      if (done) return;
      next = iterator.next();
      next.catch(() => {}); // told by the next turn, if there is one
      yield value;
    }
  } finally {
    await iterator.return?.();
  }
}
