import { daysToMs } from './points.ts';

/** Answers whether one more occurrence counts; to be asked in chronological order. */
export type Admits = (atMs: number) => boolean;

/** A maker of fresh limiters that admit an instant t only if fewer than `times` admitted ones lie in (t − d, t]. */
export function limiterOf(limit: { readonly times: number; readonly perDays: number } | undefined): () => Admits {
  if (limit === undefined) return () => admitAll;
  const perMs = daysToMs(limit.perDays);
  return () => {
    const admitted: number[] = [];
    return (atMs) => {
      const oldestThatCounts = admitted[admitted.length - limit.times];
      if (oldestThatCounts !== undefined && oldestThatCounts > atMs - perMs) return false;
      admitted.push(atMs);
      return true;
    };
  };
}

function admitAll(): boolean {
  return true;
}
