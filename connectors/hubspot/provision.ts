import { z } from 'zod';
import type { Provisioned } from '../../src/domain/crm.ts';
import type { Mapping } from '../../src/domain/mapping.ts';
import { SCORE_FIELDS, type ScoreField } from '../../src/domain/score-field.ts';
import { LeadScoringError } from '../../src/errors.ts';
import type { HubspotClient } from './client.ts';
import type { DefinitionCache, Definitions } from './definitions.ts';
import { PATHS } from './paths.ts';
import { shapeOf } from './property-values.ts';
import { GroupList } from './schemas.ts';

/** The property group that an admin finds our properties under. */
const GROUP = { name: 'scorewire', label: 'Lead score (Scorewire)' };

const PROPERTY_TYPES = {
  number: { type: 'number', fieldType: 'number' },
  text: { type: 'string', fieldType: 'text' },
  instant: { type: 'datetime', fieldType: 'date' },
} as const;

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
  refuseOtherTypes(mapping, existing);
  const groups = await client.send(
    { operation: 'read', method: 'GET', path: PATHS.propertyGroups('contacts') },
    GroupList,
    signal,
  );
  const hasGroup = groups.body.results.some(({ name }) => name === GROUP.name);
  const missing = fieldsOf(mapping).filter(({ name }) => !existing.has(name));
  if (!dryRun) {
    if (!hasGroup) await create(client, PATHS.propertyGroups('contacts'), GROUP, signal);
    for (const field of missing) {
      await create(client, PATHS.properties('contacts'), propertyOf(field), signal);
    }
    // Someone else may have created one in the meantime, with another type.
    if (missing.length > 0) refuseOtherTypes(mapping, await definitions.renew('contacts', signal));
  }
  const made: Provisioned['outcome'] = dryRun ? 'would create' : 'created';
  return [
    { name: `group ${GROUP.name}`, outcome: hasGroup ? 'exists' : made },
    ...fieldsOf(mapping).map(
      ({ name }): Provisioned => ({
        name: `contact.${name}`,
        outcome: existing.has(name) ? 'exists' : made,
      }),
    ),
  ];
}

/** The score fields whose property exists and holds something else, as one sentence each. */
export function otherTypes(mapping: Mapping, definitions: Definitions): readonly string[] {
  return fieldsOf(mapping).flatMap(({ name, field }) => {
    const definition = definitions.get(name);
    const { type } = SCORE_FIELDS[field];
    if (definition === undefined || shapeOf(definition) === type) return [];
    return [`scoreFields.${field} → ${name} must be a ${type} property and is ${definition.type}`];
  });
}

function refuseOtherTypes(mapping: Mapping, definitions: Definitions): void {
  const wrong = otherTypes(mapping, definitions);
  if (wrong.length > 0) throw new LeadScoringError('CRM_FIELD_TYPE', wrong.join('; '));
}

interface ScoreProperty {
  readonly field: ScoreField;
  readonly name: string;
}

function fieldsOf({ scoreFields }: Mapping): readonly ScoreProperty[] {
  const fields = Object.keys(SCORE_FIELDS) as ScoreField[]; // Object.keys forgets the keys
  return fields.map((field) => ({ field, name: scoreFields[field] }));
}

function propertyOf({ field, name }: ScoreProperty): object {
  const { type, label, help } = SCORE_FIELDS[field];
  return {
    name,
    label,
    description: help,
    groupName: GROUP.name,
    ...PROPERTY_TYPES[type],
    ...(field === 'reasons' ? { fieldType: 'textarea' } : {}),
    formField: false,
  };
}

/** Creating by name may be repeated: what is there already is answered with 409 and left untouched. */
async function create(client: HubspotClient, path: string, body: object, signal: AbortSignal): Promise<void> {
  try {
    await client.send({ operation: 'idempotent', method: 'POST', path, body }, z.unknown(), signal);
  } catch (error) {
    if (!(error instanceof LeadScoringError) || error.context.status !== 409) throw error;
  }
}
