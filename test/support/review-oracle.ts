import type { ScoreModel } from '../../src/scoring/model.ts';
import type { ScoreCard } from '../../src/scoring/score-card.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** A score at any instant, starting from a band; without one from that of the lead. */
export type ScoreAt = (asOf: Date, previousBand?: string) => ScoreCard;

/** Whether a review is due at an instant. */
export type IsDue = (atMs: number) => boolean;

/** Due is an instant at which the band is another or the score has moved far enough, starting from those at `asOf`. */
export function dueAfter({ writeBack }: ScoreModel, scoreAt: ScoreAt, asOf: Date): IsDue {
  const now = scoreAt(asOf);
  return (atMs) => {
    const then = scoreAt(new Date(atMs), now.band);
    return then.band !== now.band || Math.abs(then.score - now.score) >= writeBack.minDelta;
  };
}

/** The first due instant among those asked, after `asOf`: every minute of some days, then every eight hours of 200 days. */
export function firstDue(isDue: IsDue, asOf: Date, days: number): number | null {
  const asOfMs = asOf.getTime();
  for (let minute = 1; minute <= days * 1440; minute += 1) {
    if (isDue(asOfMs + minute * MINUTE_MS)) return asOfMs + minute * MINUTE_MS;
  }
  for (let day = days; day <= 200; day += 1 / 3) if (isDue(asOfMs + day * DAY_MS)) return asOfMs + day * DAY_MS;
  return null;
}
