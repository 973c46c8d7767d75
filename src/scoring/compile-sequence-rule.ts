import { type CompiledOccurrence, compileOccurrence } from './compile-occurrence.ts';
import type { CompiledRule } from './compile-rule.ts';
import { compileEarnings } from './earnings.ts';
import { limiterOf } from './limiter.ts';
import type { SequenceRule } from './model.ts';
import { daysToMs } from './points.ts';
import type { Sight, TypeIndex } from './sight.ts';
import type { Moment } from './timeline.ts';

/** A rule worth its points for each completion of its steps, dated at the last of them. */
export function compileSequence(
  rule: SequenceRule,
  dimensionHalfLifeDays: number | undefined,
  types: TypeIndex,
): CompiledRule {
  const steps = rule.sequence.map((step) => compileOccurrence(step, types));
  const earnings = compileEarnings(rule, dimensionHalfLifeDays);
  const spanMs = rule.withinDays === undefined ? Number.POSITIVE_INFINITY : daysToMs(rule.withinDays);
  const newLimiter = limiterOf(rule.limit);
  return {
    earn(sight, ledger) {
      const admits = newLimiter();
      let cp = 0;
      for (const last of completions(steps, spanMs, sight)) {
        if (admits(last.atMs)) cp += earnings.earn(last, sight.asOfMs, ledger);
      }
      return cp + earnings.cap(cp, ledger);
    },
    turns(everything, visit) {
      for (const step of steps) {
        for (const { atMs, engagement } of everything.ofType(step.type)) {
          visit(atMs);
          step.turns(engagement, visit);
        }
      }
    },
    ageing: earnings.ageing,
  };
}

/**
 * The last step of every completion, in order.
 *
 * Each unused first step, from the earliest, takes for every further step the earliest unused later occurrence.
 * What a first step may take never lies before what an earlier one took, so one cursor per step suffices and the
 * work is linear in the engagements.
 */
function completions(steps: readonly CompiledOccurrence[], spanMs: number, sight: Sight): readonly Moment[] {
  const found: Moment[] = [];
  const candidates: Moment[][] = [];
  for (const step of steps) {
    const moments = sight.ofType(step.type);
    if (moments.length === 0) return found;
    candidates.push(moments.filter(({ engagement }) => step.counts(engagement, sight)));
  }
  const cursors = steps.map(() => 0);
  const used = new Set<number>();
  for (const first of candidates[0]!) {
    if (used.has(first.place)) continue;
    const chain = [first];
    for (let step = 1; step < steps.length; step += 1) {
      const next = advance(candidates[step]!, cursors, step, chain[step - 1]!.place, used);
      if (next === undefined) return found;
      chain.push(next);
    }
    const last = chain[chain.length - 1]!;
    if (last.atMs - first.atMs >= spanMs) continue;
    for (const { place } of chain) used.add(place);
    found.push(last);
  }
  return found;
}

/** The earliest unused candidate of a step later than `place`; moves the step's cursor to it. */
function advance(
  candidates: readonly Moment[],
  cursors: number[],
  step: number,
  place: number,
  used: ReadonlySet<number>,
): Moment | undefined {
  let cursor = cursors[step]!;
  while (cursor < candidates.length && (candidates[cursor]!.place <= place || used.has(candidates[cursor]!.place))) {
    cursor += 1;
  }
  cursors[step] = cursor;
  return candidates[cursor];
}
