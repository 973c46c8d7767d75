import { ApiError, noSuchColumn } from '../api-error.ts';
import { parseId } from '../ids.ts';
import type { Org } from '../org.ts';
import { type Field, PLAIN_FIELD } from '../schema/field.ts';
import type { Table } from '../table.ts';
import type { Value } from '../value.ts';

/** A column of a query: a field of the object, or of a parent. */
export interface Column {
  readonly field: Field;
  /** Whether it is the object's own field. */
  readonly isOwn: boolean;
  read(row: number): Value;
}

/** `Type` of a reference that may name several objects. */
const TYPE_OF_PARENT: Field = { ...PLAIN_FIELD, name: 'Type', label: 'Type', type: 'string', length: 40 };

/**
 * The column that a path such as `Status` or `Owner.Name` names.
 *
 * @throws {ApiError} `INVALID_FIELD` when there is none, or the user may not see it
 */
export function columnOf(org: Org, table: Table, path: string): Column {
  const [head, ...rest] = path.split('.');
  if (rest.length === 0) {
    const field = org.visibleField(table.sobject, head!);
    if (field === undefined) throw noSuchColumn(path, table.sobject.name);
    return { field, isOwn: true, read: (row) => table.value(row, field.name) };
  }
  const reference = org.relationship(table.sobject, head!);
  if (reference === undefined) throw noRelationship(head!);
  const parentPath = rest.join('.');
  return {
    field: fieldOfParent(org, reference, parentPath),
    isOwn: false,
    read: (row) => parentValue(org, table.value(row, reference.name), reference, parentPath),
  };
}

/** Whether a reference may name records of several objects; its parent shows as `Name`. */
export function isPolymorphic(reference: Field): boolean {
  return reference.referenceTo.length > 1;
}

function fieldOfParent(org: Org, reference: Field, path: string): Field {
  if (isPolymorphic(reference) && path.toLowerCase() === 'type') return TYPE_OF_PARENT;
  let missing: unknown = null;
  for (const object of reference.referenceTo) {
    try {
      return columnOf(org, org.table(object), path).field;
    } catch (error) {
      missing = error;
    }
  }
  throw isPolymorphic(reference) ? noSuchColumn(path, 'Name') : missing;
}

function parentValue(org: Org, id: Value, reference: Field, path: string): Value {
  const parent = typeof id === 'string' ? parseId(id) : null;
  if (parent === null) return null;
  if (isPolymorphic(reference) && path.toLowerCase() === 'type') return parent.object;
  const table = org.table(parent.object);
  if (!table.has(parent.row)) return null;
  try {
    return columnOf(org, table, path).read(parent.row);
  } catch (error) {
    if (error instanceof ApiError && isPolymorphic(reference)) return null; // a queue has no e-mail, say
    throw error;
  }
}

function noRelationship(name: string): ApiError {
  return new ApiError(
    400,
    'INVALID_FIELD',
    `Didn't understand relationship '${name}' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name.`,
  );
}
