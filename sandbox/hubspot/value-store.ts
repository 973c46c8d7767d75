import type { Fields } from './record.ts';

const LONGEST_SHARED = 40;
const MOST_SHARED = 10_000;

/**
 * Written values by record, in columns: a value costs one array cell, not an object.
 *
 * A million leads with nine score properties each stay within a few hundred megabytes that way.
 */
export class ValueStore {
  readonly #slots = new Map<number, number>();
  readonly #stampsMs: number[] = [];
  readonly #columns = new Map<string, (string | null | undefined)[]>();
  readonly #shared = new Map<string, string>();

  ids(): Iterable<number> {
    return this.#slots.keys();
  }

  has(id: number): boolean {
    return this.#slots.has(id);
  }

  /** The instant of the last write, `undefined` without one. */
  stampMs(id: number): number | undefined {
    const slot = this.#slots.get(id);
    return slot === undefined ? undefined : this.#stampsMs[slot];
  }

  set(id: number, values: Fields, atMs: number): void {
    const slot = this.#slots.get(id) ?? this.#slots.size;
    this.#slots.set(id, slot);
    this.#stampsMs[slot] = atMs;
    for (const [name, value] of Object.entries(values)) this.#column(name)[slot] = this.#sharedCopy(value);
  }

  /** Lays the written values over the given ones. */
  overlay(id: number, fields: Record<string, string | null>): void {
    const slot = this.#slots.get(id);
    if (slot === undefined) return;
    for (const [name, column] of this.#columns) {
      const value = column[slot];
      if (value !== undefined) fields[name] = value;
    }
  }

  /** Forgets the values; the slot stays, as the columns are addressed by it. */
  drop(id: number): void {
    const slot = this.#slots.get(id);
    if (slot === undefined) return;
    for (const column of this.#columns.values()) column[slot] = undefined;
  }

  #column(name: string): (string | null | undefined)[] {
    let column = this.#columns.get(name);
    if (!column) {
      column = [];
      this.#columns.set(name, column);
    }
    return column;
  }

  /** Bands, grades and model names repeat: every JSON body brings a fresh copy, one of which is enough. */
  #sharedCopy(value: string | null): string | null {
    if (value === null || value.length > LONGEST_SHARED) return value;
    const known = this.#shared.get(value);
    if (known !== undefined) return known;
    if (this.#shared.size < MOST_SHARED) this.#shared.set(value, value);
    return value;
  }
}
