import { z } from 'zod';
import { refused } from './hubspot-error.ts';
import { OBJECT_TYPES, type ObjectType } from './object-types.ts';
import type { PropertyDefinition, PropertyDefinitions } from './property-definitions.ts';
import type { Fields } from './record.ts';

const Text = z.coerce.string();
export const Filter = z.object({
  propertyName: z.string(),
  operator: z.enum([
    'BETWEEN',
    'CONTAINS_TOKEN',
    'EQ',
    'GT',
    'GTE',
    'HAS_PROPERTY',
    'IN',
    'LT',
    'LTE',
    'NEQ',
    'NOT_CONTAINS_TOKEN',
    'NOT_HAS_PROPERTY',
    'NOT_IN',
  ]),
  value: Text.optional(),
  highValue: Text.optional(),
  values: z.array(Text).optional(),
});
export type Filter = z.infer<typeof Filter>;

/** A filter that knows its property's type. */
export interface Test {
  readonly property: string;
  /** Whether the id or the modification stamp alone decides, so that no record need be built. */
  readonly on: 'id' | 'stamp' | 'fields';
  passes(value: string | null): boolean;
  /** The same for `id` and `stamp`, as a number. */
  passesNumber(value: number): boolean;
  /** No record with an older stamp can pass; `-Infinity` where that is not known. */
  readonly sinceMs: number;
}

/** Turns a filter into a test. @throws {HubspotError} 400 for an unknown property or a missing value */
export function testOf(type: ObjectType, filter: Filter, definitions: PropertyDefinitions): Test {
  const property = definitions.find(filter.propertyName);
  if (!property) throw refused(`There was a problem with the request: unknown property '${filter.propertyName}'`);
  const isStamp = property.name === OBJECT_TYPES[type].modified;
  const compare = comparison(filter, property);
  const isLowerBound = ['GT', 'GTE', 'EQ', 'BETWEEN'].includes(filter.operator);
  return {
    property: property.name,
    on: isStamp ? 'stamp' : property.name === 'hs_object_id' ? 'id' : 'fields',
    passes: (value) => compare(value === null ? null : orderOf(value, property)),
    passesNumber: compare,
    sinceMs: isStamp && isLowerBound ? Number(orderOf(needed(filter.value), property)) : Number.NEGATIVE_INFINITY,
  };
}

/** Whether all tests on fields pass. */
export function passFields(tests: readonly Test[], fields: Fields): boolean {
  return tests.every((test) => test.on !== 'fields' || test.passes(fields[test.property] ?? null));
}

type Ordered = string | number;

/** The value in the form in which it compares: numbers and instants as numbers, text in lower case. */
function orderOf(value: string, { type, name }: PropertyDefinition): Ordered {
  if (type === 'number') return Number(value);
  if (type === 'datetime' || type === 'date') return /^-?\d+$/.test(value) ? Number(value) : Date.parse(value);
  return type === 'enumeration' || name === 'hs_object_id' ? value : value.toLowerCase();
}

function comparison(filter: Filter, property: PropertyDefinition): (value: Ordered | null) => boolean {
  const ordered = (text: string | undefined) => orderOf(needed(text), property);
  switch (filter.operator) {
    case 'HAS_PROPERTY':
      return (value) => value !== null;
    case 'NOT_HAS_PROPERTY':
      return (value) => value === null;
    case 'EQ':
      return equals(ordered(filter.value));
    case 'NEQ':
      return whereSet(not(equals(ordered(filter.value))));
    case 'IN':
      return oneOf(filter, property);
    case 'NOT_IN':
      return whereSet(not(oneOf(filter, property)));
    case 'CONTAINS_TOKEN':
      return containsToken(needed(filter.value));
    case 'NOT_CONTAINS_TOKEN':
      return whereSet(not(containsToken(needed(filter.value))));
    case 'BETWEEN': {
      const [low, high] = [ordered(filter.value), ordered(filter.highValue)];
      return whereSet((value) => value! >= low && value! <= high);
    }
    default:
      return bound(filter.operator, ordered(filter.value));
  }
}

function bound(operator: 'GT' | 'GTE' | 'LT' | 'LTE', limit: Ordered): (value: Ordered | null) => boolean {
  if (operator === 'GT') return whereSet((value) => value! > limit);
  if (operator === 'GTE') return whereSet((value) => value! >= limit);
  if (operator === 'LT') return whereSet((value) => value! < limit);
  return whereSet((value) => value! <= limit);
}

/** HubSpot compares the lower-cased text with the listed values as they are: a value in capitals finds nothing. */
function oneOf({ values }: Filter, property: PropertyDefinition): (value: Ordered | null) => boolean {
  if (!values || values.length === 0) throw refused('There was a problem with the request: values are missing');
  const isText = property.type === 'string' || property.type === 'phone_number';
  const wanted = new Set(isText ? values : values.map((value) => orderOf(value, property)));
  return (value) => value !== null && wanted.has(value);
}

function containsToken(pattern: string): (value: Ordered | null) => boolean {
  const words = pattern
    .toLowerCase()
    .split(/[^\p{L}\p{N}*]+/u)
    .filter(Boolean);
  const matches = words.map((word) => new RegExp(`^${word.split('*').map(RegExp.escape).join('.*')}$`, 'u'));
  return (value) => {
    if (value === null) return false;
    const tokens = String(value)
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u);
    return matches.every((word) => tokens.some((token) => word.test(token)));
  };
}

function equals(wanted: Ordered): (value: Ordered | null) => boolean {
  return (value) => value === wanted;
}

function not(test: (value: Ordered | null) => boolean): (value: Ordered | null) => boolean {
  return (value) => !test(value);
}

/** An empty property passes no comparison, not even a negative one. */
function whereSet(test: (value: Ordered | null) => boolean): (value: Ordered | null) => boolean {
  return (value) => value !== null && test(value);
}

function needed(value: string | undefined): string {
  if (value === undefined) throw refused('There was a problem with the request: a value is missing');
  return value;
}
