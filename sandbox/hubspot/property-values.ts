import { type ErrorDetail, invalidProperties } from './hubspot-error.ts';
import type { PropertyDefinition, PropertyDefinitions } from './property-definitions.ts';
import { type Fields, isoOf } from './record.ts';

const LONGEST_TEXT = 65_536;

/**
 * The values as HubSpot stores them: instants in ISO-8601, an empty text as nothing.
 *
 * @throws {HubspotError} 400 that names every property that does not exist, cannot be written or does not fit
 */
export function storedValues(values: Fields, definitions: PropertyDefinitions): Fields {
  const faults: ErrorDetail[] = [];
  const stored: Record<string, string | null> = {};
  for (const [name, value] of Object.entries(values)) {
    const property = definitions.find(name);
    const outcome = property ? storedValue(value, property) : UNKNOWN;
    if ('value' in outcome) stored[name] = outcome.value;
    else faults.push(faultOf(name, outcome));
  }
  if (faults.length > 0) throw invalidProperties(faults);
  return stored;
}

type Outcome = { readonly value: string | null } | { readonly code: string; readonly problem: string };

const UNKNOWN = { code: 'PROPERTY_DOESNT_EXIST', problem: 'does not exist' } as const;

function faultOf(name: string, { code, problem }: { code: string; problem: string }): ErrorDetail {
  return { message: `Property "${name}" ${problem}`, code, context: { propertyName: [name] } };
}

function storedValue(value: string | null, property: PropertyDefinition): Outcome {
  if (property.isReadOnly)
    return { code: 'READ_ONLY_VALUE', problem: 'is a read only property; its value cannot be set' };
  if (value === null || value === '') return { value: null };
  switch (property.type) {
    case 'number':
      return /^-?(\d+\.?\d*|\.\d+)$/.test(value)
        ? { value }
        : { code: 'INVALID_INTEGER', problem: 'was not a valid number' };
    case 'bool':
      return isOneOf(value, ['true', 'false']);
    case 'enumeration':
      return enumerated(value, property);
    case 'datetime':
      return instant(value, (ms) => isoOf(ms));
    case 'date':
      return instant(value, (ms) => isoOf(ms).slice(0, 10));
    default:
      return text(value, property);
  }
}

function text(value: string, { name }: PropertyDefinition): Outcome {
  if (value.length > LONGEST_TEXT)
    return { code: 'PROPERTY_TOO_LONG', problem: `is longer than ${LONGEST_TEXT} characters` };
  if (name === 'email' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value))
    return { code: 'INVALID_EMAIL', problem: 'is no e-mail address' };
  return { value: name === 'email' ? value.toLowerCase() : value };
}

function enumerated(value: string, { fieldType, options }: PropertyDefinition): Outcome {
  const allowed = options.map((option) => option.value);
  if (fieldType !== 'checkbox') return isOneOf(value, allowed);
  const wrong = value.split(';').find((choice) => !allowed.includes(choice));
  return wrong === undefined ? { value } : isOneOf(wrong, allowed);
}

function isOneOf(value: string, allowed: readonly string[]): Outcome {
  if (allowed.includes(value)) return { value };
  return { code: 'INVALID_OPTION', problem: `was not one of the allowed options: [${allowed.join(', ')}]` };
}

function instant(value: string, write: (ms: number) => string): Outcome {
  const ms = /^-?\d+$/.test(value) ? Number(value) : Date.parse(value);
  return Number.isNaN(ms) || Math.abs(ms) > 8.64e15
    ? { code: 'INVALID_DATE', problem: 'was not a valid date' }
    : { value: write(ms) };
}
