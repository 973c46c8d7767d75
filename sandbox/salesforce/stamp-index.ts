/** Sort keys are `(stamp − EPOCH) · 2²⁴ + row`: exact in a double from 2003 to 2036 and for 16 million rows. */
const EPOCH_S = 1_577_836_800;
const ROWS = 2 ** 24;

/** Tells the present stamp of a row in seconds, so that keys left behind by an edit are passed over. */
export type StampOf = (row: number) => number;

/**
 * Rows of one object in the order of (SystemModstamp, Id).
 *
 * Rows of the world stand in one sorted typed array that never changes. An edit adds a key to a second list; the
 * key it makes stale is left where it is, and recognised by {@link StampOf}.
 */
export class StampIndex {
  readonly #base: Float64Array;
  #edits: number[] = [];
  readonly #stampOf: StampOf;

  constructor(rows: Iterable<number>, count: number, stampOf: StampOf) {
    this.#stampOf = stampOf;
    this.#base = new Float64Array(count);
    let place = 0;
    for (const row of rows) this.#base[place++] = keyOf(stampOf(row), row);
    this.#base.sort();
  }

  /** Records that a row now bears this stamp. */
  add(row: number, stamp: number): void {
    const key = keyOf(stamp, row);
    const last = this.#edits.at(-1);
    if (last === undefined || last < key) this.#edits.push(key);
    else {
      const place = lowerBound(this.#edits, key);
      if (this.#edits[place] !== key) this.#edits.splice(place, 0, key);
    }
  }

  /** Drops stale keys; worth its time once the edits outnumber the edited rows. */
  compact(editedRows: number): void {
    if (this.#edits.length < 2 * editedRows + 10_000) return;
    this.#edits = this.#edits.filter((key) => this.#isCurrent(key));
  }

  /** Rows whose stamp lies in [from, to], in seconds, oldest first; `Infinity` is allowed. */
  *ascending(from: number, to: number): Generator<number> {
    let base = from === -Infinity ? 0 : lowerBound(this.#base, keyOf(from, 0));
    let edit = from === -Infinity ? 0 : lowerBound(this.#edits, keyOf(from, 0));
    const end = to === Infinity ? Infinity : keyOf(to + 1, 0);
    let previous = Number.NaN;
    for (;;) {
      const one = this.#base[base] ?? Infinity;
      const other = this.#edits[edit] ?? Infinity;
      const key = Math.min(one, other);
      if (key >= end || key === Infinity) return;
      if (one === key) base += 1;
      if (other === key) edit += 1;
      if (key === previous || !this.#isCurrent(key)) continue;
      previous = key;
      yield rowOf(key);
    }
  }

  /** As {@link ascending}, newest first. */
  *descending(from: number, to: number): Generator<number> {
    const end = to === Infinity ? Infinity : keyOf(to + 1, 0);
    let base = lowerBound(this.#base, end) - 1;
    let edit = lowerBound(this.#edits, end) - 1;
    const start = from === -Infinity ? -Infinity : keyOf(from, 0);
    let previous = Number.NaN;
    for (;;) {
      const one = this.#base[base] ?? -Infinity;
      const other = this.#edits[edit] ?? -Infinity;
      const key = Math.max(one, other);
      if (key < start || key === -Infinity) return;
      if (one === key) base -= 1;
      if (other === key) edit -= 1;
      if (key === previous || !this.#isCurrent(key)) continue;
      previous = key;
      yield rowOf(key);
    }
  }

  #isCurrent(key: number): boolean {
    return keyOf(this.#stampOf(rowOf(key)), rowOf(key)) === key;
  }
}

function keyOf(stamp: number, row: number): number {
  return (stamp - EPOCH_S) * ROWS + row;
}

function rowOf(key: number): number {
  return key - Math.floor(key / ROWS) * ROWS;
}

/** First place whose key is not below `key`. */
function lowerBound(keys: ArrayLike<number>, key: number): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
