import { z } from 'zod';
import type { Provisioned } from '../../src/domain/crm.ts';
import type { Mapping } from '../../src/domain/mapping.ts';
import { LeadScoringError } from '../../src/errors.ts';
import { type CreatedType, isOfWantedType, type WantedField, wantedFields } from '../wanted-fields.ts';
import type { HubspotClient } from './client.ts';
import type { DefinitionCache, Definitions } from './definitions.ts';
import { descriptionOf } from './describe.ts';
import { PATHS } from './paths.ts';
import { GroupList } from './schemas.ts';

/** The property group that an admin finds our properties under. */
const GROUP = { name: 'scorewire', label: 'Lead score (Scorewire)' };

const PROPERTY_TYPES: Readonly<Record<CreatedType, object>> = {
  number: { type: 'number', fieldType: 'number' },
  text: { type: 'string', fieldType: 'text' },
  instant: { type: 'datetime', fieldType: 'date' },
  date: { type: 'date', fieldType: 'date' },
  boolean: { type: 'bool', fieldType: 'booleancheckbox', options: optionsOf('true', 'false') },
};

/**
 * Creates the group and the contact properties that are missing; those that exist stay as they are.
 *
 * @throws {LeadScoringError} `CRM_FIELD_TYPE` naming every existing property of another type, before creating any.
 */
export async function provision(
  client: HubspotClient,
  { mapping, definitions, dryRun }: { mapping: Mapping; definitions: DefinitionCache; dryRun: boolean },
  signal: AbortSignal,
): Promise<readonly Provisioned[]> {
  const existing = await definitions.renew('contacts', signal);
  const wanted = wantedFields(mapping, 'contact');
  refuseOtherTypes(wanted, existing);
  const groups = await client.send(
    { operation: 'read', method: 'GET', path: PATHS.propertyGroups('contacts') },
    GroupList,
    signal,
  );
  const hasGroup = groups.body.results.some(({ name }) => name === GROUP.name);
  const missing = wanted.filter(({ field }) => !existing.has(field));
  if (!dryRun) {
    if (!hasGroup) await create(client, PATHS.propertyGroups('contacts'), GROUP, signal);
    for (const field of missing) {
      await create(client, PATHS.properties('contacts'), propertyOf(field), signal);
    }
    // Someone else may have created one in the meantime, with another type.
    if (missing.length > 0) refuseOtherTypes(wanted, await definitions.renew('contacts', signal));
  }
  const made: Provisioned['outcome'] = dryRun ? 'would create' : 'created';
  return [
    { name: `group ${GROUP.name}`, outcome: hasGroup ? 'exists' : made },
    ...wanted.map(
      ({ field }): Provisioned => ({
        name: `contact.${field}`,
        outcome: existing.has(field) ? 'exists' : made,
      }),
    ),
  ];
}

function refuseOtherTypes(wanted: readonly WantedField[], definitions: Definitions): void {
  const wrong = wanted.flatMap((field) => {
    const definition = definitions.get(field.field);
    if (definition === undefined || isOfWantedType(field, descriptionOf(definition))) return [];
    return [`${field.field} must be a ${field.type} property and is ${definition.type}`];
  });
  if (wrong.length > 0) throw new LeadScoringError('CRM_FIELD_TYPE', wrong.join('; '));
}

function propertyOf({ name, field, type, label, help }: WantedField): object {
  return {
    name: field,
    label,
    description: help,
    groupName: GROUP.name,
    ...PROPERTY_TYPES[type],
    ...(name === 'reasons' ? { fieldType: 'textarea' } : {}),
    formField: false,
  };
}

function optionsOf(...values: readonly string[]): readonly object[] {
  return values.map((value, displayOrder) => ({ label: value, value, displayOrder, hidden: false }));
}

/** Creating by name may be repeated: what is there already is answered with 409 and left untouched. */
async function create(client: HubspotClient, path: string, body: object, signal: AbortSignal): Promise<void> {
  try {
    await client.send({ operation: 'idempotent', method: 'POST', path, body }, z.unknown(), signal);
  } catch (error) {
    if (!(error instanceof LeadScoringError) || error.context.status !== 409) throw error;
  }
}
