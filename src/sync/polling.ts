import type { Share } from './forecast.ts';

/** What the runs of a connection tell about when the next is due. */
interface History {
  readonly hasOpenRun: boolean;
  readonly resumeAt: Date | null;
  readonly pulledAt: Date | null;
  readonly quietPulls: number;
}

/** What a scheduled pull is measured by. */
export interface Polling {
  readonly now: Date;
  readonly everyMinutes: number;
  /** Our share of the day; `null` if it has no limit, or none that we know. */
  readonly share: Share | null;
}

const MINUTE_MS = 60_000;
/** As far as polling slows down, in intervals. */
const SLOWEST = 4;
/** Without webhooks a pull is the only way to hear of a change: one that hurries nobody is heard of within this time. */
const FRESH_WITHIN_MINUTES = 15;
/** With less than this part of the share left, calls are kept for writing. */
const SHORT_SHARE = 0.2;

/**
 * Whether a schedule may begin, or take up, a run with a pull now.
 *
 * Each pull that led to nothing adds an interval to the wait for the next one, up to four; one that led to something
 * sets it back. Freshness goes first: the wait never grows beyond 15 minutes, unless our calls of the day run short.
 */
export function isPullDue({ hasOpenRun, resumeAt, pulledAt, quietPulls }: History, polling: Polling): boolean {
  const { now, everyMinutes } = polling;
  if (hasOpenRun) return true;
  if (resumeAt !== null && resumeAt > now) return false;
  const intervals = Math.min(quietPulls + 1, slowestOf(polling));
  if (pulledAt === null || intervals === 1) return true;
  // Half an interval of grace: a tick that comes a little early must not cost a whole one.
  return now.getTime() - pulledAt.getTime() >= (intervals - 0.5) * everyMinutes * MINUTE_MS;
}

function slowestOf({ everyMinutes, share }: Polling): number {
  if (share !== null && share.left < SHORT_SHARE * share.perDay) return SLOWEST;
  return Math.min(SLOWEST, Math.max(1, Math.floor(FRESH_WITHIN_MINUTES / everyMinutes)));
}
