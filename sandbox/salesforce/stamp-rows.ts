import type { Table } from './table.ts';
import { instantText } from './value.ts';

/** Gives the first `count` living rows one stamp, in seconds since 1970, as a mass update does; returns how many. */
export function stampRows(table: Table, count: number, stamp: number, userId: string): number {
  let stamped = 0;
  for (const row of table.rows()) {
    if (stamped === count) break;
    if (table.isDeleted(row)) continue;
    table.change(row, { LastModifiedDate: instantText(stamp), LastModifiedById: userId }, stamp);
    stamped += 1;
  }
  return stamped;
}
