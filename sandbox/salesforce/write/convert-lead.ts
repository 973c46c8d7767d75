import { ApiError } from '../api-error.ts';
import { parseId } from '../ids.ts';
import type { Org } from '../org.ts';
import { LEAD_QUEUE_ID } from '../rows/world-org.ts';
import type { Table } from '../table.ts';
import { dateText, type Fields, instantText } from '../value.ts';
import { defaultsOf, livingRow } from './write-record.ts';

/** What a conversion made. */
export interface Conversion {
  readonly contactId: string;
  readonly accountId: string;
  readonly opportunityId: string | null;
}

const OPEN_DAYS = 90;
const DAY_S = 86_400;

/**
 * Converts a lead as a user does: Contact, Account and, if asked for, Opportunity; mapped custom fields are copied,
 * activities and campaign members go over to the contact, and the lead can no longer be changed.
 *
 * @throws {ApiError} for a lead that is not there or was converted before
 */
export function convertLead(org: Org, leadId: string, options: { readonly withOpportunity: boolean }): Conversion {
  const leads = org.table('Lead');
  const row = livingRow(leads, leadId);
  if (leads.value(row, 'IsConverted') === true) {
    throw new ApiError(400, 'CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead', []);
  }
  const accountId = makeAccount(org, row);
  const contactId = makeContact(org, row, accountId);
  const opportunityId = options.withOpportunity ? makeOpportunity(org, row, accountId, contactId) : null;
  const stamp = org.nowSeconds();
  leads.change(
    row,
    {
      IsConverted: true,
      Status: 'Closed - Converted',
      ConvertedDate: dateText(stamp),
      ConvertedAccountId: accountId,
      ConvertedContactId: contactId,
      ConvertedOpportunityId: opportunityId,
      LastModifiedDate: instantText(stamp),
      LastModifiedById: userOwner(org, row),
    },
    stamp,
  );
  moveChildren(org, leads.idOf(row), contactId, userOwner(org, row));
  return { contactId, accountId, opportunityId };
}

function makeAccount(org: Org, row: number): string {
  const leads = org.table('Lead');
  return make(org, row, 'Account', {
    Name: leads.value(row, 'Company'),
    Industry: leads.value(row, 'Industry'),
    NumberOfEmployees: leads.value(row, 'NumberOfEmployees'),
    AnnualRevenue: leads.value(row, 'AnnualRevenue'),
    Website: leads.value(row, 'Website'),
  });
}

const COPIED = [
  'FirstName',
  'LastName',
  'Name',
  'Title',
  'Phone',
  'Email',
  'LeadSource',
  'HasOptedOutOfEmail',
  'DoNotCall',
];

function makeContact(org: Org, row: number, accountId: string): string {
  const leads = org.table('Lead');
  const copied = Object.fromEntries(COPIED.map((field) => [field, leads.value(row, field)]));
  const custom = customFieldPairs(org).map(([from, to]) => [to, leads.value(row, from)]);
  return make(org, row, 'Contact', {
    ...copied,
    AccountId: accountId,
    MailingCity: leads.value(row, 'City'),
    MailingCountry: leads.value(row, 'Country'),
    ...Object.fromEntries(custom),
  });
}

/** Lead field → Contact field: the mapping of the settings, or each custom field that both have. */
function customFieldPairs(org: Org): readonly (readonly [string, string])[] {
  if (org.settings.convertedFields !== undefined) return Object.entries(org.settings.convertedFields);
  const contactFields = org.sobject('Contact')!.fields;
  return [...org.sobject('Lead')!.fields.values()]
    .filter(({ isCustom, name }) => isCustom && contactFields.has(name.toLowerCase()))
    .map(({ name }) => [name, name] as const);
}

function makeOpportunity(org: Org, row: number, accountId: string, contactId: string): string {
  const leads = org.table('Lead');
  const id = make(org, row, 'Opportunity', {
    Name: `${leads.text(row, 'Company')}-`,
    AccountId: accountId,
    StageName: 'Prospecting',
    Probability: 10,
    ForecastCategory: 'Pipeline',
    CloseDate: dateText(org.nowSeconds() + OPEN_DAYS * DAY_S),
    LeadSource: leads.value(row, 'LeadSource'),
  });
  make(org, row, 'OpportunityContactRole', { OpportunityId: id, ContactId: contactId, Role: null, IsPrimary: true });
  return id;
}

function make(
  org: Org,
  leadRow: number,
  object: 'Account' | 'Contact' | 'Opportunity' | 'OpportunityContactRole',
  values: Fields,
): string {
  const table = org.table(object);
  const owner = userOwner(org, leadRow);
  const stamp = org.nowSeconds();
  const at = instantText(stamp);
  const audit = { CreatedDate: at, CreatedById: owner, LastModifiedDate: at, LastModifiedById: owner };
  const owned = object === 'OpportunityContactRole' ? {} : { OwnerId: owner };
  return table.idOf(table.insert({ ...defaultsOf(org, table.sobject), ...values, ...owned, ...audit }, stamp));
}

/** A queue owns no contact: the integration user stands in. */
function userOwner(org: Org, leadRow: number): string {
  const ownerId = org.table('Lead').text(leadRow, 'OwnerId') ?? org.userId;
  return ownerId === LEAD_QUEUE_ID || parseId(ownerId)?.object !== 'User' ? org.userId : ownerId;
}

/** Activities show the conversion as their latest change (Salesforce's help 000385227). */
function moveChildren(org: Org, leadId: string, contactId: string, userId: string): void {
  const stamp = org.nowSeconds();
  const audit = { LastModifiedDate: instantText(stamp), LastModifiedById: userId };
  for (const name of ['Task', 'Event'] as const) {
    const table = org.table(name);
    for (const row of rowsOf(table, 'WhoId', leadId)) table.change(row, { WhoId: contactId, ...audit }, stamp);
  }
  const members = org.table('CampaignMember');
  for (const row of rowsOf(members, 'LeadId', leadId)) {
    members.change(row, { ContactId: contactId, LeadOrContactId: contactId, Type: 'Contact' }, stamp);
  }
}

/** The rows whose reference names the id now. */
export function rowsOf(table: Table, field: string, id: string): readonly number[] {
  return (table.rowsNaming(field, id) ?? []).filter((row) => table.value(row, field) === id && !table.isDeleted(row));
}
