import { ApiError } from '../api-error.ts';
import { noteHistory } from '../field-history.ts';
import { canonicalId, parseId } from '../ids.ts';
import type { Org } from '../org.ts';
import type { Sobject } from '../schema/sobject.ts';
import type { Table } from '../table.ts';
import { type Fields, instantText } from '../value.ts';
import { applyRules } from './rules.ts';
import { checkedValues } from './values.ts';

/** Who writes, and how. */
export interface WriteContext {
  readonly org: Org;
  /** Whether assignment rules run. */
  readonly isAutoAssigned: boolean;
}

/** A record as a client sends it. */
export type Input = Readonly<Record<string, unknown>>;

/** Makes a record; returns its id. @throws {ApiError} */
export function insertRecord({ org, isAutoAssigned }: WriteContext, table: Table, input: Input): string {
  const { sobject } = table;
  assertWritable(sobject);
  const given = checkedValues(org, sobject, input, 'insert');
  const values = { ...defaultsOf(org, sobject), ...withoutEmptyDefaults(given, sobject) };
  applyRules({ org, table, row: null, values, isAutoAssigned });
  const stamp = org.nowSeconds();
  const at = instantText(stamp);
  const audit = { CreatedDate: at, CreatedById: org.userId, LastModifiedDate: at, LastModifiedById: org.userId };
  const row = table.insert({ ...values, ...audit }, stamp);
  afterWrite(org, sobject);
  return table.idOf(row);
}

/** Changes a record. @throws {ApiError} */
export function updateRecord({ org, isAutoAssigned }: WriteContext, table: Table, id: string, input: Input): void {
  assertWritable(table.sobject);
  const row = livingRow(table, id);
  const values = checkedValues(org, table.sobject, input, 'update');
  applyRules({ org, table, row, values, isAutoAssigned });
  const stamp = org.nowSeconds();
  const audit = { LastModifiedDate: instantText(stamp), LastModifiedById: org.userId };
  noteHistory(org, table, { row, values, userId: org.userId, stamp });
  table.change(row, { ...values, ...audit }, stamp);
  afterWrite(org, table.sobject);
}

/** Puts a record, and what belongs to a person with it, into the recycling bin. @throws {ApiError} */
export function deleteRecord(org: Org, table: Table, id: string): void {
  assertWritable(table.sobject);
  markDeleted(org, table, livingRow(table, id), {});
  afterWrite(org, table.sobject);
}

/** Marks a row as deleted, with the activities and memberships of a person. */
export function markDeleted(org: Org, table: Table, row: number, values: Fields): void {
  const stamp = org.nowSeconds();
  table.change(row, { ...values, IsDeleted: true, LastModifiedById: org.userId }, stamp);
  const name = table.sobject.name;
  if (name !== 'Lead' && name !== 'Contact') return;
  const id = table.idOf(row);
  for (const [child, field] of [
    ['Task', 'WhoId'],
    ['Event', 'WhoId'],
    ['CampaignMember', 'LeadOrContactId'],
  ] as const) {
    const children = org.table(child);
    for (const childRow of children.rowsNaming(field, id) ?? []) {
      if (children.value(childRow, field) === id) children.change(childRow, { IsDeleted: true }, stamp);
    }
  }
}

/**
 * The row of an id that still stands.
 *
 * @throws {ApiError} `MALFORMED_ID`, `INVALID_CROSS_REFERENCE_KEY` (never was), `ENTITY_IS_DELETED`
 */
export function livingRow(table: Table, text: string): number {
  const id = canonicalId(text);
  const named = id === null ? null : parseId(id);
  if (id === null || (named !== null && named.object !== table.sobject.name)) {
    throw new ApiError(400, 'MALFORMED_ID', `${table.sobject.label} ID: id value of incorrect type: ${text}`, ['Id']);
  }
  if (named === null || !table.has(named.row)) {
    throw new ApiError(404, 'INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', []);
  }
  if (table.isDeleted(named.row)) throw new ApiError(404, 'ENTITY_IS_DELETED', 'entity is deleted', []);
  return named.row;
}

/** What a record has when the client says nothing. */
export function defaultsOf(org: Org, sobject: Sobject): Fields {
  const values: Fields = { IsDeleted: false };
  for (const field of sobject.fields.values()) {
    if (field.name === 'IsDeleted') continue;
    if (field.type === 'boolean') values[field.name] = false;
    else if (field.name === 'OwnerId') values.OwnerId = org.userId;
    else if (field.name === 'Priority') values.Priority = 'Normal';
    else if (field.type === 'picklist' && field.hasDefault) values[field.name] = field.values[0] ?? null;
  }
  return values;
}

/** A default stands where the client sends `null`. */
function withoutEmptyDefaults(given: Fields, sobject: Sobject): Fields {
  const hasDefault = (name: string) => {
    const field = sobject.fields.get(name.toLowerCase());
    return field?.hasDefault === true || field?.type === 'boolean';
  };
  return Object.fromEntries(Object.entries(given).filter(([name, value]) => value !== null || !hasDefault(name)));
}

function assertWritable({ isWritable, name }: Sobject): void {
  if (isWritable) return;
  throw new ApiError(400, 'INVALID_TYPE_FOR_OPERATION', `entity type ${name} does not support this operation`);
}

function afterWrite(org: Org, { name }: Sobject): void {
  if (name === 'FieldPermissions' || name === 'PermissionSetAssignment') org.access.forget();
}
