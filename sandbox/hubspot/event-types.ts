import type { ObjectType } from './object-types.ts';

/**
 * Where HubSpot keeps each thing a person does; one place per engagement type, so that nothing counts twice.
 *
 * | engagement type | place | how it is told |
 * | --- | --- | --- |
 * | `call_connected`, `call_attempted` | calls | `hs_call_status` COMPLETED or NO_ANSWER, `hs_call_duration` in ms |
 * | `meeting_booked`, `meeting_held`, `meeting_no_show` | meetings | `hs_meeting_outcome` SCHEDULED, COMPLETED, NO_SHOW |
 * | `email_sent`, `email_reply` | emails | `hs_email_direction` EMAIL, INCOMING_EMAIL |
 * | `chat`, `social_interaction`, `custom:sms` | communications | `hs_communication_channel_type` WHATS_APP, LINKEDIN_MESSAGE, SMS |
 * | `form_submission`, `demo_request`, `contact_request`, `newsletter_subscription` | form submissions | the form's name, {@link FORMS_OF} |
 * | all others | event occurrences | {@link EVENT_NAMES}, else `pe{portalId}_{type}` |
 *
 * A real account shows e-mail opens and clicks of sequences as event occurrences, those of marketing e-mail only in the
 * e-mail events API v1, which has no dated successor; here both are event occurrences.
 * @see https://developers.hubspot.com/docs/api-reference/latest/events/guide (read 2026-11-23)
 */
export const EVENT_NAMES: Readonly<Record<string, string>> = {
  page_view: 'e_visited_page',
  email_delivered: 'e_delivered_email',
  email_open: 'e_opened_email',
  email_click: 'e_clicked_link_in_email',
  email_bounce: 'e_email_bounced',
  email_unsubscribe: 'e_unsubscribed_email',
  spam_report: 'e_reported_email_as_spam',
  ad_impression: 'e_ad_impression',
  ad_click: 'e_clicked_ad',
};

/** Name of the form that a submission belongs to, by engagement type and page. */
export const FORMS_OF = {
  demo_request: 'Request a demo',
  contact_request: 'Contact us',
  newsletter_subscription: 'Newsletter sign-up',
} as const satisfies Readonly<Record<string, string>>;

/** Name of the form of a plain `form_submission`. */
export const FORMS_BY_PAGE: Readonly<Record<string, string>> = {
  '/contact': 'General enquiry',
  '/newsletter': 'Preference centre',
  '/resources/guide': 'Guide download',
  '/webinars': 'Webinar interest',
};
export const OTHER_FORM = 'Website form';

const OBJECTS: Readonly<Record<string, ObjectType>> = {
  call_connected: 'calls',
  call_attempted: 'calls',
  meeting_booked: 'meetings',
  meeting_held: 'meetings',
  meeting_no_show: 'meetings',
  email_sent: 'emails',
  email_reply: 'emails',
  chat: 'communications',
  social_interaction: 'communications',
  'custom:sms': 'communications',
};

/** The object that holds an activity, `null` where it is an event occurrence or a form submission. */
export function objectOf(type: string): ObjectType | null {
  return OBJECTS[type] ?? null;
}

/** Name of the form that an activity filled in, `null` for anything but a form submission. */
export function formOf(type: string, page: string | undefined): string | null {
  if (type === 'form_submission') return FORMS_BY_PAGE[page ?? ''] ?? OTHER_FORM;
  return type in FORMS_OF ? FORMS_OF[type as keyof typeof FORMS_OF] : null; // `in` has just proved the key
}

/** The event type that holds an activity, `null` for what has a better place. */
export function eventOf(type: string, portalId: number): string | null {
  if (objectOf(type) || type === 'form_submission' || type in FORMS_OF) return null;
  return EVENT_NAMES[type] ?? `pe${portalId}_${type.replace(/^custom:/, '').replaceAll(/\W/g, '_')}`;
}
