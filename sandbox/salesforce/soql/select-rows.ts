import type { OrderByClause, Query } from 'soql-parser-js';
import { ApiError } from '../api-error.ts';
import type { Org } from '../org.ts';
import type { Table } from '../table.ts';
import { type Column, columnOf } from './column.ts';
import { conditionOf, malformed } from './condition.ts';
import { type Filter, filterOf, PASS_ALL } from './filter.ts';
import { comparable, orderOf } from './matcher.ts';

/** Whether deleted and archived rows are seen. */
export type QueryMode = 'query' | 'queryAll';

/** The rows that a query selects, in its order, after limit and offset. */
export interface Selection {
  readonly table: Table;
  readonly rows: readonly number[];
}

const MAX_OFFSET = 2000;

/** Runs everything of a query but its SELECT clause. @throws {ApiError} as SOQL does. */
export function selectRows(org: Org, query: Query, mode: QueryMode): Selection {
  const table = org.tableOf(query.sObject ?? '');
  const scope = { org, table, valuesOf: (subquery: Query) => selectedValues(org, subquery) };
  const filter = query.where === undefined ? PASS_ALL : filterOf(scope, conditionOf(query.where));
  return { table, rows: filteredRows(org, table, query, filter, mode) };
}

/** What the subquery of a semi-join selects. */
function selectedValues(org: Org, subquery: Query): ReadonlySet<unknown> {
  const { table, rows } = selectRows(org, subquery, 'query');
  const [selected] = subquery.fields ?? [];
  if (selected?.type !== 'Field') throw malformed('a semi-join selects exactly one field');
  const column = columnOf(org, table, selected.field);
  return new Set(rows.map((row) => comparable(column.read(row))));
}

function filteredRows(org: Org, table: Table, query: Query, filter: Filter, mode: QueryMode): readonly number[] {
  const { offset = 0, limit = Infinity } = query;
  if (offset > MAX_OFFSET) {
    throw new ApiError(400, 'NUMBER_OUTSIDE_VALID_RANGE', 'Maximum SOQL offset allowed is 2000');
  }
  const orders = [query.orderBy ?? []].flat().map((clause) => orderingOf(org, table, clause));
  const direction = stampDirection(orders);
  const isSorted = orders.length === 0 || isIdOrder(orders, filter) || (direction !== null && filter.rows === null);
  const candidates = filter.rows ?? candidateRows(table, filter, direction);
  const enough = isSorted ? offset + limit : Infinity;
  const isHidden = hiddenRows(table, mode);
  const rows: number[] = [];
  for (const row of candidates) {
    if (rows.length >= enough) break;
    if (table.has(row) && !isHidden(row) && filter.matches(row)) rows.push(row);
  }
  const sorted = isSorted ? rows : sortedRows(rows, orders);
  return offset === 0 && sorted.length <= limit ? sorted : sorted.slice(offset, offset + limit);
}

interface Ordering {
  readonly column: Column;
  readonly sign: 1 | -1;
  readonly isNullsLast: boolean;
}

function orderingOf(org: Org, table: Table, clause: OrderByClause): Ordering {
  if (!('field' in clause)) throw malformed('functions in ORDER BY are not supported by the sandbox');
  const column = columnOf(org, table, clause.field);
  if (column.field.type === 'textarea' && column.field.length > 255) {
    throw malformed(`field '${clause.field}' can not be sorted in a query call`);
  }
  return { column, sign: clause.order === 'DESC' ? -1 : 1, isNullsLast: clause.nulls === 'LAST' };
}

/** The direction in which the stamp index gives the asked order; `null` where it cannot. */
function stampDirection(orders: readonly Ordering[]): 'ascending' | 'descending' | null {
  const [first, second] = orders;
  if (first === undefined || orders.length > 2 || !isOwn(first, 'SystemModstamp')) return null;
  if (second !== undefined && !(isOwn(second, 'Id') && second.sign === first.sign)) return null;
  return first.sign === 1 ? 'ascending' : 'descending';
}

/** Named rows, and all rows, come in the order of their ids as it is. */
function isIdOrder([first]: readonly Ordering[], { rows, from, to }: Filter): boolean {
  const isNatural = rows !== null || (from === -Infinity && to === Infinity);
  return first !== undefined && isNatural && first.sign === 1 && isOwn(first, 'Id');
}

function isOwn({ column }: Ordering, name: string): boolean {
  return column.isOwn && column.field.name === name;
}

function candidateRows(
  table: Table,
  { from, to }: Filter,
  direction: 'ascending' | 'descending' | null,
): Iterable<number> {
  const isBounded = from !== -Infinity || to !== Infinity;
  return isBounded || direction !== null ? table.rowsByStamp(from, to, direction ?? 'ascending') : table.rows();
}

function hiddenRows(table: Table, mode: QueryMode): (row: number) => boolean {
  if (mode === 'queryAll') return () => false;
  const isArchivable = table.sobject.fields.has('isarchived');
  return (row) => table.isDeleted(row) || (isArchivable && table.value(row, 'IsArchived') === true);
}

function sortedRows(rows: readonly number[], orders: readonly Ordering[]): readonly number[] {
  const keyed = rows.map((row) => ({ row, keys: orders.map(({ column }) => comparable(column.read(row))) }));
  keyed.sort((one, other) => {
    for (const [place, { sign, isNullsLast }] of orders.entries()) {
      const a = one.keys[place] ?? null;
      const b = other.keys[place] ?? null;
      if (a === b) continue;
      if (a === null || b === null) return (a === null) === isNullsLast ? 1 : -1;
      return sign * orderOf(a, b);
    }
    return one.row - other.row;
  });
  return keyed.map(({ row }) => row);
}
