import { ApiError } from '../api-error.ts';
import type { RecordOf } from '../soql/record.ts';

/** Rows of a query that were not all sent yet: fixed when it ran; values are read page by page. */
interface Cursor {
  readonly rows: Uint32Array;
  readonly recordOf: RecordOf;
  readonly pageSize: number;
  readonly openedAt: Date;
}

/** One page, as it is answered. */
export interface QueryPage {
  readonly totalSize: number;
  readonly done: boolean;
  readonly nextRecordsUrl?: string;
  readonly records: readonly object[];
}

/** A locator lives two days. */
const LIFE_MS = 2 * 86_400_000;
/** The oldest locator dies when there are more. */
const MAX_CURSORS = 100;

/** The query locators of the org. */
export class CursorStore {
  readonly #cursors = new Map<string, Cursor>();
  readonly #now: () => Date;
  #opened = 0;

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** The first page; keeps the rest under a locator. */
  open(rows: readonly number[], recordOf: RecordOf, pageSize: number, basePath: string): QueryPage {
    if (rows.length <= pageSize) return { totalSize: rows.length, done: true, records: rows.map(recordOf) };
    this.#opened += 1;
    const locator = `0r8Sb${this.#opened.toString(36).toUpperCase().padStart(13, '0')}`;
    this.#cursors.set(locator, { rows: Uint32Array.from(rows), recordOf, pageSize, openedAt: this.#now() });
    if (this.#cursors.size > MAX_CURSORS) this.#cursors.delete(this.#cursors.keys().next().value!);
    return this.#page(locator, 0, basePath);
  }

  /** A later page, by `locator-offset`. @throws {ApiError} `INVALID_QUERY_LOCATOR` */
  page(place: string, basePath: string): QueryPage {
    const [, locator, offset] = /^(\w{18})-(\d+)$/.exec(place) ?? [];
    if (locator === undefined || !this.#isAlive(locator)) throw deadLocator();
    return this.#page(locator, Number(offset), basePath);
  }

  /** Ends every locator. */
  clear(): void {
    this.#cursors.clear();
  }

  #page(locator: string, offset: number, basePath: string): QueryPage {
    const { rows, recordOf, pageSize } = this.#cursors.get(locator)!;
    const end = Math.min(offset + pageSize, rows.length);
    if (offset >= rows.length) throw deadLocator();
    const records = Array.from(rows.subarray(offset, end), recordOf);
    if (end === rows.length) return { totalSize: rows.length, done: true, records };
    return { totalSize: rows.length, done: false, nextRecordsUrl: `${basePath}/query/${locator}-${end}`, records };
  }

  #isAlive(locator: string): boolean {
    const cursor = this.#cursors.get(locator);
    return cursor !== undefined && this.#now().getTime() - cursor.openedAt.getTime() < LIFE_MS;
  }
}

function deadLocator(): ApiError {
  return new ApiError(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator');
}
