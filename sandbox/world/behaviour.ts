import { pick, type Random, random, seedOf } from '../random.ts';
import { DOWNLOADS, FORMS, PAGES } from './vocabulary.ts';
import type { Activity } from './world.ts';

const DAY_MS = 86_400_000;

/** How far back activity reaches, in days. */
export const ACTIVITY_DAYS = 180;
const MOST_ACTIVITIES = 150;

interface Temper {
  /** Standard normal: how warm the person is. */
  readonly interest: number;
  readonly createdAt: Date;
  readonly now: Date;
  readonly hasOptedOut: boolean;
  readonly campaigns: number;
}

/**
 * What a seeded person did in the last {@link ACTIVITY_DAYS} days, oldest first.
 *
 * The count is log-normal around the interest: most people do little, a few very much, about ten on average.
 */
export function behaviourOf(seed: number, n: number, temper: Temper): Activity[] {
  const next = random(seedOf(seed, 3, n));
  const startMs = Math.max(temper.createdAt.getTime(), temper.now.getTime() - ACTIVITY_DAYS * DAY_MS);
  const spanMs = temper.now.getTime() - startMs;
  const count = Math.min(MOST_ACTIVITIES, Math.floor(Math.exp(1.85 + 0.95 * temper.interest + 0.5 * (next() * 2 - 1))));
  const done: Omit<Activity, 'n'>[] = [];
  for (let i = 0; i < count; i++) {
    // The warm are active lately, the cold long ago.
    const atMs = startMs + Math.floor(spanMs * next() ** (temper.interest > 0.8 ? 0.5 : 1.3));
    done.push(...happening(next, atMs, startMs, temper));
  }
  if (temper.hasOptedOut) done.push({ type: 'email_unsubscribe', at: new Date(startMs + Math.floor(spanMs * next())) });
  done.sort((a, b) => a.at.getTime() - b.at.getTime());
  return done.map((activity, index) => ({ n: index, ...activity }));
}

/** Type, weight for everybody, and weight added for each unit of interest above zero. */
const TYPES = [
  ['page_view', 45, 0],
  ['email_open', 18, 0],
  ['email_click', 7, 2],
  ['form_submission', 3, 2],
  ['content_download', 3, 2],
  ['call_attempted', 3, 0],
  ['call_connected', 1.5, 1.5],
  ['webinar_registration', 1.5, 0.5],
  ['webinar_attendance', 0.8, 1],
  ['email_reply', 1, 1.5],
  ['campaign_response', 1.5, 0],
  ['meeting_booked', 0.4, 1],
  ['meeting_held', 0.4, 1.5],
  ['meeting_no_show', 0.3, 0],
  ['demo_request', 0.3, 1.5],
  ['chat', 0.7, 0.3],
  ['ad_click', 1, 0],
  ['event_attendance', 0.6, 0.3],
  ['trial_start', 0.1, 0.6],
  ['social_interaction', 0.5, 0],
  ['newsletter_subscription', 0.6, 0],
  ['email_bounce', 0.6, 0],
] as const;

function happening(
  next: Random,
  atMs: number,
  startMs: number,
  { interest, campaigns }: Temper,
): Omit<Activity, 'n'>[] {
  const type = typeFor(next, Math.max(0, interest));
  const at = new Date(atMs);
  const campaign = Math.floor(next() * campaigns);
  switch (type) {
    case 'page_view':
      return [{ type, at, page: interest > 0.5 && next() < 0.25 ? '/pricing' : pick(next, PAGES) }];
    case 'form_submission':
      return [{ type, at, page: pick(next, FORMS) }];
    case 'content_download':
      return [{ type, at, page: pick(next, DOWNLOADS), campaign }];
    case 'demo_request':
      return [{ type, at, page: '/demo' }];
    case 'call_connected':
      return [{ type, at, seconds: 60 + Math.floor(next() * 1_200) }];
    case 'call_attempted':
      return [{ type, at, seconds: 0 }];
    case 'webinar_attendance': {
      const registeredMs = atMs - Math.floor((1 + next() * 9) * DAY_MS);
      const attendance = { type, at, campaign };
      if (registeredMs < startMs) return [attendance];
      return [{ type: 'webinar_registration', at: new Date(registeredMs), campaign }, attendance];
    }
    case 'email_open':
    case 'email_click':
    case 'email_bounce':
    case 'campaign_response':
    case 'webinar_registration':
    case 'event_attendance':
    case 'ad_click':
      return [{ type, at, campaign }];
    default:
      return [{ type, at }];
  }
}

function typeFor(next: Random, warmth: number): (typeof TYPES)[number][0] {
  const total = TYPES.reduce((sum, [, weight, added]) => sum + weight + added * warmth, 0);
  let left = next() * total;
  for (const [type, weight, added] of TYPES) {
    left -= weight + added * warmth;
    if (left < 0) return type;
  }
  return 'page_view';
}
