import { z } from 'zod';
import type { SyncCursor } from '../../src/domain/crm.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';

const EpochMs = z.number().int();

/** Somewhere in the list of everything. */
const ListPlace = z.object({
  at: z.literal('list'),
  /** HubSpot's token of the next page, `null` for the first. */
  after: z.string().nullable(),
  /** When the list began, by HubSpot's clock: changes since then are the first window's. */
  begunAtMs: EpochMs,
});

/** Everything before `fromMs` is pulled; inside an open window, also all up to an id (or a page of a part). */
const WindowPlace = z.object({
  at: z.literal('window'),
  fromMs: EpochMs,
  /** End of the window being walked, `null` between windows. */
  toMs: EpochMs.nullable().default(null),
  /** Objects: the last id served. */
  afterId: z.string().nullable().default(null),
  /** Events and form submissions: the type or form being read, and the page within. */
  part: z.string().nullable().default(null),
  after: z.string().nullable().default(null),
});

/** Where a pull stands. Later fields get defaults, so that every stored cursor loads for ever. */
const Place = z.discriminatedUnion('at', [ListPlace, WindowPlace]);
export type Place = z.infer<typeof Place>;
export type ListPlace = z.infer<typeof ListPlace>;
export type WindowPlace = z.infer<typeof WindowPlace>;

/** Reads a stored cursor; `null` for the beginning of everything. */
export function placeOf(cursor: SyncCursor | null): Place | null {
  return cursor === null ? null : decodeCursor(cursor, Place);
}

/** Whether a cursor lies within a list or a window that is not drained. */
export function isInside(cursor: SyncCursor): boolean {
  const place = placeOf(cursor);
  return place?.at === 'list' || (place?.at === 'window' && place.toMs !== null);
}

/** The cursor that leads back to a place. */
export function cursorAt(place: Place): SyncCursor {
  return encodeCursor(place);
}

/** The place between two windows: everything before an instant is pulled. */
export function pulledUntil(fromMs: number): WindowPlace {
  return { at: 'window', fromMs, toMs: null, afterId: null, part: null, after: null };
}
