import type { Person } from '../../world/world.ts';
import { idOf, parseId } from '../ids.ts';
import type { WorldRows } from '../table.ts';
import { dateText, type Fields, instantText, secondsOf, type Value } from '../value.ts';
import { type CustomColumn, customColumns, customValues } from './custom-columns.ts';
import { auditOf, leadOwnerId, userOwnerId, type WorldOrg } from './world-org.ts';

/** Leads: everybody who is not a Contact from the start. Row number = person. */
export function leadRows(org: WorldOrg): WorldRows {
  const { world, census } = org;
  const columns = customColumns(world);
  return {
    bound: census.size,
    count: census.counts.leads,
    has: (row) => !census.isOnlyContact(row),
    stampOf: (row) => census.stampOf(row),
    fieldsOf: (row) => leadFields(org, row, columns),
    quick: (row, field) => {
      if (field === 'IsConverted') return census.isConverted(row);
      return commonValue(field);
    },
    rowsNaming: (field, id) => convertedRows(org, field, id),
  };
}

/** Contacts: Contacts from the start, and those that a converted lead became. Row number = person. */
export function contactRows(org: WorldOrg): WorldRows {
  const { world, census } = org;
  const columns = customColumns(world);
  return {
    bound: census.size,
    count: census.counts.contacts,
    has: (row) => census.hasContact(row),
    stampOf: (row) => census.stampOf(row),
    fieldsOf: (row) => contactFields(org, row, columns),
    quick: (_row, field) => commonValue(field),
    rowsNaming: (field) => (field === 'AccountId' ? undefined : []),
  };
}

/** The lead that became a contact or opportunity of the world has the same number. */
function convertedRows({ census }: WorldOrg, field: string, id: string): readonly number[] | undefined {
  if (field === 'ConvertedAccountId') return undefined;
  const row = parseId(id)?.row ?? -1;
  return field.startsWith('Converted') && row >= 0 && row < census.size && census.isConverted(row) ? [row] : [];
}

function leadFields(org: WorldOrg, row: number, columns: readonly CustomColumn[]): Fields {
  const person = org.world.person(row);
  const company = person.company === null ? null : org.world.company(person.company);
  const ownerId = leadOwnerId(person.rep);
  return {
    ...nameFields(person),
    Company: company?.name ?? '[not provided]',
    City: person.city,
    Country: person.country,
    Address: addressOf(person),
    Website: company === null ? null : `https://${company.domain}`,
    Industry: company === null ? null : capitalised(company.industry),
    AnnualRevenue: company?.revenue ?? null,
    NumberOfEmployees: company?.employees ?? null,
    Status: statusOf(person, org.census.isConverted(row)),
    OwnerId: ownerId,
    ...conversionFields(org, person),
    IsUnreadByOwner: false,
    ...stampFields(org, person, ownerId),
    ...customValues(columns, person),
  };
}

function contactFields(org: WorldOrg, row: number, columns: readonly CustomColumn[]): Fields {
  const person = org.world.person(row);
  const ownerId = userOwnerId(org, person.rep);
  return {
    ...nameFields(person),
    AccountId: person.company === null ? null : idOf('Account', person.company),
    MailingCity: person.city,
    MailingCountry: person.country,
    MailingAddress: addressOf(person),
    OwnerId: ownerId,
    IsEmailBounced: false,
    ...stampFields(org, person, ownerId),
    ...(org.census.isConverted(row) ? { CreatedDate: instantText(secondsOf(person.deal!.createdAt)) } : {}),
    ...customValues(columns, person),
  };
}

function nameFields(person: Person): Fields {
  return {
    FirstName: person.firstName === '' ? null : person.firstName,
    LastName: person.lastName === '' ? '[not provided]' : person.lastName,
    Name: `${person.firstName} ${person.lastName}`.trim() || '[not provided]',
    Title: person.jobTitle,
    Phone: person.phone,
    Email: person.email === '' ? null : person.email,
    LeadSource: person.source,
    HasOptedOutOfEmail: person.hasOptedOut,
    DoNotCall: false,
  };
}

function stampFields(org: WorldOrg, person: Person, ownerId: string): Fields {
  const lastActivityAt = person.activities.at(-1)?.at;
  const bouncedAt = person.activities.findLast(({ type }) => type === 'email_bounce')?.at;
  return {
    IsDeleted: false,
    CreatedDate: instantText(secondsOf(person.createdAt)),
    LastModifiedDate: instantText(org.census.stampOf(person.n)),
    EmailBouncedDate: bouncedAt === undefined ? null : instantText(secondsOf(bouncedAt)),
    LastActivityDate: lastActivityAt === undefined ? null : dateText(secondsOf(lastActivityAt)),
    ...auditOf(ownerId),
  };
}

function conversionFields(org: WorldOrg, person: Person): Fields {
  if (!org.census.isConverted(person.n)) return { IsConverted: false };
  return {
    IsConverted: true,
    ConvertedDate: dateText(secondsOf(person.deal!.createdAt)),
    ConvertedContactId: idOf('Contact', person.n),
    ConvertedAccountId: person.company === null ? null : idOf('Account', person.company),
    ConvertedOpportunityId: idOf('Opportunity', person.n),
  };
}

function statusOf(person: Person, isConverted: boolean): string {
  if (isConverted) return 'Closed - Converted';
  return ['subscriber', 'lead'].includes(person.lifecycleStage) ? 'Open - Not Contacted' : 'Working - Contacted';
}

function addressOf(person: Person): Value {
  if (person.city === null && person.country === null) return null;
  const none = { geocodeAccuracy: null, latitude: null, longitude: null, postalCode: null, state: null, street: null };
  return { ...none, city: person.city, country: person.country };
}

/** Industries are picklist values, which begin with a capital. */
function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Values that no row of the world has otherwise. */
function commonValue(field: string): Value | undefined {
  if (field === 'IsDeleted') return false;
  return field === 'MasterRecordId' ? null : undefined;
}
