import { z } from 'zod';
import type { AccountCheck } from '../../src/domain/crm.ts';
import type { Mapping } from '../../src/domain/mapping.ts';
import { nearest } from '../../src/domain/nearest.ts';
import { LeadScoringError } from '../../src/errors.ts';
import type { Call, HubspotClient } from './client.ts';
import type { DefinitionCache, Definitions } from './definitions.ts';
import { PATHS } from './paths.ts';
import { type FieldType, shapeOf } from './property-values.ts';
import { otherTypes } from './provision.ts';
import { Account } from './schemas.ts';

/**
 * Asks who the account is, what we may read and write there, and whether every mapped property is there.
 *
 * A score field that is absent is no fault: provisioning creates it. One of another type is.
 */
export async function check(
  client: HubspotClient,
  { mapping, definitions }: { readonly mapping: Mapping; readonly definitions: DefinitionCache },
  signal: AbortSignal,
): Promise<AccountCheck> {
  const call = { operation: 'read', method: 'GET', path: PATHS.account } as const;
  const { portalId, timeZone, uiDomain } = (await client.send(call, Account, signal)).body;
  client.timeZone = timeZone;
  const faults = new Map<string, LeadScoringError>();
  const look = async (step: () => Promise<readonly LeadScoringError[]>) => {
    for (const fault of await mendable(step)) faults.set(fault.message, fault);
  };
  for (const probe of PROBES) {
    await look(async () => {
      await client.send(probe, z.unknown(), signal);
      return [];
    });
  }
  await look(() => mappingFaults(mapping, definitions, signal));
  return {
    accountId: portalId,
    timeZone,
    recordUrl: `https://${uiDomain}/contacts/${portalId}/{object}/{id}`,
    dailyCallsLeft: client.dailyCallsLeft,
    faults: [...faults.values()],
  };
}

/** The faults that a step finds; a scope that it lacks is one, other refusals of a probe mean nothing. */
async function mendable(step: () => Promise<readonly LeadScoringError[]>): Promise<readonly LeadScoringError[]> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof LeadScoringError)) throw error;
    if (error.code === 'CRM_SCOPE_MISSING') return [error];
    if (error.recovery === 'quarantine') return [];
    throw error;
  }
}

const OBJECTS = ['contacts', 'companies', 'deals', 'calls', 'emails', 'meetings', 'notes', 'tasks', 'communications'];
/** Reading one record of each object, and writing none, tells which scopes are missing. */
const PROBES: readonly Call[] = [
  ...OBJECTS.map((object) => ({
    operation: 'read' as const,
    method: 'GET' as const,
    path: PATHS.objects(object),
    query: { limit: '1' },
  })),
  { operation: 'read', method: 'GET', path: PATHS.owners, query: { limit: '1' } },
  { operation: 'read', method: 'GET', path: PATHS.forms, query: { limit: '1' } },
  // A batch without inputs changes nothing; HubSpot looks at the scope before it looks at the inputs.
  { operation: 'idempotent', method: 'POST', path: PATHS.batch('contacts', 'update'), body: { inputs: [] } },
];

async function mappingFaults(
  mapping: Mapping,
  definitions: DefinitionCache,
  signal: AbortSignal,
): Promise<readonly LeadScoringError[]> {
  const contacts = await definitions.renew('contacts', signal);
  const companies = await definitions.renew('companies', signal);
  const { attributes, lifecycle } = mapping.leads.contact;
  const lines: MappedLine[] = [
    ...linesOf('leads.contact.attributes', attributes, contacts),
    ...(lifecycle === undefined
      ? []
      : [{ place: 'leads.contact.lifecycle.field', field: lifecycle.field, type: 'any' as const, known: contacts }]),
    ...linesOf('company.attributes', mapping.company.attributes, companies),
  ];
  const wrongTypes = otherTypes(mapping, contacts).map((sentence) => new LeadScoringError('CRM_FIELD_TYPE', sentence));
  return [...lines.flatMap((line) => faultOf(line) ?? []), ...wrongTypes];
}

/** One line of the mapping and the properties it may name. */
interface MappedLine {
  readonly place: string;
  readonly field: string;
  readonly type: FieldType;
  readonly known: Definitions;
}

function linesOf(
  section: string,
  attributes: Readonly<Record<string, { readonly field: string; readonly type: FieldType }>>,
  known: Definitions,
): MappedLine[] {
  return Object.entries(attributes).map(([name, { field, type }]) => ({
    place: `${section}.${name}`,
    field,
    type,
    known,
  }));
}

function faultOf({ place, field, type, known }: MappedLine): LeadScoringError | null {
  const line = `${place} → ${field}`;
  const definition = known.get(field);
  if (definition === undefined) {
    const meant = nearest(field, [...known.keys()]);
    const hint = meant === null ? '' : `; did you mean ${meant}?`;
    return new LeadScoringError('CRM_FIELD_MISSING', `${line}: HubSpot has no such property${hint}`);
  }
  const shape = shapeOf(definition);
  // Every value has a text, so that any property may be mapped as text.
  if (type === 'any' || type === 'text' || type === shape) return null;
  return new LeadScoringError('CRM_FIELD_TYPE', `${line}: the property is ${shape}, the mapping asks for ${type}`);
}
