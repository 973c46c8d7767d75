import { ApiError } from '../api-error.ts';
import type { Org } from '../org.ts';
import type { Table } from '../table.ts';
import type { Value } from '../value.ts';
import { type Column, columnOf } from './column.ts';
import { type Comparison, type Condition, malformed } from './condition.ts';
import { comparable, matcherOf } from './matcher.ts';
import { selectRows } from './select-rows.ts';

/** A WHERE clause ready to run. */
export interface Filter {
  matches(row: number): boolean;
  /** Bounds on SystemModstamp that every match keeps, in seconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** The only rows that can match, ascending; `null` where any can. */
  readonly rows: readonly number[] | null;
}

/** Lets everything pass. */
export const PASS_ALL: Filter = { matches: () => true, from: -Infinity, to: Infinity, rows: null };

/** Compiles a condition. @throws {ApiError} `INVALID_FIELD` and what {@link matcherOf} throws. */
export function filterOf(org: Org, table: Table, condition: Condition): Filter {
  if (condition.kind === 'comparison') return comparisonFilter(org, table, condition);
  if (condition.kind === 'not') {
    const { matches } = filterOf(org, table, condition.part);
    return { ...PASS_ALL, matches: (row) => !matches(row) };
  }
  const parts = condition.parts.map((part) => filterOf(org, table, part));
  return condition.kind === 'and' ? allOf(parts) : anyOf(parts);
}

function comparisonFilter(org: Org, table: Table, comparison: Comparison): Filter {
  const column = columnOf(org, table, comparison.path);
  if (column.field.type === 'address' || (column.field.type === 'textarea' && column.field.length > 255)) {
    throw new ApiError(400, 'INVALID_FIELD', `field '${comparison.path}' can not be filtered in a query call`);
  }
  const matches = comparison.subquery === null ? literalMatcher(org, column, comparison) : semiJoin(org, comparison);
  const filter = { ...PASS_ALL, matches: (row: number) => matches(column.read(row)) };
  if (!column.isOwn) return filter;
  if (column.field.name === 'SystemModstamp') return { ...filter, ...stampBounds(comparison) };
  return { ...filter, rows: namedRows(org, table, column, comparison) };
}

function literalMatcher(org: Org, column: Column, comparison: Comparison): (value: Value) => boolean {
  return matcherOf(comparison, column.field, org.now());
}

/** `LeadId IN (SELECT Id FROM Lead …)`. */
function semiJoin(org: Org, { operator, subquery }: Comparison): (value: Value) => boolean {
  const { table, rows } = selectRows(org, subquery!, 'query');
  const [selected] = subquery!.fields ?? [];
  if (selected?.type !== 'Field') throw malformed('a semi-join selects exactly one field');
  const column = columnOf(org, table, selected.field);
  const found = new Set(rows.map((row) => comparable(column.read(row))));
  return (value) => found.has(comparable(value)) === (operator === 'IN');
}

function stampBounds({ operator, literals }: Comparison): { readonly from: number; readonly to: number } {
  const [literal] = literals;
  const none = { from: -Infinity, to: Infinity };
  if (literal?.type !== 'DATETIME') return none;
  const seconds = Date.parse(literal.text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2')) / 1000;
  const bounds: Record<string, { readonly from: number; readonly to: number }> = {
    '=': { from: seconds, to: seconds },
    '>': { from: seconds, to: Infinity },
    '>=': { from: seconds, to: Infinity },
    '<': { from: -Infinity, to: seconds },
    '<=': { from: -Infinity, to: seconds },
  };
  const { from, to } = bounds[operator] ?? none;
  return { from: Math.floor(from), to: Math.floor(to) };
}

/** Rows that an `Id =`, `Id IN`, `WhoId =` … can mean; the matcher still has the last word. */
function namedRows(org: Org, table: Table, { field }: Column, comparison: Comparison): readonly number[] | null {
  const { operator, literals, subquery } = comparison;
  if (subquery !== null || (operator !== '=' && operator !== 'IN')) return null;
  if (field.type !== 'id' && field.type !== 'reference') return null;
  const rows = new Set<number>();
  for (const literal of literals) {
    if (literal.type !== 'STRING') return null;
    const named = org.rowsNaming(table, field, literal.text.slice(1, -1));
    if (named === undefined) return null;
    for (const row of named) rows.add(row);
  }
  return [...rows].sort((a, b) => a - b);
}

function allOf(parts: readonly Filter[]): Filter {
  const rows = parts.map((part) => part.rows).filter((named) => named !== null);
  return {
    matches: (row) => parts.every((part) => part.matches(row)),
    from: Math.max(...parts.map((part) => part.from)),
    to: Math.min(...parts.map((part) => part.to)),
    rows: rows.sort((a, b) => a.length - b.length)[0] ?? null,
  };
}

function anyOf(parts: readonly Filter[]): Filter {
  const rows = parts.map((part) => part.rows);
  const isNamed = rows.every((named) => named !== null);
  return {
    matches: (row) => parts.some((part) => part.matches(row)),
    from: Math.min(...parts.map((part) => part.from)),
    to: Math.max(...parts.map((part) => part.to)),
    rows: isNamed ? [...new Set(rows.flat())].sort((a, b) => a - b) : null,
  };
}
