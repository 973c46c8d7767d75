/** What tells one CRM object from another. */
interface ObjectFacts {
  readonly typeId: string;
  readonly singular: string;
  /** Property that bears the modification stamp. Contacts alone differ. */
  readonly modified: 'lastmodifieddate' | 'hs_lastmodifieddate';
  readonly created: 'createdate' | 'hs_createdate';
  readonly readScope: string;
  readonly writeScope: string;
  /** Properties an answer has when none are asked for, beside the stamps and `hs_object_id`. */
  readonly defaults: readonly string[];
  /** Properties without which a creation is refused. */
  readonly required: readonly string[];
}

const CONTACTS = { readScope: 'crm.objects.contacts.read', writeScope: 'crm.objects.contacts.write' };
const STAMPS = { modified: 'hs_lastmodifieddate', created: 'hs_createdate' } as const;
const COMPANIES = { readScope: 'crm.objects.companies.read', writeScope: 'crm.objects.companies.write' };
const DEALS = { readScope: 'crm.objects.deals.read', writeScope: 'crm.objects.deals.write' };

/** The CRM objects of the local HubSpot. @see hubspot.md 0 (type ids), 1.3 (scopes), 2.3 (stamps), 2.6 (required) */
export const OBJECT_TYPES = {
  contacts: {
    typeId: '0-1',
    singular: 'contact',
    modified: 'lastmodifieddate',
    created: 'createdate',
    ...CONTACTS,
    defaults: ['email', 'firstname', 'lastname'],
    required: [],
  },
  companies: {
    typeId: '0-2',
    singular: 'company',
    modified: 'hs_lastmodifieddate',
    created: 'createdate',
    ...COMPANIES,
    defaults: ['domain', 'name'],
    required: [],
  },
  deals: {
    typeId: '0-3',
    singular: 'deal',
    modified: 'hs_lastmodifieddate',
    created: 'createdate',
    ...DEALS,
    defaults: ['amount', 'closedate', 'dealname', 'dealstage', 'pipeline'],
    required: [],
  },
  calls: { typeId: '0-48', singular: 'call', ...STAMPS, ...CONTACTS, defaults: [], required: ['hs_timestamp'] },
  emails: {
    typeId: '0-49',
    singular: 'email',
    ...STAMPS,
    ...CONTACTS,
    readScope: 'sales-email-read',
    defaults: [],
    required: ['hs_timestamp', 'hs_email_direction'],
  },
  meetings: { typeId: '0-47', singular: 'meeting', ...STAMPS, ...CONTACTS, defaults: [], required: ['hs_timestamp'] },
  notes: { typeId: '0-46', singular: 'note', ...STAMPS, ...CONTACTS, defaults: [], required: ['hs_timestamp'] },
  tasks: { typeId: '0-27', singular: 'task', ...STAMPS, ...CONTACTS, defaults: [], required: ['hs_timestamp'] },
  communications: {
    typeId: '0-18',
    singular: 'communication',
    ...STAMPS,
    ...CONTACTS,
    defaults: [],
    required: ['hs_timestamp', 'hs_communication_channel_type'],
  },
} as const satisfies Readonly<Record<string, ObjectFacts>>;

/** Plural name of a CRM object, as it stands in paths. */
export type ObjectType = keyof typeof OBJECT_TYPES;

/** Every CRM object, contacts first. */
export const OBJECT_TYPE_NAMES = Object.keys(OBJECT_TYPES) as ObjectType[]; // Object.keys forgets the keys

/** The CRM object that a path segment names: plural, singular or type id; `null` if none. */
export function objectTypeOf(segment: string): ObjectType | null {
  const wanted = segment.toLowerCase();
  return (
    OBJECT_TYPE_NAMES.find((type) => {
      const { typeId, singular } = OBJECT_TYPES[type];
      return wanted === type || wanted === singular || wanted === typeId;
    }) ?? null
  );
}
