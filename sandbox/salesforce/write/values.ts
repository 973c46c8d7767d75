import { ApiError, noSuchColumn } from '../api-error.ts';
import { canonicalId, parseId } from '../ids.ts';
import type { Org } from '../org.ts';
import type { Field } from '../schema/field.ts';
import type { Sobject } from '../schema/sobject.ts';
import { type Fields, instantText, parseInstant, type Value } from '../value.ts';

/** Errors that fail the whole request, however many rows it has. */
const WHOLE = new Set(['INVALID_FIELD', 'JSON_PARSER_ERROR', 'INVALID_TYPE']);

/** Whether an error concerns the request and not one of its rows. */
export function isWholeFailure(error: ApiError): boolean {
  return WHOLE.has(error.faults[0]!.code);
}

/**
 * The values of a request, under the fields' own names and in wire form.
 *
 * @throws {ApiError} the code with which Salesforce refuses the first value that it does not take
 */
export function checkedValues(
  org: Org,
  sobject: Sobject,
  input: Readonly<Record<string, unknown>>,
  mode: 'insert' | 'update',
): Fields {
  const values: Fields = {};
  const readOnly: string[] = [];
  for (const [name, given] of Object.entries(input)) {
    const field = org.visibleField(sobject, name);
    if (field === undefined) throw noSuchColumn(name, sobject.name);
    const isOpen = mode === 'insert' ? field.isCreateable : field.isUpdateable;
    if (!isOpen || !org.access.canEdit(sobject.name, field.name)) readOnly.push(field.name);
    else values[field.name] = checkedValue(org, field, given);
  }
  if (readOnly.length > 0) throw refusedFields(readOnly);
  assertRequired(sobject, values, mode);
  return values;
}

function assertRequired(sobject: Sobject, values: Fields, mode: 'insert' | 'update'): void {
  const missing = [...sobject.fields.values()]
    .filter((field) => field.isRequired && field.isCreateable)
    .filter(({ name, hasDefault }) => {
      const value = values[name];
      return mode === 'insert' && !hasDefault ? value === undefined || value === null : value === null;
    })
    .map(({ name }) => name);
  if (missing.length > 0) throw missingFields(missing);
}

/** Required fields have no value. */
export function missingFields(names: readonly string[]): ApiError {
  return new ApiError(400, 'REQUIRED_FIELD_MISSING', `Required fields are missing: [${names.join(', ')}]`, names);
}

function refusedFields(names: readonly string[]): ApiError {
  return new ApiError(
    400,
    'INVALID_FIELD_FOR_INSERT_UPDATE',
    `Unable to create/update fields: ${names.join(', ')}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`,
    names,
  );
}

function checkedValue(org: Org, field: Field, given: unknown): Value {
  if (given === null || given === undefined) return field.type === 'boolean' ? false : null;
  switch (field.type) {
    case 'boolean':
      if (typeof given !== 'boolean') throw wrongType('boolean', given);
      return given;
    case 'int':
    case 'double':
    case 'currency':
    case 'percent':
      return checkedNumber(field, given);
    case 'datetime':
      return checkedInstant(given);
    case 'date':
      if (typeof given !== 'string' || !/^\d{4}-\d{2}-\d{2}(T.*)?$/.test(given)) throw wrongType('date', given);
      return given === '' ? null : given.slice(0, 10);
    case 'reference':
      return checkedReference(org, field, given);
    default:
      return checkedText(field, given);
  }
}

function checkedNumber(field: Field, given: unknown): number | null {
  if (given === '') return null;
  const number = typeof given === 'string' ? Number(given) : given;
  if (typeof number !== 'number' || !Number.isFinite(number)) throw wrongType('double', given);
  const rounded = Number(`${Math.round(Number(`${number}e${field.scale}`))}e-${field.scale}`);
  const digits = field.type === 'int' ? 10 : field.precision - field.scale;
  if (Math.abs(Number.isNaN(rounded) ? number : rounded) >= 10 ** digits) {
    const message = `${field.label}: value outside of valid range on numeric field: ${number}`;
    throw new ApiError(400, 'NUMBER_OUTSIDE_VALID_RANGE', message, [field.name]);
  }
  return Number.isNaN(rounded) ? 0 : rounded;
}

function checkedInstant(given: unknown): string | null {
  if (given === '') return null;
  const isDate = typeof given === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(given);
  const seconds = typeof given === 'string' ? parseInstant(isDate ? `${given}T00:00:00Z` : given) : null;
  if (seconds === null) throw wrongType('datetime', given);
  return instantText(Math.floor(seconds));
}

function checkedText(field: Field, given: unknown): string | null {
  if (typeof given !== 'string') throw wrongType('string', given);
  const text = given.trim();
  if (text === '') return null;
  const problem = (code: string, message: string) =>
    new ApiError(400, code, `${field.label}: ${message}`, [field.name]);
  if (field.length > 0 && text.length > field.length) {
    throw problem('STRING_TOO_LONG', `data value too large: ${text} (max length=${field.length})`);
  }
  if (field.type === 'email' && !/^[^\s@,;]+@[^\s@,;]+\.[^\s@.,;]+$/.test(text)) {
    throw problem('INVALID_EMAIL_ADDRESS', `invalid email address: ${text}`);
  }
  const entries = field.type === 'multipicklist' ? text.split(';') : [text];
  if (field.isRestricted && !entries.every((entry) => field.values.includes(entry))) {
    throw problem('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', `bad value for restricted picklist field: ${text}`);
  }
  return text;
}

function checkedReference(org: Org, field: Field, given: unknown): string | null {
  if (given === '') return null;
  if (typeof given !== 'string') throw wrongType('string', given);
  const id = canonicalId(given);
  const named = id === null ? null : parseId(id);
  const isOfType = id !== null && (named === null || field.referenceTo.includes(named.object));
  if (!isOfType) {
    throw new ApiError(400, 'MALFORMED_ID', `${field.label}: id value of incorrect type: ${given}`, [field.name]);
  }
  const table = named === null ? null : org.table(named.object);
  if (table === null || !table.has(named!.row)) {
    throw new ApiError(400, 'INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', [field.name]);
  }
  if (table.isDeleted(named!.row)) throw new ApiError(400, 'ENTITY_IS_DELETED', 'entity is deleted', []);
  return id;
}

function wrongType(wanted: string, given: unknown): ApiError {
  const token = { string: 'STRING', number: 'NUMBER', boolean: 'BOOLEAN' }[typeof given as string] ?? 'START_OBJECT';
  const message = `Cannot deserialize instance of ${wanted} from VALUE_${token} value`;
  return new ApiError(400, 'JSON_PARSER_ERROR', message);
}
