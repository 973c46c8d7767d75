import type { Table } from './table.ts';

/** Field-level security of the integration user over the fields that were made through the API. */
export interface FieldAccess {
  /** Puts a new field under guard: nobody sees it until a permission set says so. */
  guard(object: string, field: string): void;
  canRead(object: string, field: string): boolean;
  canEdit(object: string, field: string): boolean;
  /** To be called after every change of the permission tables. */
  forget(): void;
}

/** Field access read from the permission tables. */
export function fieldAccess(permissions: () => Table, assignments: () => Table, userId: string): FieldAccess {
  const guarded = new Set<string>();
  let granted: Map<string, 'read' | 'edit'> | null = null;
  const grants = () => {
    granted ??= grantsOf(permissions(), assignments(), userId);
    return granted;
  };
  return {
    guard: (object, field) => void guarded.add(keyOf(object, field)),
    canRead: (object, field) => !guarded.has(keyOf(object, field)) || grants().has(keyOf(object, field)),
    canEdit: (object, field) => !guarded.has(keyOf(object, field)) || grants().get(keyOf(object, field)) === 'edit',
    forget: () => {
      granted = null;
    },
  };
}

function grantsOf(permissions: Table, assignments: Table, userId: string): Map<string, 'read' | 'edit'> {
  const held = new Set<string | null>();
  for (const row of assignments.rows()) {
    if (assignments.isDeleted(row) || assignments.value(row, 'AssigneeId') !== userId) continue;
    held.add(assignments.text(row, 'PermissionSetId'));
  }
  const grants = new Map<string, 'read' | 'edit'>();
  for (const row of permissions.rows()) {
    if (permissions.isDeleted(row) || !held.has(permissions.text(row, 'ParentId'))) continue;
    const key = (permissions.text(row, 'Field') ?? '').toLowerCase();
    if (permissions.value(row, 'PermissionsEdit') === true) grants.set(key, 'edit');
    else if (permissions.value(row, 'PermissionsRead') === true && !grants.has(key)) grants.set(key, 'read');
  }
  return grants;
}

function keyOf(object: string, field: string): string {
  return `${object}.${field}`.toLowerCase();
}
