import type { DailyUse, ReturnsAt } from '../domain/daily-quota.ts';
import type { Forecast } from '../domain/plan.ts';

/** Our share of an account's day, in calls. */
export interface Share {
  readonly perDay: number;
  /** What is left of it now: never more than the account itself has left. */
  readonly left: number;
}

/** How the day of an account goes. */
export interface DayRules {
  /** Part of the daily calls that we may spend, above 0 to 1; `null`: all. */
  readonly dailyShare: number | null;
  readonly returnsAt: ReturnsAt;
}

const MOST_ROUNDS = 10_000;
const YEAR_MS = 365 * 24 * 3_600_000;

/** Our share of the day at an instant; `null` as long as the CRM has not told its limit. */
export function shareAt(at: Date, { spent, told }: DailyUse, { dailyShare, returnsAt }: DayRules): Share | null {
  if (told === null) return null;
  const perDay = Math.floor((dailyShare ?? 1) * told.limit);
  const isOfToday = returnsAt(told.at) > at;
  const left = Math.min(perDay - sumOf(spent), isOfToday ? told.left : perDay);
  return { perDay, left: Math.max(0, left) };
}

/** What the share leaves for some calls, and when the last of them can be made. */
export function forecast(calls: number, at: Date, use: DailyUse, rules: DayRules): Forecast {
  const share = shareAt(at, use, rules);
  if (share === null) return { callsLeft: null, notBefore: null };
  return { callsLeft: share.left, notBefore: calls <= share.left ? null : lastCallAt(calls, at, share, use, rules) };
}

/** Plays the days to come: what is free is spent, and comes back as the CRM gives it back. A year at most. */
function lastCallAt(
  calls: number,
  at: Date,
  { perDay, left }: Share,
  { spent }: DailyUse,
  { returnsAt }: DayRules,
): Date {
  const others = { calls: Math.max(0, perDay - sumOf(spent) - left), backAt: returnsAt(at) };
  const coming = [...spent, others];
  const end = new Date(at.getTime() + YEAR_MS);
  let [todo, free, now] = [calls, left, at];
  for (let round = 0; round < MOST_ROUNDS && todo > free && now < end; round += 1) {
    todo -= free;
    coming.push({ calls: free, backAt: returnsAt(now) });
    now = coming[0]!.backAt; // there is at least the one that has just been added
    free = 0;
    while (coming[0] !== undefined && coming[0].backAt <= now) free += coming.shift()!.calls;
    free = Math.min(free, perDay);
  }
  return todo > free ? end : now;
}

const sumOf = (spent: DailyUse['spent']): number => spent.reduce((sum, { calls }) => sum + calls, 0);
