import type { MappedObject } from '../../src/domain/crm.ts';
import type { FieldDescription, ObjectDescription } from '../../src/domain/field-description.ts';
import { abortable } from './abortable.ts';
import type { Field, Org } from './org.ts';
import { NUMBER_TYPES } from './schemas.ts';

/** Salesforce's name of each object that a mapping names. */
export const MAPPED_OBJECTS = { lead: 'Lead', contact: 'Contact', company: 'Account' } as const satisfies Record<
  MappedObject,
  string
>;

/** An object's fields in our words; `null` if the org has no such object, or not for us. */
export async function describe(org: Org, object: MappedObject, signal: AbortSignal): Promise<ObjectDescription | null> {
  const name = MAPPED_OBJECTS[object];
  const fields = await abortable(org.fields(name), signal);
  if (fields === null) return null;
  return {
    object: name,
    names: fields.names,
    find: (wanted) => {
      const field = fields.get(wanted);
      return field === undefined ? undefined : descriptionOf(field);
    },
  };
}

const TYPES: Readonly<Record<string, FieldDescription['type']>> = {
  boolean: 'boolean',
  datetime: 'instant',
  date: 'date',
  multipicklist: 'list',
  // No single value.
  address: null,
  location: null,
  base64: null,
  complexvalue: null,
};

/** One field in our words. */
export function descriptionOf(field: Field): FieldDescription {
  const { name, type, length, updateable, calculated, autoNumber, picklistValues } = field;
  const isNumber = NUMBER_TYPES.has(type);
  const isPicklist = type === 'picklist' || type === 'multipicklist';
  const options = picklistValues
    .filter(({ active }) => active)
    .map(({ value, label }) => ({ value, label: label ?? value }));
  return {
    name,
    type: isNumber ? 'number' : type in TYPES ? (TYPES[type] ?? null) : 'text',
    crmType: type,
    readOnly: updateable ? null : calculated || autoNumber ? 'computed' : 'no permission',
    // An unrestricted picklist would take any text, and collect our misspellings.
    options: isPicklist ? options : null,
    longest: isNumber || isPicklist || length === 0 ? null : length,
    digits: isNumber ? digitsOf(field) : null,
    isNeverEmpty: type === 'boolean',
  };
}

/** An integer tells its digits, every other number its precision, digits behind the point included. */
function digitsOf({ type, digits, precision, scale }: Field): FieldDescription['digits'] {
  const isInteger = type === 'int' || type === 'long';
  return isInteger ? { whole: digits, part: 0 } : { whole: precision - scale, part: scale };
}
