import type { CompiledModel, RankedRule } from './compile-model.ts';
import { clamp, DAY_MS, decayFactor, roundHalfAway } from './points.ts';
import type { ScoreCard } from './score-card.ts';

/** A time in which the lines of a score stay the same and only fade. */
export interface Stretch {
  /** From here on no line changes any more. */
  readonly stillFromMs: number;
  /** Whole scores between which the score lies from one instant to another; exact where both are one. */
  boundsOver(fromMs: number, untilMs: number): { readonly low: number; readonly high: number };
}

/** The stretch that begins with a score. A line that has faded to nothing stays nothing, so the ledger says it all. */
export function stretchOf(compiled: CompiledModel, card: ScoreCard, fromMs: number): Stretch {
  const dimensions = compiled.dimensions.map(({ name, minCp, maxCp, rules }) => {
    const lines = card.ledger.filter(({ dimension, rule }) => dimension === name && rule !== null);
    const bearing = rules.filter(({ id }) => lines.some(({ rule }) => rule === id));
    return { minCp, maxCp, sums: bearing.map((rule) => fadingSumOf(rule, card)) };
  });
  const stillFromMs = Math.max(fromMs, ...dimensions.flatMap(({ sums }) => sums.map((sum) => sum.stillFromMs)));
  return {
    stillFromMs,
    boundsOver(startMs, endMs) {
      let [lowCp, highCp] = [0, 0];
      for (const { minCp, maxCp, sums } of dimensions) {
        let [low, high] = [0, 0];
        for (const sum of sums) {
          const [start, end] = [sum.cpAt(startMs), endMs === startMs ? undefined : sum.cpAt(endMs)];
          low += Math.min(start, end ?? start);
          high += Math.max(start, end ?? start);
        }
        lowCp += clamp(low, minCp, maxCp);
        highCp += clamp(high, minCp, maxCp);
      }
      return { low: scoreOf(compiled, lowCp), high: scoreOf(compiled, highCp) };
    },
  };
}

/** The lines of one rule: all of one sign, so that their sum moves one way only. */
interface FadingSum {
  readonly stillFromMs: number;
  /** Sum in cp, the rule's cap included. */
  cpAt(instantMs: number): number;
}

function fadingSumOf({ id, ageing }: RankedRule, { ledger }: ScoreCard): FadingSum {
  const lines = ledger.filter(({ rule }) => rule === id);
  const halfLifeDays = ageing?.halfLifeDays ?? null;
  if (ageing === null || halfLifeDays === null) {
    const cp = lines.reduce((sum, line) => sum + line.cp, 0);
    return { stillFromMs: Number.NEGATIVE_INFINITY, cpAt: () => cp };
  }
  const { baseCp, maxCp } = ageing;
  const datesMs = lines.flatMap(({ occurredAt }) => (occurredAt === undefined ? [] : [occurredAt.getTime()]));
  const latestMs = datesMs.reduce((latest, dateMs) => Math.max(latest, dateMs), Number.NEGATIVE_INFINITY);
  return {
    // From there the line is below half a cp, which rounds to nothing; a millisecond and more against the logarithm's error.
    stillFromMs: Math.ceil(latestMs + halfLifeDays * DAY_MS * (Math.log2(2 * Math.abs(baseCp)) + 1e-6)) + 1,
    cpAt(instantMs) {
      let sum = 0;
      for (const dateMs of datesMs) sum += roundHalfAway(baseCp * decayFactor(instantMs - dateMs, halfLifeDays));
      if (maxCp === null) return sum;
      return maxCp > 0 ? Math.min(sum, maxCp) : Math.max(sum, maxCp);
    },
  };
}

function scoreOf({ totalMinCp, totalMaxCp }: CompiledModel, cp: number): number {
  return roundHalfAway(clamp(cp, totalMinCp, totalMaxCp) / 100);
}
