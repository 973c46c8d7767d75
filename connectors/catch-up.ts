import type { Page, SyncCursor } from '../src/domain/crm.ts';

/**
 * Pulls from a cursor to the present. A cursor from the middle of a window leads to the end of that window only, which may
 * be long ago: then the pull goes on from there, so that a run knows of all that was there when it began.
 *
 * @param isInside - Whether a cursor lies within a window.
 * @param pull - Pulls one window: the one that a cursor lies in, or else the next.
 */
export async function* caughtUp<T>(
  cursor: SyncCursor | null,
  isInside: (cursor: SyncCursor) => boolean,
  pull: (cursor: SyncCursor | null) => AsyncIterable<Page<T>>,
): AsyncGenerator<Page<T>> {
  let last = cursor;
  for await (const page of pull(cursor)) {
    last = page.cursor;
    yield page;
  }
  if (cursor !== null && last !== null && isInside(cursor)) yield* pull(last);
}
