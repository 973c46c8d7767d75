/**
 * What Salesforce's activities mean as engagements. Salesforce has no record of a page view or a form: the tools that
 * track them write Tasks, and tell them apart by Subject. Tables are read from the top; the first line that fits wins.
 */

interface Line {
  readonly subject: RegExp;
  readonly type: string;
}

/** Tasks of TaskSubtype Email or ListEmail, or of Type Email. None fits: `email_sent`. */
const EMAIL_SUBJECTS: readonly Line[] = [
  { subject: /^email:? opened\b/i, type: 'email_open' },
  { subject: /^email:? (link )?clicked\b/i, type: 'email_click' },
  { subject: /^email:? delivered\b/i, type: 'email_delivered' },
  { subject: /^email:? bounced\b/i, type: 'email_bounce' },
  { subject: /^email:? (opted out|unsubscribed)\b/i, type: 'email_unsubscribe' },
  { subject: /^email:? marked as spam\b/i, type: 'spam_report' },
  { subject: /^email:? repl(ied|y)\b|\[in\]/i, type: 'email_reply' },
];

/** Every other Task. None fits: `custom:task`. */
const TASK_SUBJECTS: readonly Line[] = [
  { subject: /\bpage (viewed|visited)|\bvisited (the )?(page|website)/i, type: 'page_view' },
  { subject: /\bdemo requested|\brequested a demo/i, type: 'demo_request' },
  { subject: /\bcontact requested|\bcontact us\b/i, type: 'contact_request' },
  { subject: /\btrial started|\bstarted a trial/i, type: 'trial_start' },
  { subject: /\bnewsletter (subscribed|signup)/i, type: 'newsletter_subscription' },
  { subject: /\b(content|file|whitepaper|white paper|e-?book)s? (was )?downloaded/i, type: 'content_download' },
  { subject: /\bform (submitted|submission|filled)/i, type: 'form_submission' },
  { subject: /\badded to cart/i, type: 'cart_add' },
  { subject: /\bcart abandoned|\babandoned cart/i, type: 'cart_abandonment' },
  { subject: /^web: purchased|\border placed/i, type: 'purchase' },
  { subject: /^web: searched|\bsite search/i, type: 'search' },
  { subject: /\bad clicked/i, type: 'ad_click' },
  { subject: /\bad (shown|viewed)/i, type: 'ad_impression' },
  { subject: /\bwebinar (registered|registration)|\bregistered for (the )?webinar/i, type: 'webinar_registration' },
  { subject: /\bwebinar (attended|attendance)|\battended (the )?webinar/i, type: 'webinar_attendance' },
  { subject: /\bevent (attended|attendance)|\battended (the )?event/i, type: 'event_attendance' },
  { subject: /\bmeeting (booked|scheduled)/i, type: 'meeting_booked' },
  { subject: /\bmeeting no.?show/i, type: 'meeting_no_show' },
  { subject: /\bmeeting held/i, type: 'meeting_held' },
  { subject: /\bcampaign response/i, type: 'campaign_response' },
  { subject: /\blist joined/i, type: 'list_join' },
  { subject: /^profile changed/i, type: 'attribute_changed' },
  { subject: /^(web: )?(live )?chat\b/i, type: 'chat' },
  { subject: /\bsocial interaction|\blinkedin (message|inmail)/i, type: 'social_interaction' },
];

/** CallDisposition, or the Subject where the dialler fills none, of calls that reached nobody. */
const NOT_REACHED =
  /no.?answer|not (reached|available)|attempted|busy|voice ?mail|left (a )?message|wrong|unable|failed/i;

/** Member statuses of people who came, and of people who said that they would. */
const ATTENDED = /^(attended|checked.?in|participated|watched|visited)/i;
const REGISTERED = /^(registered|rsvp|signed up|accepted|enrolled)/i;

/** Type of the engagement that a Task stands for. */
export function taskType(task: {
  readonly Subject: string | null;
  readonly TaskSubtype: string | null;
  readonly Type: string | null;
  readonly CallType: string | null;
  readonly CallDisposition: string | null;
  readonly CallDurationInSeconds: number | null;
}): string {
  if (task.TaskSubtype === 'Call' || task.Type === 'Call' || task.CallType !== null) return callType(task);
  const subject = task.Subject ?? '';
  const isEmail = task.TaskSubtype === 'Email' || task.TaskSubtype === 'ListEmail' || task.Type === 'Email';
  if (isEmail) return firstFit(EMAIL_SUBJECTS, subject) ?? 'email_sent';
  if (task.TaskSubtype === 'LinkedIn') return 'social_interaction';
  return firstFit(TASK_SUBJECTS, subject) ?? 'custom:task';
}

function callType(call: {
  readonly Subject: string | null;
  readonly CallDisposition: string | null;
  readonly CallDurationInSeconds: number | null;
}): 'call_connected' | 'call_attempted' {
  const outcome = call.CallDisposition ?? call.Subject ?? '';
  if (NOT_REACHED.test(outcome)) return 'call_attempted';
  const isReached =
    call.CallDisposition !== null || (call.CallDurationInSeconds ?? 0) > 0 || /connected/i.test(outcome);
  return isReached ? 'call_connected' : 'call_attempted';
}

/** Type of the engagement that a past Event stands for. */
export function eventType({ Subject }: { readonly Subject: string | null }): 'meeting_held' | 'meeting_no_show' {
  return /no.?show|cancell?ed|did not attend/i.test(Subject ?? '') ? 'meeting_no_show' : 'meeting_held';
}

/** Type of the engagement that a campaign membership stands for, by the campaign's Type and the member's Status. */
export function memberType(campaignType: string | null, status: string | null, hasResponded: boolean): string {
  const isWebinar = /webinar/i.test(campaignType ?? '');
  if (ATTENDED.test(status ?? '')) return isWebinar ? 'webinar_attendance' : 'event_attendance';
  if (REGISTERED.test(status ?? '')) return isWebinar ? 'webinar_registration' : 'campaign_response';
  return hasResponded ? 'campaign_response' : 'list_join';
}

/** The channel of an engagement type, for attribution. */
export function channelOf(type: string): string {
  if (type.startsWith('email_') || type === 'spam_report' || type === 'newsletter_subscription') return 'email';
  if (type.startsWith('call_')) return 'phone';
  if (type.startsWith('meeting_')) return 'meeting';
  if (type.startsWith('webinar_')) return 'webinar';
  if (type.startsWith('ad_')) return 'ads';
  if (type === 'event_attendance') return 'event';
  if (type === 'social_interaction') return 'social';
  if (type === 'chat') return 'chat';
  if (['campaign_response', 'list_join'].includes(type)) return 'campaign';
  return type.startsWith('custom:') || type === 'attribute_changed' ? 'crm' : 'web';
}

function firstFit(lines: readonly Line[], subject: string): string | undefined {
  return lines.find((line) => line.subject.test(subject))?.type;
}
