import { ENGAGEMENT_TYPES } from '../../src/domain/lead.ts';

/** HubSpot's event types in our words (names: HubSpot's events guide, read November 2026). */
const EVENT_TYPES: Readonly<Record<string, { readonly type: string; readonly channel: string }>> = {
  e_visited_page: { type: 'page_view', channel: 'web' },
  e_delivered_email: { type: 'email_delivered', channel: 'email' },
  e_opened_email: { type: 'email_open', channel: 'email' },
  e_clicked_link_in_email: { type: 'email_click', channel: 'email' },
  e_email_bounced: { type: 'email_bounce', channel: 'email' },
  e_unsubscribed_email: { type: 'email_unsubscribe', channel: 'email' },
  e_reported_email_as_spam: { type: 'spam_report', channel: 'email' },
  e_ad_impression: { type: 'ad_impression', channel: 'ads' },
  e_clicked_ad: { type: 'ad_click', channel: 'ads' },
};

/** What other streams bring already: counted here as well, it would count twice. */
const ELSEWHERE = /^e_(submitted_form|form_submission|meeting|call|logged|sent_email|replied)/;

/** Whether the events stream brings the type. */
export function isPulled(eventType: string): boolean {
  return !ELSEWHERE.test(eventType);
}

/**
 * Our type of a HubSpot event type; one that we do not know is `custom:` and HubSpot's name.
 *
 * A custom event (`pe{portal}_name`, of an app `ae{app}_name`) that bears the name of one of our types is that type.
 *
 * @example
 * engagementTypeOf('pe48000001_demo_request').type; // => 'demo_request'
 */
export function engagementTypeOf(eventType: string): { readonly type: string; readonly channel: string } {
  const known = EVENT_TYPES[eventType.replace(/_v\d+$/, '')]; // newer shapes of an event bear a version
  if (known !== undefined) return known;
  const name = eventType.replace(/^[pa]e\d+_/, '');
  const isOurs = name !== eventType && ENGAGEMENT_TYPES.some((type) => type === name);
  return { type: isOurs ? name : `custom:${name}`, channel: channelOf(name) };
}

/** What a form's name says about the wish behind it, first match first; any other form is a plain submission. */
const FORM_TYPES: readonly (readonly [RegExp, string])[] = [
  [/\bdemo\b/i, 'demo_request'],
  [/\btrial\b/i, 'trial_start'],
  [/\bnewsletter\b/i, 'newsletter_subscription'],
  [/\bcontact (us|sales)\b/i, 'contact_request'],
];

/** Our type of a submission of the form. */
export function formTypeOf(formName: string): string {
  return FORM_TYPES.find(([words]) => words.test(formName))?.[1] ?? 'form_submission';
}

function channelOf(name: string): string {
  if (name.startsWith('email')) return 'email';
  return name.startsWith('ad_') ? 'ads' : 'web';
}
