import { instantMsOf, numberOf } from '../domain/values.ts';
import type { Comparison, Condition } from './condition.ts';
import { fold } from './fold.ts';
import type { TableRule } from './model.ts';

/** Whether a condition is certain never to hold. Finds the plain cases: disjoint values and empty ranges. */
export function isContradiction(condition: Condition): boolean {
  if ('any' in condition) return condition.any.every(isContradiction);
  const parts = conjuncts(condition);
  if (parts.some((part) => 'any' in part && isContradiction(part))) return true;
  const tests = parts.flatMap((part) => ('attribute' in part ? [part] : []));
  return [...Map.groupBy(tests, ({ attribute }) => attribute).values()].some(areDisjoint);
}

/** Numbers, from 0, of the rows of a table that an earlier row always takes. */
export function rowsNeverReached(table: TableRule['table']): readonly number[] {
  const rows = table.map((row) => ('else' in row ? null : row));
  return rows.flatMap((row, index) => {
    const isCovered = row !== null && rows.slice(0, index).some((earlier) => earlier !== null && covers(earlier, row));
    return isCovered ? [index] : [];
  });
}

function conjuncts(condition: Condition): readonly Condition[] {
  return 'all' in condition ? condition.all.flatMap(conjuncts) : [condition];
}

function areDisjoint(tests: readonly Comparison[]): boolean {
  const ranges = tests.map(rangeOf).filter((range) => range !== null);
  const kinds = new Set(ranges.map(({ kind }) => kind));
  const lowest = Math.max(...ranges.map(({ low }) => low));
  const highest = Math.min(...ranges.map(({ high }) => high));
  const isOpen = ranges.some(({ low, high, open }) => open && (low === lowest || high === highest));
  if (kinds.size > 1 || (ranges.length > 0 && (lowest > highest || (lowest === highest && isOpen)))) return true;
  const wanted = tests.map(valuesOf).filter((values) => values !== null);
  if (wanted.length > 1 && [...wanted[0]!].every((value) => !wanted.every((values) => values.has(value)))) return true;
  const demandsValue = tests.some(
    ({ exists, notEquals, notIn }) => exists !== false && notEquals === undefined && notIn === undefined,
  );
  return demandsValue && tests.some(({ exists }) => exists === false);
}

interface Range {
  readonly kind: 'number' | 'instant';
  readonly low: number;
  readonly high: number;
  /** Whether its ends themselves lie outside. */
  readonly open: boolean;
}

function rangeOf({ gt, gte, lt, lte, between }: Comparison): Range | null {
  const [from, to] = between ?? [gt ?? gte, lt ?? lte];
  const bound = from ?? to;
  if (bound === undefined) return null;
  const isNumber = numberOf(bound) !== undefined;
  const parse = isNumber ? numberOf : instantMsOf;
  return {
    kind: isNumber ? 'number' : 'instant',
    low: parse(from) ?? Number.NEGATIVE_INFINITY,
    high: parse(to) ?? Number.POSITIVE_INFINITY,
    open: gt !== undefined || lt !== undefined,
  };
}

/** What may stand there, by folded text; numbers and texts that are equal by value are written the same. */
function valuesOf(test: Comparison): ReadonlySet<string> | null {
  const values = test.equals === undefined ? test.in : [test.equals];
  if (values === undefined) return null;
  return new Set(values.map((value) => String(numberOf(value) ?? (typeof value === 'string' ? fold(value) : value))));
}

function covers(earlier: Comparison, later: Comparison): boolean {
  const [wide, narrow] = [rangeOf(earlier), rangeOf(later)];
  if (wide !== null && narrow !== null && wide.kind === narrow.kind) {
    const isInside = wide.low <= narrow.low && wide.high >= narrow.high;
    const sharesOpenEnd = wide.open && !narrow.open && (wide.low === narrow.low || wide.high === narrow.high);
    return isInside && !sharesOpenEnd;
  }
  const [all, some] = [valuesOf(earlier), valuesOf(later)];
  return all !== null && some?.isSubsetOf(all) === true;
}
