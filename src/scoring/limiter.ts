import { daysToMs } from './points.ts';

/** How many occurrences count in how many days. */
export interface Limit {
  readonly times: number;
  readonly perDays: number;
}

/** Answers whether one more occurrence counts; to be asked in chronological order. */
export type Admits = (atMs: number) => boolean;

/** A fresh limiter: it admits an instant t only if fewer than `times` admitted ones lie in (t − d, t]. */
export function limiterOf({ times, perDays }: Limit): Admits {
  const perMs = daysToMs(perDays);
  const admitted: number[] = [];
  return (atMs) => {
    const oldestThatCounts = admitted[admitted.length - times];
    if (oldestThatCounts !== undefined && oldestThatCounts > atMs - perMs) return false;
    admitted.push(atMs);
    return true;
  };
}
