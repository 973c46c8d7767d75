import type { Activity, Person, World } from '../world/world.ts';
import { eventOf, formOf } from './event-types.ts';
import { companyIdOf, ownerIdOf } from './ids.ts';
import { type Fields, isoOf } from './record.ts';

const SOURCES: Readonly<Record<string, string>> = {
  'organic search': 'ORGANIC_SEARCH',
  google: 'ORGANIC_SEARCH',
  'direct traffic': 'DIRECT_TRAFFIC',
  'paid search': 'PAID_SEARCH',
  'email marketing': 'EMAIL_MARKETING',
  'paid social': 'PAID_SOCIAL',
  'organic social': 'SOCIAL_MEDIA',
  facebook: 'SOCIAL_MEDIA',
  referral: 'REFERRALS',
  'referral sites': 'REFERRALS',
  offline: 'OFFLINE',
};

/**
 * A contact's values as HubSpot would show them: what the person is, and HubSpot's own counters of what was done.
 *
 * @param others - people merged into the first; they fill its gaps, and their activity counts with its own
 */
export function contactFieldsOf(first: Person, others: readonly Person[], world: World): Fields {
  const fields: Record<string, string | null> = { ...identityOf(first, world), ...extraOf(first, world) };
  let activities = first.activities;
  for (const other of others) {
    for (const [name, value] of Object.entries({ ...identityOf(other, world), ...extraOf(other, world) })) {
      fields[name] ??= value;
    }
    activities = [...activities, ...other.activities].sort((a, b) => a.at.getTime() - b.at.getTime());
  }
  const deals = [first, ...others].filter(({ deal }) => deal).length;
  const further = others.map(({ email }) => email).filter((email) => email !== first.email);
  return {
    ...fields,
    ...countersOf(activities),
    num_associated_deals: deals > 0 ? String(deals) : null,
    hs_additional_emails: further.length > 0 ? further.join(';') : null,
  };
}

function identityOf(person: Person, world: World): Fields {
  const company = person.company === null ? null : world.company(person.company);
  return {
    email: person.email,
    firstname: person.firstName,
    lastname: person.lastName,
    phone: person.phone,
    jobtitle: person.jobTitle,
    country: person.country,
    city: person.city,
    company: company?.name ?? null,
    industry: company?.industry ?? null,
    website: company?.domain ?? null,
    associatedcompanyid: person.company === null ? null : String(companyIdOf(person.company)),
    hs_email_domain: person.email.split('@')[1] ?? null,
    hs_analytics_source: person.source === null ? null : (SOURCES[person.source.toLowerCase()] ?? 'OTHER_CAMPAIGNS'),
    hs_analytics_source_data_1: person.source,
    lifecyclestage: person.lifecycleStage,
    hs_lead_status: person.lifecycleStage === 'subscriber' ? null : 'NEW',
    hubspot_owner_id: person.rep === null ? null : ownerIdOf(person.rep),
    hs_email_optout: person.hasOptedOut ? 'true' : null,
    hs_marketable_status: person.hasOptedOut ? 'false' : 'true',
    hs_legal_basis: 'Legitimate interest – prospect/lead',
  };
}

function extraOf({ extra }: Person, { extraColumns }: World): Fields {
  return Object.fromEntries(extraColumns.map(({ header, name }) => [name, extra[header] ?? null]));
}

function countersOf(activities: readonly Activity[]): Fields {
  const of = (...types: string[]) => activities.filter(({ type }) => types.includes(type));
  const views = of('page_view');
  const opens = of('email_open');
  const clicks = of('email_click');
  const replies = of('email_reply');
  const bounces = of('email_bounce');
  const forms = activities.filter(({ type, page }) => formOf(type, page));
  const formNames = forms.map(({ type, page }) => formOf(type, page));
  const touches = of('call_connected', 'call_attempted', 'meeting_held', 'email_reply');
  const lastForm = formNames.at(-1);
  return {
    hs_analytics_num_page_views: String(views.length),
    hs_analytics_num_visits: String(new Set(views.map(({ at }) => Math.floor(at.getTime() / 3_600_000))).size),
    hs_analytics_num_event_completions: String(
      activities.filter(({ type }) => eventOf(type, 0)?.startsWith('pe')).length,
    ),
    hs_analytics_first_timestamp: firstOf(views),
    hs_analytics_last_timestamp: lastOf(views),
    hs_analytics_last_visit_timestamp: lastOf(views),
    hs_analytics_last_url: views.length > 0 ? urlOf(views.at(-1)!.page) : null,
    hs_email_delivered: countOf(Math.max(opens.length, of('email_delivered').length)),
    hs_email_open: countOf(opens.length),
    hs_email_click: countOf(clicks.length),
    hs_email_replied: countOf(replies.length),
    hs_email_bounce: countOf(bounces.length),
    hs_email_hard_bounce_reason_enum: bounces.length > 0 ? 'UNKNOWN_USER' : null,
    hs_email_first_open_date: firstOf(opens),
    hs_email_last_open_date: lastOf(opens),
    hs_email_first_click_date: firstOf(clicks),
    hs_email_last_click_date: lastOf(clicks),
    hs_email_last_reply_date: lastOf(replies),
    num_conversion_events: String(forms.length),
    num_unique_conversion_events: String(new Set(formNames).size),
    first_conversion_date: firstOf(forms),
    recent_conversion_date: lastOf(forms),
    recent_conversion_event_name: lastForm ? `Website: ${lastForm}` : null,
    num_contacted_notes: countOf(touches.length),
    notes_last_contacted: lastOf(touches),
    hs_latest_meeting_activity: lastOf(of('meeting_booked', 'meeting_held', 'meeting_no_show')),
  };
}

/** Address of a page of the account's website. */
export function urlOf(page: string | undefined): string {
  return `https://www.sandbox.example${page ?? '/'}`;
}

function countOf(count: number): string | null {
  return count === 0 ? null : String(count);
}

function firstOf(activities: readonly Activity[]): string | null {
  const first = activities[0];
  return first ? isoOf(first.at.getTime()) : null;
}

function lastOf(activities: readonly Activity[]): string | null {
  const last = activities.at(-1);
  return last ? isoOf(last.at.getTime()) : null;
}
