import type { Org } from '../org.ts';
import type { Table } from '../table.ts';
import type { Fields, Value } from '../value.ts';

/** A row about to be written. */
export interface Change {
  readonly org: Org;
  readonly table: Table;
  /** `null` for a row about to be made. */
  readonly row: number | null;
  /** What the request sets; the rule may add to it. */
  readonly values: Fields;
  /** Whether assignment rules run. */
  readonly isAutoAssigned: boolean;
}

/** The value that a field will have. */
export function valueAfter({ table, row, values }: Change, field: string): Value {
  const set = values[field];
  if (set !== undefined) return set;
  return row === null ? null : table.value(row, field);
}
