import type { Engagement } from '../domain/lead.ts';
import { type CompiledOccurrence, compileOccurrence } from './compile-occurrence.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { compileEarnings } from './earnings.ts';
import { limiterOf } from './limiter.ts';
import type { SequenceRule } from './model.ts';
import { daysToMs } from './points.ts';
import type { Sight, TypeIndex } from './sight.ts';
import { isLater } from './timeline.ts';

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
        if (admits(last.occurredAt.getTime())) cp += earnings.earn(last, sight.asOfMs, ledger);
      }
      return cp + earnings.cap(cp, ledger);
    },
    turns(everything, visit) {
      for (const step of steps) {
        for (const engagement of everything.ofType(step.type)) {
          visit(engagement.occurredAt.getTime());
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
function completions(steps: readonly CompiledOccurrence[], spanMs: number, sight: Sight): readonly Engagement[] {
  const found: Engagement[] = [];
  const candidates: Engagement[][] = [];
  for (const step of steps) {
    const engagements = sight.ofType(step.type);
    if (engagements.length === 0) return found;
    candidates.push(engagements.filter((engagement) => step.counts(engagement, sight)));
  }
  const cursors = steps.map(() => 0);
  const used = new Set<Engagement>();
  for (const first of candidates[0]!) {
    if (used.has(first)) continue;
    const chain = [first];
    for (let step = 1; step < steps.length; step += 1) {
      const next = advance(candidates[step]!, cursors, step, chain[step - 1]!, used);
      if (next === undefined) return found;
      chain.push(next);
    }
    const last = chain[chain.length - 1]!;
    if (last.occurredAt.getTime() - first.occurredAt.getTime() >= spanMs) continue;
    for (const taken of chain) used.add(taken);
    found.push(last);
  }
  return found;
}

/** The earliest unused candidate of a step later than another; moves the step's cursor to it. */
function advance(
  candidates: readonly Engagement[],
  cursors: number[],
  step: number,
  before: Engagement,
  used: ReadonlySet<Engagement>,
): Engagement | undefined {
  let cursor = cursors[step]!;
  while (cursor < candidates.length && (!isLater(candidates[cursor]!, before) || used.has(candidates[cursor]!))) {
    cursor += 1;
  }
  cursors[step] = cursor;
  return candidates[cursor];
}
