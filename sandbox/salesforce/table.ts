import { idOf } from './ids.ts';
import type { Journal } from './journal.ts';
import type { Sobject } from './schema/sobject.ts';
import { StampIndex } from './stamp-index.ts';
import { type Fields, instantText, type Value } from './value.ts';

/** The rows of an object that the world brings. They are computed at each reading and never kept. */
export interface WorldRows {
  /** Row numbers of the world lie below; rows made later are numbered from here. */
  readonly bound: number;
  readonly count: number;
  has(row: number): boolean;
  /** SystemModstamp, in seconds since 1970. */
  stampOf(row: number): number;
  fieldsOf(row: number): Fields;
  /** One value without computing the row; `undefined` where that is not possible. */
  quick(row: number, field: string): Value | undefined;
  /** Rows whose reference `field` names `id` in the world; `undefined` where all rows must be read. */
  rowsNaming(field: string, id: string): readonly number[] | undefined;
}

/** The rows of an object that has none in the world. */
export const NO_WORLD_ROWS: WorldRows = {
  bound: 0,
  count: 0,
  has: () => false,
  stampOf: () => 0,
  fieldsOf: () => ({}),
  quick: () => undefined,
  rowsNaming: () => [],
};

interface Overlay {
  stamp: number;
  readonly values: Fields;
}

/** References whose every change would be indexed for nothing: nobody asks for all rows of one owner. */
const UNINDEXED = new Set(['OwnerId', 'CreatedById', 'LastModifiedById']);

/** All rows of one object: those of the world, what was changed on them, and those made since. */
export class Table {
  readonly sobject: Sobject;
  readonly #world: WorldRows;
  readonly #overlays = new Map<number, Overlay>();
  readonly #links = new Map<string, Set<number>>();
  #next: number;
  #index: StampIndex | null = null;
  readonly #journal: Journal;
  #cached: { row: number; fields: Fields } = { row: -1, fields: {} };

  constructor(sobject: Sobject, journal: Journal, world: WorldRows = NO_WORLD_ROWS) {
    this.sobject = sobject;
    this.#journal = journal;
    this.#world = world;
    this.#next = world.bound;
  }

  /** How many rows there are, deleted ones included. */
  get count(): number {
    return this.#world.count + this.#next - this.#world.bound;
  }

  has(row: number): boolean {
    return row < this.#world.bound ? this.#world.has(row) : row < this.#next;
  }

  /** SystemModstamp, in seconds since 1970. */
  stampOf(row: number): number {
    return this.#overlays.get(row)?.stamp ?? this.#world.stampOf(row);
  }

  idOf(row: number): string {
    return idOf(this.sobject.name, row);
  }

  value(row: number, field: string): Value {
    if (field === 'Id') return this.idOf(row);
    if (field === 'SystemModstamp') return instantText(this.stampOf(row));
    const changed = this.#overlays.get(row)?.values[field];
    if (changed !== undefined) return changed;
    if (row >= this.#world.bound) return null;
    const quick = this.#world.quick(row, field);
    return quick !== undefined ? quick : (this.#worldFields(row)[field] ?? null);
  }

  /** The value as text; `null` when it is none. */
  text(row: number, field: string): string | null {
    const value = this.value(row, field);
    return typeof value === 'string' ? value : null;
  }

  isDeleted(row: number): boolean {
    return this.value(row, 'IsDeleted') === true;
  }

  /** Makes a row; `values` must be complete but for id and stamp. Returns its number. */
  insert(values: Fields, stamp: number): number {
    const row = this.#next;
    this.#next += 1;
    this.#put(row, values, stamp);
    this.#journal.note(() => {
      this.#overlays.delete(row);
      this.#next -= 1;
    });
    return row;
  }

  /** Changes values of a row and stamps it. */
  change(row: number, values: Fields, stamp: number): void {
    const overlay = this.#overlays.get(row);
    this.#journal.note(this.#restorer(row));
    this.#put(row, overlay === undefined ? values : Object.assign(overlay.values, values), stamp);
  }

  /** Row numbers in the order of ids. */
  *rows(): Generator<number> {
    for (let row = 0; row < this.#next; row++) if (this.has(row)) yield row;
  }

  /** Row numbers changed or made since the world began, in the order of ids. */
  editedRows(): readonly number[] {
    return [...this.#overlays.keys()].sort((a, b) => a - b);
  }

  /** Rows by (SystemModstamp, Id) with a stamp in [from, to] seconds. */
  rowsByStamp(from: number, to: number, direction: 'ascending' | 'descending' = 'ascending'): Generator<number> {
    return this.#stampIndex()[direction](from, to);
  }

  /** Rows that may name `id` in a reference field, ascending; `undefined` where all rows must be read. */
  rowsNaming(field: string, id: string): readonly number[] | undefined {
    if (UNINDEXED.has(field)) return undefined;
    const world = this.#world.rowsNaming(field, id);
    if (world === undefined) return undefined;
    return [...new Set([...world, ...(this.#links.get(`${field} ${id}`) ?? [])])].sort((a, b) => a - b);
  }

  /** Undoes the next change of a row. */
  #restorer(row: number): () => void {
    if (!this.#journal.isOpen) return () => {};
    const before = this.#overlays.get(row);
    if (before !== undefined) {
      const copy = { ...before.values };
      return () => this.#put(row, copy, before.stamp);
    }
    return () => {
      this.#overlays.delete(row);
      this.#index?.add(row, this.stampOf(row));
    };
  }

  #put(row: number, values: Fields, stamp: number): void {
    const before = this.#overlays.get(row)?.stamp;
    this.#overlays.set(row, { stamp, values });
    if (this.#index !== null && before !== stamp) {
      this.#index.add(row, stamp);
      this.#index.compact(this.#overlays.size);
    }
    for (const [field, value] of Object.entries(values)) {
      if (typeof value === 'string' && this.sobject.fields.get(field.toLowerCase())?.type === 'reference') {
        if (!UNINDEXED.has(field)) this.#link(field, value, row);
      }
    }
  }

  #link(field: string, id: string, row: number): void {
    const key = `${field} ${id}`;
    const rows = this.#links.get(key);
    if (rows === undefined) this.#links.set(key, new Set([row]));
    else rows.add(row);
  }

  #stampIndex(): StampIndex {
    this.#index ??= new StampIndex(this.rows(), this.count, (row) => this.stampOf(row));
    return this.#index;
  }

  #worldFields(row: number): Fields {
    if (this.#cached.row !== row) this.#cached = { row, fields: this.#world.fieldsOf(row) };
    return this.#cached.fields;
  }
}
