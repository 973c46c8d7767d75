/**
 * The nouns of scoring. A *lead* is a person we score; an *engagement* is something a lead did, once, at an
 * instant, on a channel. What each CRM calls them stands in README "Words".
 */

/** A value the engine can read. An instant is its ISO-8601 text; a list is a multi-select. `null` is missing. */
export type AttributeValue = string | number | boolean | readonly string[] | null;

/** Flat map, dotted names such as `jobTitle` or `company.industry`; the dots carry no structure. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** A person to score. */
export interface Lead {
  readonly id: string;
  readonly createdAt: Date;
  readonly attributes: Attributes;
}

/** Something a lead did, once. `type` is one of {@link ENGAGEMENT_TYPES} or starts with `custom:`. */
export interface Engagement {
  readonly id: string;
  readonly type: string;
  readonly occurredAt: Date;
  readonly channel?: string | null;
  readonly campaign?: string | null;
  readonly properties: Attributes;
}

/** The engagement types of shared/design/scoring.md section 1. */
export const ENGAGEMENT_TYPES = [
  'email_sent',
  'email_delivered',
  'email_open',
  'email_click',
  'email_reply',
  'email_bounce',
  'email_unsubscribe',
  'spam_report',
  'page_view',
  'search',
  'form_submission',
  'content_download',
  'webinar_registration',
  'webinar_attendance',
  'event_attendance',
  'demo_request',
  'contact_request',
  'trial_start',
  'newsletter_subscription',
  'cart_add',
  'cart_abandonment',
  'purchase',
  'call_connected',
  'call_attempted',
  'meeting_booked',
  'meeting_held',
  'meeting_no_show',
  'chat',
  'social_interaction',
  'ad_impression',
  'ad_click',
  'list_join',
  'campaign_response',
  'attribute_changed',
] as const;
