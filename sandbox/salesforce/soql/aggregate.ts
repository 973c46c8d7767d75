import type { FieldFunctionExpression, Query } from 'soql-parser-js';
import type { Org } from '../org.ts';
import type { Table } from '../table.ts';
import type { Value } from '../value.ts';
import { type Column, columnOf } from './column.ts';
import { malformed } from './condition.ts';
import { comparable, orderOf } from './matcher.ts';

/** Whether a query asks for `count()` alone. */
export function isPlainCount({ fields = [] }: Query): boolean {
  const [only] = fields;
  return fields.length === 1 && only?.type === 'FieldFunctionExpression' && only.rawValue?.toLowerCase() === 'count()';
}

/** Whether a query groups or aggregates. */
export function isAggregate({ fields = [], groupBy }: Query): boolean {
  return (
    groupBy !== undefined || fields.some((field) => field.type === 'FieldFunctionExpression' && field.isAggregateFn)
  );
}

/** The AggregateResult records of a query; groups stand in the order of their values. */
export function aggregateRecords(org: Org, table: Table, query: Query, rows: readonly number[]): readonly object[] {
  const groupColumns = [query.groupBy ?? []].flat().map((clause) => {
    if (!('field' in clause)) throw malformed('functions in GROUP BY are not supported by the sandbox');
    return columnOf(org, table, clause.field);
  });
  const outputs = outputsOf(org, table, query, groupColumns);
  const groups = groupsOf(rows, groupColumns);
  return groups.map((members) => ({
    attributes: { type: 'AggregateResult' },
    ...Object.fromEntries(outputs.map(({ name, evaluate }) => [name, evaluate(members)])),
  }));
}

interface Output {
  readonly name: string;
  evaluate(rows: readonly number[]): Value;
}

function outputsOf(org: Org, table: Table, query: Query, groups: readonly Column[]): readonly Output[] {
  let unnamed = 0;
  return (query.fields ?? []).map((field) => {
    if (field.type === 'FieldFunctionExpression') {
      return { name: field.alias ?? `expr${unnamed++}`, evaluate: functionOf(org, table, field) };
    }
    if (field.type !== 'Field') throw malformed('only fields and functions may be grouped by the sandbox');
    const column = groups.find((group) => group.field.name.toLowerCase() === field.field.toLowerCase());
    if (column === undefined) throw malformed(`Field must be grouped or aggregated: ${field.field}`);
    return {
      name: field.alias ?? column.field.name,
      evaluate: ([first]) => (first === undefined ? null : column.read(first)),
    };
  });
}

function functionOf(org: Org, table: Table, call: FieldFunctionExpression): Output['evaluate'] {
  const [path] = call.parameters;
  if (typeof path !== 'string') return (rows) => rows.length;
  const column = columnOf(org, table, path);
  const present = (rows: readonly number[]) => rows.map((row) => column.read(row)).filter((value) => value !== null);
  const sum = (rows: readonly number[]) => present(rows).reduce<number>((total, value) => total + Number(value), 0);
  switch (call.functionName.toUpperCase()) {
    case 'COUNT':
      return (rows) => present(rows).length;
    case 'COUNT_DISTINCT':
      return (rows) => new Set(present(rows).map(comparable)).size;
    case 'MIN':
      return (rows) => extreme(present(rows), -1);
    case 'MAX':
      return (rows) => extreme(present(rows), 1);
    case 'SUM':
      return sum;
    case 'AVG':
      return (rows) => (present(rows).length === 0 ? null : sum(rows) / present(rows).length);
    default:
      throw malformed(`${call.functionName} is not supported by the sandbox`);
  }
}

function extreme(values: readonly Value[], sign: 1 | -1): Value {
  return values.reduce<Value>((best, value) => {
    const [one, other] = [comparable(value), comparable(best)];
    return other === null || (one !== null && sign * orderOf(one, other) > 0) ? value : best;
  }, null);
}

function groupsOf(rows: readonly number[], columns: readonly Column[]): readonly (readonly number[])[] {
  if (columns.length === 0) return [rows];
  const groups = new Map<string, number[]>();
  for (const row of rows) {
    const key = JSON.stringify(columns.map((column) => column.read(row)));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, members]) => members);
}
