/** Property values of a record by name. HubSpot knows text and nothing. */
export type Fields = Readonly<Record<string, string | null>>;

/** A record as it stands. Instants are epoch milliseconds. */
export interface HubspotRecord {
  readonly id: number;
  readonly fields: Fields;
  readonly createdMs: number;
  readonly modifiedMs: number;
  /** `null` unless the record lies in the recycling bin. */
  readonly archivedMs: number | null;
}

/** Records that the world brings, computed anew at each call. */
export interface BaseRecords {
  /**
   * Ids from `fromId` on, ascending.
   *
   * @param sinceMs - records that nobody modified since may be left out; `-Infinity` asks for all
   */
  ids(fromId: number, sinceMs: number): Iterable<number>;
  has(id: number): boolean;
  /** Values without the stamps and without `hs_object_id`, which every table adds. */
  fields(id: number): Fields;
  createdMs(id: number): number;
  modifiedMs(id: number): number;
  /** An id greater than every id that the world can bring. */
  readonly endId: number;
}

/** An epoch in milliseconds as HubSpot writes it. */
export function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
