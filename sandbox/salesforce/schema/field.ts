import type { ObjectName } from '../ids.ts';

/** Field types that the twin knows, as describe names them. */
export type FieldType =
  | 'id'
  | 'string'
  | 'textarea'
  | 'email'
  | 'phone'
  | 'url'
  | 'picklist'
  | 'multipicklist'
  | 'combobox'
  | 'boolean'
  | 'int'
  | 'double'
  | 'currency'
  | 'percent'
  | 'date'
  | 'datetime'
  | 'reference'
  | 'address';

/** One field of an object. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly type: FieldType;
  /** Characters; 0 where the type has no length. */
  readonly length: number;
  /** Digits in all, and digits after the point; 0 where the type has none. */
  readonly precision: number;
  readonly scale: number;
  readonly isCreateable: boolean;
  readonly isUpdateable: boolean;
  readonly isRequired: boolean;
  readonly hasDefault: boolean;
  readonly isCustom: boolean;
  /** A formula: its value follows from other fields, and nobody can write it. */
  readonly isCalculated: boolean;
  readonly isExternalId: boolean;
  readonly isRestricted: boolean;
  readonly values: readonly string[];
  /** Objects that a reference may name, and the name under which SOQL follows it. */
  readonly referenceTo: readonly ObjectName[];
  readonly relationship: string | null;
  readonly help: string | null;
}

/** What every field has unless its line says otherwise. */
export const PLAIN_FIELD: Omit<Field, 'name' | 'label' | 'type'> = {
  length: 0,
  precision: 0,
  scale: 0,
  isCreateable: false,
  isUpdateable: false,
  isRequired: false,
  hasDefault: false,
  isCustom: false,
  isCalculated: false,
  isExternalId: false,
  isRestricted: false,
  values: [],
  referenceTo: [],
  relationship: null,
  help: null,
};

const LINE = /^(\w+) (\w+)(?:\((\d+)(?:\.(\d+))?\))?(?: ([curdx!]+))?(?: -> ([\w|]+) as (\w+))?(?: = (.+))?$/;

/**
 * Fields from lines `Name type(length or precision.scale) flags -> Object|Object as Relationship = value|value`.
 *
 * Flags: c createable, u updateable, r required, d defaulted on create, x external id, ! restricted picklist.
 */
export function fieldsOf(lines: string): readonly Field[] {
  return lines
    .trim()
    .split('\n')
    .map((line) => fieldOf(line.trim()));
}

function fieldOf(line: string): Field {
  const match = LINE.exec(line);
  if (match === null) throw new Error(`schema line: ${line}`);
  const [, name, type, size, scale, flags = '', targets, relationship, values] = match;
  const isNumber = ['double', 'currency', 'percent', 'int'].includes(type!);
  return {
    ...PLAIN_FIELD,
    name: name!,
    label: labelOf(name!),
    type: type as FieldType, // the tables of schema/ are ours
    length: lengthOf(type!, isNumber ? undefined : size),
    precision: isNumber ? Number(size ?? 18) : 0,
    scale: Number(scale ?? 0),
    isCreateable: flags.includes('c'),
    isUpdateable: flags.includes('u'),
    isRequired: flags.includes('r'),
    hasDefault: flags.includes('d'),
    isExternalId: flags.includes('x'),
    isRestricted: flags.includes('!'),
    values: values?.split('|') ?? [],
    referenceTo: (targets?.split('|') ?? []) as ObjectName[], // as above
    relationship: relationship ?? null,
  };
}

function lengthOf(type: string, size: string | undefined): number {
  if (size !== undefined) return Number(size);
  const usual: Record<string, number> = { id: 18, reference: 18, picklist: 40, phone: 40, email: 80, url: 255 };
  return usual[type] ?? 0;
}

function labelOf(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/ Id$/, ' ID');
}
