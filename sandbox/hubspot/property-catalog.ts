import type { ObjectType } from './object-types.ts';

/** Type and field type of a property, as HubSpot names them. */
export const FIELD_TYPES = {
  bool: ['booleancheckbox'],
  enumeration: ['select', 'radio', 'checkbox', 'booleancheckbox'],
  date: ['date'],
  datetime: ['date'],
  string: ['text', 'textarea', 'html', 'file', 'phonenumber'],
  number: ['number'],
  phone_number: ['phonenumber'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type PropertyType = keyof typeof FIELD_TYPES;

/** A property that every account has. */
export interface BuiltInProperty {
  readonly name: string;
  readonly type: PropertyType;
  readonly group: string;
  readonly options: readonly string[];
  /** HubSpot computes it: nobody can write it. */
  readonly isReadOnly: boolean;
}

/** Lifecycle stages, lowest first. */
export const LIFECYCLE_STAGES = [
  'subscriber',
  'lead',
  'marketingqualifiedlead',
  'salesqualifiedlead',
  'opportunity',
  'customer',
  'evangelist',
  'other',
] as const;

const LEAD_STATUSES = [
  'NEW',
  'OPEN',
  'IN_PROGRESS',
  'OPEN_DEAL',
  'UNQUALIFIED',
  'ATTEMPTED_TO_CONTACT',
  'CONNECTED',
  'BAD_TIMING',
];

const SOURCES = [
  'ORGANIC_SEARCH',
  'PAID_SEARCH',
  'EMAIL_MARKETING',
  'SOCIAL_MEDIA',
  'REFERRALS',
  'OTHER_CAMPAIGNS',
  'DIRECT_TRAFFIC',
  'OFFLINE',
  'PAID_SOCIAL',
];

const LEGAL_BASES = [
  'Legitimate interest – prospect/lead',
  'Legitimate interest – existing customer',
  'Legitimate interest - other',
  'Performance of a contract',
  'Freely given consent from contact',
  'Not applicable',
];

const ENGAGEMENT =
  'hs_createdate:datetime! hs_lastmodifieddate:datetime! hs_timestamp:datetime hubspot_owner_id hs_campaign_guid';

/**
 * Name, `:type` unless text, `!` if HubSpot computes it. Names are facts of the API.
 * @see https://developers.hubspot.com/docs/api-reference/latest/crm/properties (names verified in a portal dump, 2026-11)
 */
const NAMES: Readonly<Record<ObjectType, Readonly<Record<string, string>>>> = {
  contacts: {
    contactinformation: `email firstname lastname phone jobtitle country city state zip address company industry website
      associatedcompanyid:number hs_email_domain! lifecyclestage:enumeration hs_lead_status:enumeration hubspot_owner_id
      hs_persona hs_role hs_buying_role numemployees annualrevenue hs_legal_basis:enumeration hs_marketable_status:enumeration!
      createdate:datetime! lastmodifieddate:datetime! hs_lastmodifieddate:datetime! hs_merged_object_ids!
      hs_calculated_merged_vids! num_associated_deals:number! hs_timezone hs_language hs_additional_emails!`,
    emailinformation: `hs_email_delivered:number! hs_email_open:number! hs_email_click:number! hs_email_replied:number!
      hs_email_bounce:number! hs_email_first_open_date:datetime! hs_email_last_open_date:datetime!
      hs_email_first_click_date:datetime! hs_email_last_click_date:datetime! hs_email_last_reply_date:datetime!
      hs_email_optout:bool hs_email_hard_bounce_reason_enum! hs_email_bad_address:bool!`,
    analyticsinformation: `hs_analytics_num_page_views:number! hs_analytics_num_visits:number!
      hs_analytics_num_event_completions:number! hs_analytics_first_timestamp:datetime!
      hs_analytics_last_timestamp:datetime! hs_analytics_last_visit_timestamp:datetime! hs_analytics_last_url!
      hs_analytics_source:enumeration! hs_analytics_source_data_1!`,
    conversioninformation: `num_conversion_events:number! num_unique_conversion_events:number!
      first_conversion_date:datetime! recent_conversion_date:datetime! recent_conversion_event_name!`,
    sales_properties: `num_contacted_notes:number! notes_last_contacted:datetime! hs_latest_meeting_activity:datetime!`,
  },
  companies: {
    companyinformation: `name domain website industry:enumeration numberofemployees:number annualrevenue:number country
      city phone lifecyclestage:enumeration hubspot_owner_id createdate:datetime! hs_lastmodifieddate:datetime!`,
  },
  deals: {
    dealinformation: `dealname amount:number pipeline dealstage closedate:datetime createdate:datetime hubspot_owner_id
      hs_lastmodifieddate:datetime! hs_is_closed:bool! hs_is_closed_won:bool! hs_is_closed_lost:bool!
      hs_primary_associated_company:number!`,
  },
  calls: {
    call: `${ENGAGEMENT} hs_call_title hs_call_body hs_call_direction:enumeration hs_call_status:enumeration
      hs_call_duration:number hs_call_disposition`,
  },
  emails: {
    email: `${ENGAGEMENT} hs_email_subject hs_email_text hs_email_direction:enumeration hs_email_status:enumeration`,
  },
  meetings: {
    meeting: `${ENGAGEMENT} hs_meeting_title hs_meeting_body hs_meeting_outcome:enumeration
      hs_meeting_start_time:datetime hs_meeting_end_time:datetime`,
  },
  notes: { note: `${ENGAGEMENT} hs_note_body` },
  tasks: {
    task: `${ENGAGEMENT} hs_task_subject hs_task_body hs_task_status:enumeration hs_task_priority:enumeration
      hs_task_type:enumeration hs_task_reminders`,
  },
  communications: {
    communication: `${ENGAGEMENT} hs_communication_body hs_communication_channel_type:enumeration
      hs_communication_logged_from:enumeration`,
  },
};

const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  lifecyclestage: LIFECYCLE_STAGES,
  hs_lead_status: LEAD_STATUSES,
  hs_legal_basis: LEGAL_BASES,
  hs_marketable_status: ['true', 'false'],
  hs_analytics_source: SOURCES,
  hs_call_direction: ['INBOUND', 'OUTBOUND'],
  hs_call_status: [
    'BUSY',
    'CALLING_CRM_USER',
    'CANCELED',
    'COMPLETED',
    'CONNECTING',
    'FAILED',
    'IN_PROGRESS',
    'NO_ANSWER',
    'QUEUED',
    'RINGING',
  ],
  hs_email_direction: ['EMAIL', 'INCOMING_EMAIL', 'FORWARDED_EMAIL'],
  hs_email_status: ['BOUNCED', 'FAILED', 'SCHEDULED', 'SENDING', 'SENT'],
  hs_meeting_outcome: ['SCHEDULED', 'COMPLETED', 'RESCHEDULED', 'NO_SHOW', 'CANCELED'],
  hs_task_status: ['NOT_STARTED', 'IN_PROGRESS', 'WAITING', 'DEFERRED', 'COMPLETED'],
  hs_task_priority: ['NONE', 'LOW', 'MEDIUM', 'HIGH'],
  hs_task_type: ['TODO', 'CALL', 'EMAIL'],
  hs_communication_channel_type: ['WHATS_APP', 'LINKEDIN_MESSAGE', 'SMS'],
  hs_communication_logged_from: ['CRM'],
  // A company's industry; the words of the seeded world and some neighbours of a real account.
  industry: [
    'COMPUTER_SOFTWARE',
    'INFORMATION_TECHNOLOGY_AND_SERVICES',
    'INTERNET',
    'FINANCIAL_SERVICES',
    'MARKETING_AND_ADVERTISING',
    'HOSPITAL_HEALTH_CARE',
    'MANUFACTURING',
    'RETAIL',
    'HIGHER_EDUCATION',
    'REAL_ESTATE',
    'NON_PROFIT_ORGANIZATION_MANAGEMENT',
    'EDUCATION_MANAGEMENT',
    'TELECOMMUNICATIONS',
    'BANKING',
    'INSURANCE',
    'CONSTRUCTION',
    'LOGISTICS_AND_SUPPLY_CHAIN',
  ],
};

/** The properties that the object has in every account. */
export function builtInProperties(type: ObjectType): BuiltInProperty[] {
  return Object.entries(NAMES[type]).flatMap(([group, names]) =>
    `${names} hs_object_id:number!`.split(/\s+/).map((word) => builtIn(word, group)),
  );
}

function builtIn(word: string, group: string): BuiltInProperty {
  const [name = '', type = 'string'] = word.replace('!', '').split(':');
  const options = type === 'enumeration' ? (OPTIONS[name] ?? []) : [];
  return { name, type: type as PropertyType, group, options, isReadOnly: word.endsWith('!') }; // checked by a test
}
