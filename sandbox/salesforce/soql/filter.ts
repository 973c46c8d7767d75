import type { Query } from 'soql-parser-js';
import { ApiError } from '../api-error.ts';
import type { Org } from '../org.ts';
import type { Table } from '../table.ts';
import type { Value } from '../value.ts';
import { type Column, columnOf } from './column.ts';
import type { Comparison, Condition } from './condition.ts';
import { comparable, matcherOf } from './matcher.ts';

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

/** What a condition is about. */
export interface FilterScope {
  readonly org: Org;
  readonly table: Table;
  /** The values that the subquery of a semi-join selects, as {@link comparable} gives them. */
  valuesOf(subquery: Query): ReadonlySet<unknown>;
}

/** Compiles a condition. @throws {ApiError} `INVALID_FIELD` and what {@link matcherOf} throws. */
export function filterOf(scope: FilterScope, condition: Condition): Filter {
  if (condition.kind === 'comparison') return comparisonFilter(scope, condition);
  if (condition.kind === 'not') {
    const { matches } = filterOf(scope, condition.part);
    return { ...PASS_ALL, matches: (row) => !matches(row) };
  }
  const parts = condition.parts.map((part) => filterOf(scope, part));
  return condition.kind === 'and' ? allOf(parts) : anyOf(parts);
}

function comparisonFilter(scope: FilterScope, comparison: Comparison): Filter {
  const { org, table } = scope;
  const column = columnOf(org, table, comparison.path);
  if (column.field.type === 'address' || (column.field.type === 'textarea' && column.field.length > 255)) {
    throw new ApiError(400, 'INVALID_FIELD', `field '${comparison.path}' can not be filtered in a query call`);
  }
  const matches = comparison.subquery === null ? literalMatcher(org, column, comparison) : semiJoin(scope, comparison);
  const filter = { ...PASS_ALL, matches: (row: number) => matches(column.read(row)) };
  if (!column.isOwn) return filter;
  if (column.field.name === 'SystemModstamp') return stampFilter(table, comparison) ?? filter;
  return { ...filter, rows: namedRows(org, table, column, comparison) };
}

function literalMatcher(org: Org, column: Column, comparison: Comparison): (value: Value) => boolean {
  return matcherOf(comparison, column.field, org.now());
}

/** `LeadId IN (SELECT Id FROM Lead …)`. */
function semiJoin(scope: FilterScope, { operator, subquery }: Comparison): (value: Value) => boolean {
  const found = scope.valuesOf(subquery!);
  return (value) => found.has(comparable(value)) === (operator === 'IN');
}

/** What each operator asks of a stamp, and the bounds that it sets. */
const STAMP_OPERATORS: Readonly<
  Record<string, { holds(stamp: number, than: number): boolean; readonly isFrom: boolean; readonly isTo: boolean }>
> = {
  '=': { holds: (stamp, than) => stamp === than, isFrom: true, isTo: true },
  '>': { holds: (stamp, than) => stamp > than, isFrom: true, isTo: false },
  '>=': { holds: (stamp, than) => stamp >= than, isFrom: true, isTo: false },
  '<': { holds: (stamp, than) => stamp < than, isFrom: false, isTo: true },
  '<=': { holds: (stamp, than) => stamp <= than, isFrom: false, isTo: true },
};

/** Compares stamps as numbers, as a pull asks it of every row; `null` for comparisons that need the text. */
function stampFilter(table: Table, { operator, literals }: Comparison): Filter | null {
  const [literal] = literals;
  const asked = STAMP_OPERATORS[operator];
  if (literal?.type !== 'DATETIME' || asked === undefined) return null;
  const seconds = Date.parse(literal.text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2')) / 1000;
  if (Number.isNaN(seconds)) return null;
  return {
    matches: (row) => asked.holds(table.stampOf(row), seconds),
    from: asked.isFrom ? Math.floor(seconds) : -Infinity,
    to: asked.isTo ? Math.floor(seconds) : Infinity,
    rows: null,
  };
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
