import type { Activity } from '../world/world.ts';

/** How one engagement type looks in the org. */
export interface ActivityForm {
  /** Task or Event; with a campaign and a {@link memberStatus} it is a CampaignMember instead. */
  readonly object: 'Task' | 'Event';
  /** Subject, or its beginning: `: ` and the page, or else the campaign's name, follow where there is one. */
  readonly subject: string;
  /** `TaskSubtype`. */
  readonly subtype: 'Task' | 'Call' | 'Email';
  /** `Type`. */
  readonly type: 'Call' | 'Email' | 'Meeting' | 'Web' | 'Other';
  /** Status of the CampaignMember, where the activity names a campaign. */
  readonly memberStatus?: MemberStatus;
}

/** The statuses of every campaign's members, lowest first. A member shows the highest that the person reached. */
export const MEMBER_STATUSES = {
  Sent: { hasResponded: false },
  Registered: { hasResponded: false },
  Responded: { hasResponded: true },
  Attended: { hasResponded: true },
} as const;
export type MemberStatus = keyof typeof MEMBER_STATUSES;

const web = (subject: string): ActivityForm => ({ object: 'Task', subject, subtype: 'Task', type: 'Web' });
const mail = (subject: string): ActivityForm => ({ object: 'Task', subject, subtype: 'Email', type: 'Email' });
const call = (subject: string): ActivityForm => ({ object: 'Task', subject, subtype: 'Call', type: 'Call' });
const event = (subject: string): ActivityForm => ({ object: 'Event', subject, subtype: 'Task', type: 'Meeting' });
const other = (subject: string): ActivityForm => ({ object: 'Task', subject, subtype: 'Task', type: 'Other' });

/**
 * How the twin shows each engagement type, as an org does that syncs its web and e-mail tools into Salesforce.
 *
 * Task: `CreatedDate` and `CompletedDateTime` are the instant, `Status` is Completed, `Description` holds the lines
 * `Page: /path` and `Campaign: name` where known. A call has `CallType` Outbound, `CallDurationInSeconds`, and
 * `CallDisposition` Connected or No answer. Event: `StartDateTime` is the instant, 30 minutes long.
 * CampaignMember: `CreatedDate` is the first activity in the campaign, `FirstRespondedDate` the day of the first one
 * whose status counts as a response: registered → CreatedDate, attended or responded → FirstRespondedDate.
 */
export const ACTIVITY_MAP: Readonly<Record<string, ActivityForm>> = {
  email_sent: mail('Email: Sent'),
  email_delivered: mail('Email: Delivered'),
  email_open: mail('Email: Opened'),
  email_click: mail('Email: Clicked'),
  email_reply: mail('Email: Replied'),
  email_bounce: mail('Email: Bounced'),
  email_unsubscribe: mail('Email: Unsubscribed'),
  spam_report: mail('Email: Marked as spam'),
  page_view: web('Web: Page viewed'),
  search: web('Web: Searched'),
  form_submission: web('Web: Form submitted'),
  content_download: web('Web: Content downloaded'),
  demo_request: web('Web: Demo requested'),
  contact_request: web('Web: Contact requested'),
  trial_start: web('Web: Trial started'),
  newsletter_subscription: web('Web: Newsletter subscribed'),
  cart_add: web('Web: Added to cart'),
  cart_abandonment: web('Web: Cart abandoned'),
  purchase: web('Web: Purchased'),
  chat: web('Web: Chat'),
  social_interaction: web('Web: Social interaction'),
  ad_impression: web('Web: Ad shown'),
  ad_click: web('Web: Ad clicked'),
  webinar_registration: { ...other('Webinar registered'), memberStatus: 'Registered' },
  webinar_attendance: { ...other('Webinar attended'), memberStatus: 'Attended' },
  event_attendance: { ...other('Event attended'), memberStatus: 'Attended' },
  campaign_response: { ...other('Campaign response'), memberStatus: 'Responded' },
  list_join: { ...other('List joined'), memberStatus: 'Sent' },
  call_connected: call('Call: Connected'),
  call_attempted: call('Call: Attempted'),
  meeting_booked: { ...other('Meeting booked'), type: 'Meeting' },
  meeting_held: event('Meeting held'),
  meeting_no_show: event('Meeting no-show'),
  attribute_changed: other('Profile changed'),
};

/** The form of an activity; a type that the table has not becomes a Task `Other: type`. */
export function formOf(activity: Pick<Activity, 'type'>): ActivityForm {
  return ACTIVITY_MAP[activity.type] ?? other(`Other: ${activity.type}`);
}

/** A person's part in one campaign. */
export interface Membership {
  readonly campaign: number;
  readonly status: MemberStatus;
  readonly joinedAt: Date;
  readonly respondedAt: Date | null;
  readonly changedAt: Date;
}

/** A person's activities by the object that shows them; memberships by campaign. */
export interface ActivityRows {
  readonly tasks: readonly Activity[];
  readonly events: readonly Activity[];
  readonly memberships: readonly Membership[];
}

/** Sorts a person's activities into the objects that show them. */
export function activityRowsOf(activities: readonly Activity[]): ActivityRows {
  const tasks: Activity[] = [];
  const events: Activity[] = [];
  const memberships = new Map<number, Membership>();
  for (const activity of activities) {
    const { object, memberStatus } = formOf(activity);
    if (memberStatus !== undefined && activity.campaign !== undefined) {
      const { campaign, at } = activity;
      memberships.set(campaign, joined(memberships.get(campaign), campaign, memberStatus, at));
    } else if (object === 'Event') events.push(activity);
    else tasks.push(activity);
  }
  return { tasks, events, memberships: [...memberships.values()].sort((a, b) => a.campaign - b.campaign) };
}

/** A membership after one more activity: the status never falls, the first response stays. */
function joined(before: Membership | undefined, campaign: number, status: MemberStatus, at: Date): Membership {
  const respondedAt = MEMBER_STATUSES[status].hasResponded ? at : null;
  if (before === undefined) return { campaign, status, joinedAt: at, respondedAt, changedAt: at };
  return {
    campaign,
    status: higherOf(before.status, status),
    joinedAt: before.joinedAt < at ? before.joinedAt : at,
    respondedAt: earlierOf(before.respondedAt, respondedAt),
    changedAt: before.changedAt > at ? before.changedAt : at,
  };
}

/** The higher of two statuses. */
export function higherOf(one: MemberStatus, other: MemberStatus): MemberStatus {
  const order = Object.keys(MEMBER_STATUSES);
  return order.indexOf(one) >= order.indexOf(other) ? one : other;
}

function earlierOf(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}
