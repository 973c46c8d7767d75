import { pick, random, seedOf } from '../random.ts';
import { PAGES } from './vocabulary.ts';
import type { Activity } from './world.ts';

const DAY_MS = 86_400_000;
const MOST_VISITS = 40;

/** What a `Last Activity` means, in lower case; others mean nothing that a CRM keeps. */
const MEANINGS: Readonly<Record<string, string>> = {
  'email opened': 'email_open',
  'email link clicked': 'email_click',
  'view in browser link clicked': 'email_click',
  'email received': 'email_delivered',
  'email bounced': 'email_bounce',
  'email marked spam': 'spam_report',
  unsubscribed: 'email_unsubscribe',
  'form submitted on website': 'form_submission',
  'page visited on website': 'page_view',
  'olark chat conversation': 'chat',
  'had a phone conversation': 'call_connected',
  unreachable: 'call_attempted',
  'visited booth in tradeshow': 'event_attendance',
  'sms sent': 'custom:sms',
};

interface Told {
  readonly seed: number;
  readonly n: number;
  readonly createdAt: Date;
  readonly now: Date;
  readonly visits: number;
  readonly lastActivity: string | null;
}

/**
 * Dated activities out of a row that only counts: each visit is a page view (at most 40), the last activity follows.
 *
 * The instants are made up, and the same at every call.
 */
export function activitiesOf({ seed, n, createdAt, now, visits, lastActivity }: Told): Activity[] {
  const next = random(seedOf(seed, 6, n));
  const startMs = createdAt.getTime();
  const endMs = Math.max(startMs, now.getTime() - Math.floor(next() * 30 * DAY_MS));
  const views = Array.from({ length: Math.min(MOST_VISITS, Math.floor(visits)) }, () => ({
    type: 'page_view',
    at: new Date(startMs + Math.floor((endMs - startMs) * next())),
    page: pick(next, PAGES),
  })).sort((a, b) => a.at.getTime() - b.at.getTime());
  const type = MEANINGS[lastActivity?.toLowerCase() ?? ''];
  const last = type ? [lastOf(type, new Date(endMs))] : [];
  return [...views, ...last].map((activity, index) => ({ n: index, ...activity }));
}

function lastOf(type: string, at: Date): Omit<Activity, 'n'> {
  if (type === 'form_submission') return { type, at, page: '/contact' };
  if (type === 'page_view') return { type, at, page: '/' };
  return type === 'call_connected' ? { type, at, seconds: 180 } : { type, at };
}
