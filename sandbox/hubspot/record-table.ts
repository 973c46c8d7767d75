import type { SandboxClock } from '../clock.ts';
import { ChangeLog } from './change-log.ts';
import { OBJECT_TYPES, type ObjectType } from './object-types.ts';
import { type BaseRecords, type Fields, type HubspotRecord, isoOf } from './record.ts';
import { type ValueSource, WORLD_SOURCE } from './value-source.ts';
import { ValueStore, type Version, type Write } from './value-store.ts';

/**
 * All records of one CRM object: the world's, and over them what was written, created and deleted.
 *
 * Only what differs from the world is kept, so that a million untouched records cost nothing.
 */
export class RecordTable {
  readonly type: ObjectType;
  readonly #base: BaseRecords;
  readonly #clock: SandboxClock;
  readonly #written = new ValueStore();
  readonly #createdMs = new Map<number, number>();
  readonly #archivedMs = new Map<number, number>();
  readonly #gone = new Set<number>();
  readonly #log: ChangeLog;
  #nextId: number;
  #version = 0;

  constructor(type: ObjectType, base: BaseRecords, clock: SandboxClock, searchLagMs: number) {
    this.type = type;
    this.#base = base;
    this.#clock = clock;
    this.#log = new ChangeLog(clock, searchLagMs);
    this.#nextId = base.endId;
  }

  /** Whether the record can be read, in the recycling bin or out of it. */
  has(id: number): boolean {
    return !this.#gone.has(id) && (this.#createdMs.has(id) || this.#base.has(id));
  }

  isLive(id: number): boolean {
    return this.has(id) && !this.#archivedMs.has(id);
  }

  /** The record as it stands, stamps included among the fields; `null` if there is none. */
  read(id: number): HubspotRecord | null {
    if (!this.has(id)) return null;
    const createdMs = this.#createdMs.get(id) ?? this.#base.createdMs(id);
    const modifiedMs = this.modifiedMs(id);
    const { created, modified } = OBJECT_TYPES[this.type];
    const fields: Record<string, string | null> = this.#base.has(id) ? { ...this.#base.fields(id) } : {};
    this.#written.overlay(id, fields);
    fields[created] = isoOf(createdMs);
    fields[modified] = isoOf(modifiedMs);
    fields.hs_object_id = String(id);
    return { id, fields, createdMs, modifiedMs, archivedMs: this.#archivedMs.get(id) ?? null };
  }

  modifiedMs(id: number): number {
    return this.#written.stampMs(id) ?? this.#createdMs.get(id) ?? this.#base.modifiedMs(id);
  }

  /** Live ids (or those in the recycling bin) from `fromId` on, ascending. */
  *ids(fromId: number, isArchived = false): Iterable<number> {
    if (isArchived) {
      yield* [...this.#archivedMs.keys()].filter((id) => id >= fromId && this.has(id)).sort((a, b) => a - b);
      return;
    }
    for (const id of this.#base.ids(fromId, Number.NEGATIVE_INFINITY)) if (this.isLive(id)) yield id;
    // What the API created stands above the world's range; what the world got since was listed above.
    for (const id of this.#createdMs.keys()) if (id >= Math.max(fromId, this.#base.endId) && this.isLive(id)) yield id;
  }

  /** Ids that search could find, in no order; those unmodified since `sinceMs` may be missing. */
  *candidates(sinceMs: number): Iterable<number> {
    for (const id of this.#base.ids(0, sinceMs)) if (!this.#written.has(id)) yield id;
    yield* this.#written.ids();
  }

  /** Changes with every write; two equal numbers mean that nothing was written in between. */
  get version(): number {
    return this.#version;
  }

  /** Whether search has seen everything. */
  get isSettled(): boolean {
    return this.#log.isEmpty;
  }

  /** The stamp that search knows, `null` where search does not know the record. */
  indexedMs(id: number): number | null {
    const before = this.#log.before(id);
    if (before) return before.isLive ? before.modifiedMs : null;
    return this.isLive(id) ? this.modifiedMs(id) : null;
  }

  /** The record as search knows it. */
  indexed(id: number): HubspotRecord | null {
    const modifiedMs = this.indexedMs(id);
    const record = modifiedMs === null ? null : this.read(id);
    if (!record || modifiedMs === null) return null;
    const fields = { ...record.fields, ...this.#log.before(id)?.fields };
    fields[OBJECT_TYPES[this.type].modified] = isoOf(modifiedMs);
    return { ...record, fields, modifiedMs };
  }

  /** The values that a property has had, newest first, those of the world included. */
  history(id: number, name: string): readonly Version[] {
    const versions = this.#written.versions(id, name);
    const first = this.#base.has(id) ? (this.#base.fields(id)[name] ?? null) : null;
    if (first === null) return versions;
    return [...versions, { value: first, atMs: this.#base.createdMs(id), source: WORLD_SOURCE }];
  }

  /** Sets values and moves the stamp to `atMs`, to the sandbox's now if omitted. `null` clears. */
  write(id: number, values: Fields, source: ValueSource, atMs = this.#nowMs()): void {
    const record = this.read(id)!;
    const before = Object.fromEntries(Object.keys(values).map((name) => [name, record.fields[name] ?? null]));
    this.#version += 1;
    this.#log.add(id, { isLive: record.archivedMs === null, modifiedMs: record.modifiedMs, fields: before });
    this.#written.set(id, values, { atMs, source });
  }

  /** Lets the world's own values change: notes what search still sees, then moves the stamp. */
  touch(id: number, change: () => void): void {
    const { fields, modifiedMs } = this.read(id)!;
    this.#version += 1;
    this.#log.add(id, { isLive: true, modifiedMs, fields });
    change();
    this.#written.set(id, {}, { atMs: this.#nowMs(), source: WORLD_SOURCE });
  }

  /** Adds a record under a new id. */
  create(values: Fields, source: ValueSource, createdMs = this.#nowMs()): number {
    const id = this.#nextId;
    this.adopt(id, values, { atMs: createdMs, source });
    return id;
  }

  /** Gives a record that the world has just got an instant of creation and values of its own. */
  adopt(id: number, values: Fields, { atMs: createdMs, source }: Write): void {
    this.#version += 1;
    this.#log.add(id, { isLive: false, modifiedMs: createdMs, fields: {} });
    this.#createdMs.set(id, createdMs);
    this.#nextId = Math.max(this.#nextId, id + 1, this.#base.endId);
    this.#written.set(id, values, { atMs: this.#nowMs(), source });
  }

  archive(id: number): void {
    const { modifiedMs } = this.read(id)!;
    this.#version += 1;
    this.#log.add(id, { isLive: true, modifiedMs, fields: {} });
    this.#archivedMs.set(id, this.#nowMs());
  }

  /** Removes a record for good: neither lists nor the recycling bin know it. */
  destroy(id: number): void {
    this.#version += 1;
    this.#gone.add(id);
    this.#archivedMs.delete(id);
    this.#written.drop(id);
  }

  /** Ids of all records that were written to, in no order. */
  writtenIds(): Iterable<number> {
    return this.#written.ids();
  }

  /** Values that were written over the world's, by name; empty where nothing was. */
  writtenTo(id: number): Fields {
    const fields: Record<string, string | null> = {};
    this.#written.overlay(id, fields);
    return fields;
  }

  /** Ids of records that the API created, in order. */
  createdIds(): Iterable<number> {
    return this.#createdMs.keys();
  }

  #nowMs(): number {
    return this.#clock.now().getTime();
  }
}
