import { DateTime } from 'luxon';
import type { DailyCalls } from './budget.ts';
import type { Crm } from './crm.ts';

const HOUR_MS = 3_600_000;
/** The last minute of an hour must be a whole day old, too. */
const ROLLING_HOURS = 25;

/** The instant from which a call that is made at `at` does not count any more. */
export type ReturnsAt = (at: Date) => Date;

/** What the latest answer told, and when by the CRM's clock. */
export interface Told extends DailyCalls {
  readonly at: Date;
}

/** What we have spent of an account's day, and what the account had left. */
export interface DailyUse {
  /** Our calls that still count, by the instant at which they come back, soonest first. */
  readonly spent: readonly { readonly calls: number; readonly backAt: Date }[];
  /** `null` where the CRM has never said. */
  readonly told: Told | null;
}

/**
 * How the daily calls of an account come back: HubSpot's all at once at midnight of the account, Salesforce's by and by
 * a day after they were made, reckoned by the hour so that no 24 hours ever hold more than they may.
 *
 * @param timeZone - IANA zone of the account; only HubSpot's day depends on it.
 * @see shared facts: hubspot.md 7, salesforce.md 4.5
 */
export function callsReturn(crm: Crm, timeZone: string): ReturnsAt {
  if (crm === 'hubspot') return (at) => midnightAfter(at, timeZone);
  return (at) => new Date((Math.floor(at.getTime() / HOUR_MS) + ROLLING_HOURS) * HOUR_MS);
}

/** The first midnight after an instant; a zone that nobody knows counts as UTC. */
export function midnightAfter(at: Date, timeZone: string): Date {
  const local = DateTime.fromJSDate(at, { zone: timeZone });
  const here = local.isValid ? local : DateTime.fromJSDate(at, { zone: 'utc' });
  return here.plus({ days: 1 }).startOf('day').toJSDate();
}
