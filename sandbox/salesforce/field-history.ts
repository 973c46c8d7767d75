import type { Org } from './org.ts';
import type { Table } from './table.ts';
import { type Fields, instantText, type Value } from './value.ts';

/** What a write does to one row, and for whom. */
export interface Change {
  readonly row: number;
  readonly values: Fields;
  readonly userId: string;
  /** Seconds since 1970. */
  readonly stamp: number;
}

/** Notes changed values of tracked fields, as an org with field history tracking does; to be called before the change. */
export function noteHistory(org: Org, table: Table, { row, values, userId, stamp }: Change): void {
  const { name } = table.sobject;
  if (name !== 'Lead' && name !== 'Contact') return;
  const at = instantText(stamp);
  for (const [field, value] of Object.entries(values)) {
    const before = table.value(row, field);
    if (before === value || !org.settings.trackedFields.includes(`${name}.${field}`)) continue;
    const change = { Field: field, OldValue: textOf(before), NewValue: textOf(value), IsDeleted: false };
    const audit = { CreatedDate: at, CreatedById: userId, LastModifiedDate: at, LastModifiedById: userId };
    org.table(`${name}History`).insert({ [`${name}Id`]: table.idOf(row), ...change, ...audit }, stamp);
  }
}

function textOf(value: Value): string | null {
  return value === null ? null : String(value);
}
