import { ApiError } from '../api-error.ts';
import { type Change, valueAfter } from './change.ts';

/** Rules of the permission objects. */
export const permissionRules = {
  PermissionSet: (change: Change): void => {
    if (change.row === null) Object.assign(change.values, { IsOwnedByProfile: false, IsCustom: true });
    assertOnlyOne(change, ['Name'], 'DUPLICATE_DEVELOPER_NAME');
  },
  PermissionSetAssignment: (change: Change): void => {
    change.values.IsActive = true;
    assertOnlyOne(change, ['PermissionSetId', 'AssigneeId'], 'DUPLICATE_VALUE');
  },
  FieldPermissions: (change: Change): void => {
    assertField(change);
    assertOnlyOne(change, ['ParentId', 'Field'], 'DUPLICATE_VALUE');
    if (valueAfter(change, 'PermissionsEdit') === true && valueAfter(change, 'PermissionsRead') !== true) {
      const message = 'Field permissions: a field that can be edited must be readable';
      throw new ApiError(400, 'FIELD_INTEGRITY_EXCEPTION', message, ['PermissionsRead']);
    }
  },
  ObjectPermissions: (change: Change): void => assertOnlyOne(change, ['ParentId', 'SobjectType'], 'DUPLICATE_VALUE'),
};

/** `Field` is object and field, and that field exists whether or not anybody sees it. */
function assertField(change: Change): void {
  const object = String(valueAfter(change, 'SobjectType'));
  const [prefix, name = ''] = String(valueAfter(change, 'Field')).split('.');
  const field = change.org.sobject(object)?.fields.get(name.toLowerCase());
  if (prefix !== object || field === undefined) {
    const message = `Field Name: bad value for restricted picklist field: ${prefix}.${name}`;
    throw new ApiError(400, 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', message, ['Field']);
  }
}

function assertOnlyOne(change: Change, fields: readonly string[], code: string): void {
  const { table } = change;
  const twin = [...table.rows()].find(
    (row) =>
      row !== change.row &&
      !table.isDeleted(row) &&
      fields.every((field) => table.value(row, field) === valueAfter(change, field)),
  );
  if (twin === undefined) return;
  const message = `duplicate value found: ${fields.join(', ')} duplicates value on record with id: ${table.idOf(twin)}`;
  throw new ApiError(400, code, message, []);
}
