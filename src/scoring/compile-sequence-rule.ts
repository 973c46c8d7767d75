import type { Engagement } from '../domain/lead.ts';
import { type Asking, askingAt } from './compile-condition.ts';
import { type CompiledOccurrence, compileOccurrence } from './compile-occurrence.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { Earnings } from './earnings.ts';
import { FadingOutlook } from './fading-outlook.ts';
import { type Limit, limiterOf } from './limiter.ts';
import type { SequenceRule } from './model.ts';
import { type Outlook, piecesOf } from './outlook.ts';
import { daysToMs } from './points.ts';
import type { LedgerLine } from './score-card.ts';
import type { Names, Sight } from './sight.ts';
import { isLater } from './timeline.ts';

/** A rule worth its points for each completion of its steps, dated at the last of them. */
export class CompiledSequence implements CompiledRule {
  readonly #steps: readonly CompiledOccurrence[];
  readonly #earnings: Earnings;
  readonly #spanMs: number;
  readonly #limit: Limit | undefined;

  constructor(rule: SequenceRule, dimensionHalfLifeDays: number | undefined, names: Names) {
    this.#steps = rule.sequence.map((step) => compileOccurrence(step, names));
    this.#earnings = new Earnings(rule, dimensionHalfLifeDays);
    this.#spanMs = rule.withinDays === undefined ? Number.POSITIVE_INFINITY : daysToMs(rule.withinDays);
    this.#limit = rule.limit;
  }

  earn(sight: Sight, ledger: LedgerLine[]): number {
    let sumCp = 0;
    for (const last of this.#completions(sight, sight)) sumCp += this.#earnings.earn(last, sight, ledger);
    return this.#earnings.capped(sumCp, ledger);
  }

  outlooks(everything: Sight, asOfMs: number): readonly Outlook[] {
    const turnsMs = this.#steps.flatMap(({ type, where }) =>
      [...everything.ofType(type)].flatMap((step) => [step.occurredAt.getTime(), ...(where?.turnsMs(step) ?? [])]),
    );
    const pieces = piecesOf({ fromMs: asOfMs, untilMs: Number.POSITIVE_INFINITY }, turnsMs);
    return pieces.map((piece) => {
      const completions = this.#completions(everything, askingAt(piece.fromMs));
      const lines = completions.map(({ occurredAt }) => ({ datedMs: occurredAt.getTime(), ...piece }));
      return new FadingOutlook(lines, this.#earnings, asOfMs);
    });
  }

  /** The last step of every completion that counts, in order. */
  #completions(sight: Sight, asking: Asking): readonly Engagement[] {
    const candidates: (readonly Engagement[])[] = [];
    for (const step of this.#steps) {
      if (sight.ofType(step.type).count === 0) return [];
      candidates.push(countedOf(step, sight, asking));
    }
    const completions = completionsOf(candidates, this.#spanMs);
    if (this.#limit === undefined) return completions;
    const admits = limiterOf(this.#limit);
    return completions.filter(({ occurredAt }) => admits(occurredAt.getTime()));
  }
}

/** The engagements that may be a step at the instant asked at. */
function countedOf({ type, where }: CompiledOccurrence, sight: Sight, asking: Asking): readonly Engagement[] {
  const counted: Engagement[] = [];
  for (const engagement of sight.ofType(type)) {
    if (engagement.occurredAt.getTime() > asking.asOfMs) break;
    if (where === null || where.holds(engagement, asking)) counted.push(engagement);
  }
  return counted;
}

/**
 * The last step of every completion, in order.
 *
 * Each unused first step, from the earliest, takes for every further step the earliest unused later occurrence.
 * What a first step may take never lies before what an earlier one took, so one cursor per step suffices and the
 * work is linear in the engagements.
 */
function completionsOf(candidates: readonly (readonly Engagement[])[], spanMs: number): readonly Engagement[] {
  const found: Engagement[] = [];
  const cursors = candidates.map(() => 0);
  const used = new Set<Engagement>();
  for (const first of candidates[0]!) {
    if (used.has(first)) continue;
    const chain = [first];
    for (let step = 1; step < candidates.length; step += 1) {
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
