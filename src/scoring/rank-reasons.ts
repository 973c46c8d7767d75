import type { Reason } from './score-card.ts';

/** What a reason says of its rule. */
export interface NamedRule {
  readonly id: string;
  readonly label: string;
  readonly dimension: string;
}

/**
 * The reasons that weigh most, largest magnitude first: at most three above 0 and two below; of equals the first rule.
 *
 * @param contributions - What each rule contributed, in cp, in the order of the rules, and behind them a 0.
 */
export function rankReasons(rules: readonly NamedRule[], contributions: readonly number[]): readonly Reason[] {
  const none = rules.length;
  let first = none;
  let second = none;
  let third = none;
  let lowest = none;
  let nextLowest = none;
  for (let place = 0; place < none; place += 1) {
    const cp = contributions[place]!;
    if (cp > contributions[third]!) {
      third = place;
      if (cp > contributions[second]!) [second, third] = [place, second];
      if (cp > contributions[first]!) [first, second] = [place, first];
    } else if (cp < contributions[nextLowest]!) {
      nextLowest = place;
      if (cp < contributions[lowest]!) [lowest, nextLowest] = [place, lowest];
    }
  }
  const reasons: Reason[] = [];
  while (first !== none || lowest !== none) {
    const isAbove = isHeavier(first, lowest, contributions);
    const place = isAbove ? first : lowest;
    const { id, label, dimension } = rules[place]!;
    reasons.push({ rule: id, label, dimension, cp: contributions[place]! });
    if (isAbove) {
      first = second;
      second = third;
      third = none;
    } else {
      lowest = nextLowest;
      nextLowest = none;
    }
  }
  return reasons;
}

function isHeavier(place: number, other: number, contributions: readonly number[]): boolean {
  const difference = Math.abs(contributions[place]!) - Math.abs(contributions[other]!);
  return difference > 0 || (difference === 0 && place < other);
}
