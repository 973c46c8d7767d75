import { associationType, targetOf } from './association-types.ts';
import { HubspotError, invalidProperties, notFound, refused } from './hubspot-error.ts';
import { OBJECT_TYPES, type ObjectType } from './object-types.ts';
import type { Portal } from './portal.ts';
import { storedValues } from './property-values.ts';
import type { Fields } from './record.ts';
import type { ValueSource } from './value-source.ts';

/** A link that a creation asks for. */
export interface WantedLink {
  readonly to: { readonly id: string };
  readonly types: readonly { readonly associationTypeId: number }[];
}

/** A record that the checks let through; `commit` writes it for the source and gives its id. */
export interface Prepared {
  commit(source: ValueSource): number;
}

/**
 * Checks a new record.
 *
 * @throws {HubspotError} 400 for values, links or missing required properties; 409 for an e-mail address in use
 */
export function prepareCreate(
  portal: Portal,
  type: ObjectType,
  values: Fields,
  links: readonly WantedLink[],
): Prepared {
  const stored = storedValues(values, portal.definitions[type]);
  const missing = OBJECT_TYPES[type].required.filter((name) => !stored[name]);
  if (missing.length > 0) {
    throw invalidProperties(
      missing.map((name) => ({
        message: `Property "${name}" is required`,
        code: 'REQUIRED_FIELD',
        context: { propertyName: [name] },
      })),
    );
  }
  refuseTakenEmail(portal, type, stored, null);
  const targets = links.map((link) => linkTarget(portal, type, link));
  return {
    commit(source) {
      const id = portal.tables[type].create(stored, source);
      noteEmail(portal, type, stored, id);
      for (const target of targets) portal.associations.add(type, id, target.type, target.id);
      return id;
    },
  };
}

/**
 * Checks an update.
 *
 * @throws {HubspotError} 404 for a record that is not there; 400 for values; 409 for an e-mail address in use
 */
export function prepareUpdate(portal: Portal, type: ObjectType, id: number | null, values: Fields): Prepared {
  if (id === null || !portal.tables[type].isLive(id)) throw notFound('resource not found');
  const stored = { ...storedValues(values, portal.definitions[type]) };
  refuseTakenEmail(portal, type, stored, id);
  keepLifecycleForward(portal, type, id, stored);
  return {
    commit(source) {
      portal.tables[type].write(id, stored, source);
      noteEmail(portal, type, stored, id);
      return id;
    },
  };
}

/** The id that a text or a unique value stands for, `null` if it stands for none. */
export function resolveId(portal: Portal, type: ObjectType, text: string, idProperty?: string): number | null {
  if (!idProperty || idProperty === 'hs_object_id') {
    if (!/^\d{1,16}$/.test(text)) return null;
    const id = Number(text);
    return type === 'contacts' && portal.settings.mergedIds === 'resolve' ? portal.people.standingFor(id) : id;
  }
  if (type === 'contacts' && idProperty === 'email') return contactByEmail(portal, text);
  const property = portal.definitions[type].find(idProperty);
  if (!property?.hasUniqueValue) throw refused(`Property '${idProperty}' is not a unique identifier of ${type}`);
  const table = portal.tables[type];
  for (const id of table.writtenIds()) if (table.isLive(id) && table.writtenTo(id)[idProperty] === text) return id;
  return null;
}

/** The live contact with the address, whatever its case. */
export function contactByEmail(portal: Portal, text: string): number | null {
  const email = text.toLowerCase();
  const table = portal.tables.contacts;
  const written = portal.emails.written(email);
  if (written !== null && table.read(written)?.fields.email === email && table.isLive(written)) return written;
  const person = portal.emails.find(email);
  if (person === null) return null;
  const id = portal.people.contactOf(person);
  const isTheirs = portal.people.absorbedBy(id).length > 0 || table.read(id)?.fields.email?.toLowerCase() === email;
  return isTheirs && table.isLive(id) ? id : null;
}

function noteEmail(portal: Portal, type: ObjectType, { email }: Fields, id: number): void {
  if (type === 'contacts' && email) portal.emails.noteWritten(email, id);
}

function refuseTakenEmail(portal: Portal, type: ObjectType, { email }: Fields, id: number | null): void {
  if (type !== 'contacts' || !email) return;
  const holder = contactByEmail(portal, email);
  if (holder === null || holder === id) return;
  throw new HubspotError(409, 'CONFLICT', `Contact already exists. Existing ID: ${holder}`);
}

/** HubSpot moves a lifecycle stage backwards only over an empty value. */
function keepLifecycleForward(
  portal: Portal,
  type: ObjectType,
  id: number,
  values: Record<string, string | null>,
): void {
  const wanted = values.lifecyclestage;
  const current = portal.tables[type].read(id)?.fields.lifecyclestage;
  if (!wanted || !current) return;
  const stages = portal.definitions[type].find('lifecyclestage')?.options ?? [];
  const rank = (stage: string) => stages.find(({ value }) => value === stage)?.displayOrder ?? -1;
  if (rank(wanted) >= rank(current)) return;
  if (portal.settings.backwardLifecycle === 'ignore') {
    delete values.lifecyclestage;
    return;
  }
  const message = 'Property "lifecyclestage" cannot be moved backwards';
  throw invalidProperties([
    { message, code: 'INVALID_LIFECYCLE_STAGE', context: { propertyName: ['lifecyclestage'] } },
  ]);
}

function linkTarget(portal: Portal, from: ObjectType, { to, types }: WantedLink): { type: ObjectType; id: number } {
  const typeId = types[0]?.associationTypeId ?? 0;
  const type = targetOf(from, typeId);
  if (!type || !associationType(from, type)) throw refused(`Association type ${typeId} does not start at ${from}`);
  const id = resolveId(portal, type, to.id);
  if (id === null || !portal.tables[type].isLive(id)) throw refused(`No ${type} record ${to.id} to associate with`);
  return { type, id };
}
