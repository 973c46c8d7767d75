import type { AttributeValue } from '../../src/domain/lead.ts';
import type { MappedType } from '../../src/domain/mapped-type.ts';
import type { CrmValue } from '../../src/domain/mapped-value.ts';
import { LeadScoringError } from '../../src/errors.ts';
import type { PropertyDefinition } from './schemas.ts';

/** What HubSpot's text stands for; a date is the instant of its midnight. */
type Shape = Exclude<MappedType, 'any' | 'date'>;

/** What a property holds; a text for one that HubSpot does not define. */
export function shapeOf(definition: PropertyDefinition | undefined): Shape {
  if (definition === undefined) return 'text';
  const { type, fieldType } = definition;
  if (type === 'number') return 'number';
  if (type === 'date' || type === 'datetime') return 'instant';
  if (type === 'bool' || fieldType === 'booleancheckbox') return 'boolean';
  return type === 'enumeration' && fieldType === 'checkbox' ? 'list' : 'text';
}

/** A property's value for a mapping; a text that is none of the property's own type stays one. */
export function crmValueOf(text: string | null | undefined, definition: PropertyDefinition | undefined): CrmValue {
  if (text === null || text === undefined || text === '') return { value: null, text: null };
  return { value: READERS[shapeOf(definition)](text) ?? text, text };
}

/**
 * Reads HubSpot's text (every property value is one) as a value of the engine.
 *
 * @throws {LeadScoringError} `CRM_RECORD_UNREADABLE` naming the property, if the text is none of the type.
 */
export function readValue(text: string | null | undefined, type: Shape, property: string): AttributeValue {
  if (text === null || text === undefined || text === '') return null;
  const value = READERS[type](text);
  if (value !== undefined) return value;
  throw new LeadScoringError('CRM_RECORD_UNREADABLE', `The value of ${property} is no ${type}`);
}

const READERS: Readonly<Record<Shape, (text: string) => AttributeValue | undefined>> = {
  text: (text) => text,
  number: (text) => {
    const value = Number(text);
    return text.trim() !== '' && Number.isFinite(value) ? value : undefined;
  },
  boolean: (text) => ({ true: true, false: false })[text.toLowerCase()],
  instant: (text) => {
    const at = new Date(/^-?\d+$/.test(text) ? Number(text) : text);
    return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
  },
  list: (text) => text.split(';').filter((option) => option !== ''),
};
