import type { ScoreModel } from '../../src/scoring/model.ts';
import type { ScoreCard } from '../../src/scoring/score-card.ts';

const MINUTE_MS = 60_000;

/** A score at any instant, starting from a band. */
export type ScoreAt = (asOf: Date, previousBand?: string) => ScoreCard;

/** Whether, at a later instant, the band is another or the score has moved far enough, starting from the band now. */
export function isDue({ writeBack }: ScoreModel, scoreAt: ScoreAt, asOf: Date, atMs: number): boolean {
  const now = scoreAt(asOf);
  const then = scoreAt(new Date(atMs), now.band);
  return then.band !== now.band || Math.abs(then.score - now.score) >= writeBack.minDelta;
}

/** The first minute after `asOf` at which a review is due, by asking every minute of so many; `null` if none is. */
export function firstDueMinute(model: ScoreModel, scoreAt: ScoreAt, asOf: Date, minutes: number): number | null {
  for (let minute = 1; minute <= minutes; minute += 1) {
    const atMs = asOf.getTime() + minute * MINUTE_MS;
    if (isDue(model, scoreAt, asOf, atMs)) return atMs;
  }
  return null;
}

/** The first due millisecond of a score that only falls, by halving; it must be due after so many days. */
export function firstDueOfFalling(model: ScoreModel, scoreAt: ScoreAt, asOf: Date, days: number): number {
  let [calmMs, dueMs] = [asOf.getTime(), asOf.getTime() + days * 86_400_000];
  while (dueMs - calmMs > 1) {
    const middleMs = Math.floor((calmMs + dueMs) / 2);
    if (isDue(model, scoreAt, asOf, middleMs)) dueMs = middleMs;
    else calmMs = middleMs;
  }
  return dueMs;
}
