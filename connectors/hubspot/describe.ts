import type { MappedObject } from '../../src/domain/crm.ts';
import type { FieldDescription, ObjectDescription } from '../../src/domain/field-description.ts';
import { LeadScoringError } from '../../src/errors.ts';
import type { DefinitionCache } from './definitions.ts';
import { shapeOf } from './property-values.ts';
import type { PropertyDefinition } from './schemas.ts';

/** HubSpot's limit for a text of any kind, in characters (shared/design/hubspot.md 3). */
const LONGEST_TEXT = 65_536;

/** An object's properties in our words, asked for anew; `null` without the scope to see them. */
export async function describe(
  definitions: DefinitionCache,
  object: MappedObject,
  signal: AbortSignal,
): Promise<ObjectDescription | null> {
  if (object === 'lead') return null; // HubSpot's leads are its contacts
  try {
    const found = await definitions.renew(object === 'company' ? 'companies' : 'contacts', signal);
    const fields = new Map([...found.values()].map((definition) => [definition.name, descriptionOf(definition)]));
    return { object, names: [...fields.keys()], find: (name) => fields.get(name) };
  } catch (error) {
    if (error instanceof LeadScoringError && error.code === 'CRM_SCOPE_MISSING') return null;
    throw error;
  }
}

/** One property in our words. */
export function descriptionOf(definition: PropertyDefinition): FieldDescription {
  const { name, type, fieldType, calculated, modificationMetadata } = definition;
  const shape = type === 'date' ? 'date' : shapeOf(definition);
  return {
    name,
    type: shape,
    crmType: type === 'enumeration' ? `${type} (${fieldType})` : type,
    readOnly: calculated || modificationMetadata.readOnlyValue ? 'computed' : null,
    options: hasOwnOptions(definition) ? definition.options : null,
    longest: shape === 'text' ? LONGEST_TEXT : null,
    digits: null,
    isNeverEmpty: false,
  };
}

/** Yes and no are options of a checkbox as well, and a boolean in our words. */
function hasOwnOptions(definition: PropertyDefinition): boolean {
  return definition.type === 'enumeration' && !definition.externalOptions && shapeOf(definition) !== 'boolean';
}
