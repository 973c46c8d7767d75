import type { AttributeValue } from '../../src/domain/lead.ts';
import type { Mapping } from '../../src/domain/mapping.ts';
import { LeadScoringError } from '../../src/errors.ts';
import type { PropertyDefinition } from './schemas.ts';

/** What a mapped field may be asked to hold; `any` takes what HubSpot's definition says. */
export type FieldType = Mapping['leads']['contact']['attributes'][string]['type'];

/** What a property holds, in our words; `any` for one that HubSpot does not define. */
export function shapeOf(definition: PropertyDefinition | undefined): FieldType {
  if (definition === undefined) return 'any';
  const { type, fieldType } = definition;
  if (type === 'number') return 'number';
  if (type === 'date' || type === 'datetime') return 'instant';
  if (type === 'bool' || fieldType === 'booleancheckbox') return 'boolean';
  return type === 'enumeration' && fieldType === 'checkbox' ? 'list' : 'text';
}

/**
 * Reads HubSpot's text (every property value is one) as a value of the engine.
 *
 * @throws {LeadScoringError} `CRM_RECORD_UNREADABLE` naming the property, if the text is none of the type.
 */
export function readValue(text: string | null | undefined, type: FieldType, property: string): AttributeValue {
  if (text === null || text === undefined || text === '') return null;
  const value = READERS[type](text);
  if (value !== undefined) return value;
  throw new LeadScoringError('CRM_RECORD_UNREADABLE', `The value of ${property} is no ${type}`);
}

const READERS: Readonly<Record<FieldType, (text: string) => AttributeValue | undefined>> = {
  any: (text) => text,
  text: (text) => text,
  number: (text) => {
    const value = Number(text);
    return Number.isFinite(value) ? value : undefined;
  },
  boolean: (text) => ({ true: true, false: false })[text.toLowerCase()],
  instant: (text) => {
    const at = new Date(/^-?\d+$/.test(text) ? Number(text) : text);
    return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
  },
  list: (text) => text.split(';').filter((option) => option !== ''),
};
