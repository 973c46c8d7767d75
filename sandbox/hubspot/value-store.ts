import type { Fields } from './record.ts';
import type { ValueSource } from './value-source.ts';

const LONGEST_SHARED = 40;
const MOST_SHARED = 10_000;
const MOST_EARLIER = 200_000;

/** When values were set (epoch milliseconds), and where they came from. */
export interface Write {
  readonly atMs: number;
  readonly source: ValueSource;
}

/** A value that a property has or had. */
export interface Version extends Write {
  readonly value: string | null;
}

interface Column {
  readonly values: (string | null | undefined)[];
  /** Places in the list of writes. */
  readonly writes: number[];
}

/**
 * Written values by record, in columns: a value costs two array cells, not an object.
 *
 * A million leads with nine score properties each stay within a few hundred megabytes that way. Of the values that
 * were replaced, the latest {@link MOST_EARLIER} properties are remembered.
 */
export class ValueStore {
  readonly #slots = new Map<number, number>();
  readonly #stampsMs: number[] = [];
  readonly #columns = new Map<string, Column>();
  readonly #shared = new Map<string, string>();
  readonly #writes: Write[] = [];
  readonly #earlier = new Map<string, Version[]>();

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

  set(id: number, values: Fields, write: Write): void {
    const slot = this.#slots.get(id) ?? this.#slots.size;
    this.#slots.set(id, slot);
    this.#stampsMs[slot] = write.atMs;
    const number = this.#numberOf(write);
    for (const [name, value] of Object.entries(values)) {
      const column = this.#column(name);
      const before = column.values[slot];
      if (before === value) continue; // the same value again is no new version
      if (before !== undefined) this.#remember(`${slot} ${name}`, before, this.#writes[column.writes[slot]!]!);
      column.values[slot] = this.#sharedCopy(value);
      column.writes[slot] = number;
    }
  }

  /** Lays the written values over the given ones. */
  overlay(id: number, fields: Record<string, string | null>): void {
    const slot = this.#slots.get(id);
    if (slot === undefined) return;
    for (const [name, { values }] of this.#columns) {
      const value = values[slot];
      if (value !== undefined) fields[name] = value;
    }
  }

  /** The values that were written to a property of a record, newest first. */
  versions(id: number, name: string): readonly Version[] {
    const slot = this.#slots.get(id);
    const column = this.#columns.get(name);
    const value = slot === undefined ? undefined : column?.values[slot];
    if (slot === undefined || column === undefined || value === undefined) return [];
    const latest = { value, ...this.#writes[column.writes[slot]!]! };
    return [latest, ...(this.#earlier.get(`${slot} ${name}`) ?? []).toReversed()];
  }

  /** Forgets the values; the slot stays, as the columns are addressed by it. */
  drop(id: number): void {
    const slot = this.#slots.get(id);
    if (slot === undefined) return;
    for (const { values } of this.#columns.values()) values[slot] = undefined;
  }

  #column(name: string): Column {
    const known = this.#columns.get(name);
    if (known) return known;
    const column = { values: [], writes: [] };
    this.#columns.set(name, column);
    return column;
  }

  /** All rows of a call share one entry. */
  #numberOf(write: Write): number {
    const last = this.#writes.at(-1);
    const isSame = last?.atMs === write.atMs && last.source.sourceId === write.source.sourceId;
    if (!isSame || last.source.sourceType !== write.source.sourceType) this.#writes.push(write);
    return this.#writes.length - 1;
  }

  #remember(key: string, value: string | null, write: Write): void {
    const versions = this.#earlier.get(key) ?? [];
    versions.push({ value, ...write });
    this.#earlier.set(key, versions);
    if (this.#earlier.size <= MOST_EARLIER) return;
    for (const [oldest] of this.#earlier.entries().take(1)) this.#earlier.delete(oldest);
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
