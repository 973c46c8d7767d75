import type { Reason } from './score-card.ts';

/** A reason with its rule's place in the model, which decides between equal weights. */
export interface RankedReason extends Reason {
  readonly place: number;
}

const MOST_POSITIVE = 3;
const MOST_NEGATIVE = 2;

/** Picks the reasons that weigh most, at most three above 0 and two below, largest magnitude first. */
export function rankReasons(reasons: RankedReason[]): readonly Reason[] {
  reasons.sort((a, b) => Math.abs(b.cp) - Math.abs(a.cp) || a.place - b.place);
  const picked: Reason[] = [];
  let positive = 0;
  let negative = 0;
  for (const { rule, label, dimension, cp } of reasons) {
    if (cp > 0 ? positive++ < MOST_POSITIVE : negative++ < MOST_NEGATIVE) picked.push({ rule, label, dimension, cp });
  }
  return picked;
}
