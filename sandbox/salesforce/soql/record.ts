import type { Query, FieldType as SelectedField, Subquery } from 'soql-parser-js';
import { ApiError } from '../api-error.ts';
import { parseId } from '../ids.ts';
import type { Org } from '../org.ts';
import type { Field } from '../schema/field.ts';
import type { Sobject } from '../schema/sobject.ts';
import type { Table } from '../table.ts';
import { columnOf, isPolymorphic } from './column.ts';
import { malformed } from './condition.ts';
import { selectRows } from './select-rows.ts';

/** Makes the record of a row as the SELECT clause asks. */
export type RecordOf = (row: number) => Record<string, unknown>;

/** What a record is made with. */
export interface RecordContext {
  readonly org: Org;
  /** Such as `/services/data/v68.0`. */
  readonly basePath: string;
}

const MAX_FIELDS_ROWS = 200;

/**
 * Compiles a SELECT clause.
 *
 * @throws {ApiError} `INVALID_FIELD` for a field that is not there, not visible, or selected twice
 */
export function recordMaker(context: RecordContext, table: Table, query: Query | Subquery): RecordOf {
  const writers = (query.fields ?? []).flatMap((field) => writersOf(context, table, field, query));
  assertNoneTwice(query);
  return (row) => {
    const record = startRecord(context, table, row);
    for (const write of writers) write(record, row);
    return record;
  };
}

/** A record with all fields that the user may see: the answer of GET /sobjects/Lead/{id}. */
export function wholeRecord(context: RecordContext, table: Table, row: number): Record<string, unknown> {
  const record = startRecord(context, table, row);
  for (const field of context.org.visibleFields(table.sobject)) record[field.name] = table.value(row, field.name);
  return record;
}

function startRecord({ basePath }: RecordContext, table: Table, row: number): Record<string, unknown> {
  const { name } = table.sobject;
  return { attributes: { type: name, url: `${basePath}/sobjects/${name}/${table.idOf(row)}` } };
}

type Writer = (record: Record<string, unknown>, row: number) => void;

function writersOf(
  context: RecordContext,
  table: Table,
  selected: SelectedField,
  query: Query | Subquery,
): readonly Writer[] {
  switch (selected.type) {
    case 'Field':
      return [ownWriter(context.org, table, selected.field)];
    case 'FieldRelationship':
      return [pathWriter(context, table, [...selected.relationships, selected.field], query)];
    case 'FieldFunctionExpression':
      return allFields(context.org, table, selected.functionName, selected.parameters[0], query.limit);
    case 'FieldSubquery':
      return [childWriter(context, table, selected.subquery)];
    default:
      throw malformed('TYPEOF is not supported by the sandbox');
  }
}

function ownWriter(org: Org, table: Table, path: string): Writer {
  const { field, read } = columnOf(org, table, path);
  return (record, row) => {
    record[field.name] = read(row);
  };
}

/** `Owner.Name` becomes a record in the record; `Lead.Name` of a query on Lead is the object's own field. */
function pathWriter(
  context: RecordContext,
  table: Table,
  path: readonly string[],
  { sObjectAlias }: Query | Subquery,
): Writer {
  const [head, ...rest] = path;
  if ([table.sobject.name, sObjectAlias].some((own) => own?.toLowerCase() === head!.toLowerCase())) {
    return rest.length === 1
      ? ownWriter(context.org, table, rest[0]!)
      : pathWriter(context, table, rest, { relationshipName: '' });
  }
  columnOf(context.org, table, path.join('.')); // throws for a path that leads nowhere
  return (record, row) => writePath(context, table, path, record, row);
}

function writePath(
  context: RecordContext,
  table: Table,
  path: readonly string[],
  record: Record<string, unknown>,
  row: number,
): void {
  const [head, ...rest] = path;
  if (rest.length === 0) {
    const { field, read } = columnOf(context.org, table, head!);
    record[field.name] = read(row);
    return;
  }
  const reference = context.org.relationship(table.sobject, head!)!;
  const name = reference.relationship!;
  const id = table.value(row, reference.name);
  const parent = typeof id === 'string' ? parseId(id) : null;
  if (parent === null) {
    record[name] = null;
    return;
  }
  const parentTable = context.org.table(parent.object);
  const nested =
    (record[name] as Record<string, unknown> | undefined) ?? startParent(context, reference, parentTable, parent.row);
  record[name] = nested;
  writeParentValue(context, reference, parentTable, rest, nested, parent.row);
}

function startParent(context: RecordContext, reference: Field, table: Table, row: number): Record<string, unknown> {
  const started = startRecord(context, table, row);
  if (!isPolymorphic(reference)) return started;
  return { attributes: { ...(started.attributes as object), type: 'Name' } };
}

function writeParentValue(
  context: RecordContext,
  reference: Field,
  table: Table,
  path: readonly string[],
  record: Record<string, unknown>,
  row: number,
): void {
  const [only] = path;
  if (isPolymorphic(reference) && path.length === 1 && only!.toLowerCase() === 'type') {
    record.Type = table.sobject.name;
  } else if (path.length === 1 && context.org.visibleField(table.sobject, only!) === undefined) {
    record[only!] = null; // a polymorphic parent without that field
  } else {
    writePath(context, table, path, record, row);
  }
}

function allFields(
  org: Org,
  table: Table,
  functionName: string,
  kind: unknown,
  limit: number | undefined,
): readonly Writer[] {
  if (functionName.toUpperCase() !== 'FIELDS') throw malformed(`${functionName} is not supported by the sandbox`);
  const wanted = String(kind).toUpperCase();
  if (wanted !== 'STANDARD' && (limit ?? Infinity) > MAX_FIELDS_ROWS) {
    throw malformed(`The SOQL FIELDS function must have a LIMIT of at most ${MAX_FIELDS_ROWS}`);
  }
  return org
    .visibleFields(table.sobject)
    .filter((field) => wanted === 'ALL' || field.isCustom === (wanted === 'CUSTOM'))
    .map((field) => ownWriter(org, table, field.name));
}

/** `(SELECT ContactId FROM OpportunityContactRoles)`. */
function childWriter(context: RecordContext, table: Table, subquery: Subquery): Writer {
  const child = context.org.childRelationship(table.sobject, subquery.relationshipName);
  if (child === undefined) throw noChild(subquery.relationshipName, table.sobject);
  const { relationshipName, ...rest } = subquery;
  const childTable = context.org.table(child.object);
  const recordOf = recordMaker(context, childTable, subquery);
  return (record, row) => {
    const where = { left: { field: child.field, operator: '=', literalType: 'STRING', value: `'${table.idOf(row)}'` } };
    const restricted = rest.where === undefined ? where : { ...where, operator: 'AND', right: grouped(rest.where) };
    const query = { ...rest, sObject: child.object, where: restricted } as Query; // built as the parser builds it
    const { rows } = selectRows(context.org, query, 'query');
    const records = rows.map(recordOf);
    record[relationshipName] = records.length === 0 ? null : { totalSize: records.length, done: true, records };
  };
}

/** The clause in parentheses: its first condition opens one, its last closes it. */
function grouped(where: object): object {
  const copy = structuredClone(where) as { left: Paren | null; right?: unknown };
  copy.left = { ...copy.left, openParen: (copy.left?.openParen ?? 0) + 1 };
  let last = copy;
  while (last.right !== undefined) last = last.right as typeof copy;
  last.left = { ...last.left, closeParen: (last.left?.closeParen ?? 0) + 1 };
  return copy;
}

interface Paren {
  openParen?: number;
  closeParen?: number;
}

function assertNoneTwice({ fields = [] }: Query | Subquery): void {
  const seen = new Set<string>();
  for (const field of fields) {
    if (field.type !== 'Field') continue;
    const name = field.field.toLowerCase();
    if (seen.has(name)) throw new ApiError(400, 'INVALID_FIELD', `duplicate field selected: ${field.field}`);
    seen.add(name);
  }
}

function noChild(name: string, { name: object }: Sobject): ApiError {
  return new ApiError(
    400,
    'INVALID_TYPE',
    `Didn't understand relationship '${name}' in FROM part of query call on ${object}.`,
  );
}
