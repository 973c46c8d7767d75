import { ApiError } from '../api-error.ts';
import type { Org } from '../org.ts';
import type { Field } from '../schema/field.ts';
import { comparable } from '../soql/matcher.ts';
import type { Table } from '../table.ts';
import { type Input, insertRecord, updateRecord, type WriteContext } from './write-record.ts';

/** What an upsert did; `ids` when the external id is not unique and nothing was done. */
export type UpsertOutcome = { readonly id: string; readonly created: boolean } | { readonly ids: readonly string[] };

/** Changes the record that bears an external id, or makes one. @throws {ApiError} */
export function upsertRecord(
  context: WriteContext,
  table: Table,
  fieldName: string,
  value: string,
  input: Input,
): UpsertOutcome {
  const field = externalIdField(context.org, table, fieldName);
  const wanted = comparable(value);
  const rows = table
    .editedRows()
    .filter((row) => !table.isDeleted(row) && comparable(table.value(row, field.name)) === wanted);
  const [row, second] = rows;
  if (second !== undefined) return { ids: rows.map((each) => table.idOf(each)) };
  if (row === undefined) return { id: insertRecord(context, table, { ...input, [field.name]: value }), created: true };
  const id = table.idOf(row);
  updateRecord(context, table, id, input);
  return { id, created: false };
}

/** @throws {ApiError} `NOT_FOUND` unless the field is an external id that the user may see */
function externalIdField(org: Org, table: Table, name: string): Field {
  const field = org.visibleField(table.sobject, name);
  if (field?.isExternalId) return field;
  const message = `Provided external ID field does not exist or is not accessible: ${name}`;
  throw new ApiError(404, 'NOT_FOUND', message);
}
