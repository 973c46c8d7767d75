import { type CompiledOccurrence, compileOccurrence } from './compile-occurrence.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { Earnings } from './earnings.ts';
import { FadingOutlook } from './fading-outlook.ts';
import { type Limit, limiterOf } from './limiter.ts';
import type { EngagementRule } from './model.ts';
import type { Outlook } from './outlook.ts';
import { daysToMs } from './points.ts';
import { presencesOf } from './presence.ts';
import type { LedgerLine } from './score-card.ts';
import type { Names, Sight } from './sight.ts';

/** A rule worth its points for each counted occurrence: within the window first, then as the limit admits. */
export class CompiledEngagement implements CompiledRule {
  readonly #occurrence: CompiledOccurrence;
  readonly #earnings: Earnings;
  readonly #windowMs: number;
  readonly #limit: Limit | undefined;

  constructor(rule: EngagementRule, dimensionHalfLifeDays: number | undefined, names: Names) {
    this.#occurrence = compileOccurrence(rule.on, names);
    this.#earnings = new Earnings(rule, dimensionHalfLifeDays);
    this.#windowMs = rule.withinDays === undefined ? Number.POSITIVE_INFINITY : daysToMs(rule.withinDays);
    this.#limit = rule.limit;
  }

  earn(sight: Sight, ledger: LedgerLine[]): number {
    const { type, where } = this.#occurrence;
    const strand = sight.ofType(type);
    if (strand.count === 0) return 0;
    const oldestMs = sight.asOfMs - this.#windowMs;
    const admits = this.#limit === undefined ? null : limiterOf(this.#limit);
    let sumCp = 0;
    for (let index = 0; index < strand.count; index += 1) {
      const engagement = strand.at(index);
      const atMs = engagement.occurredAt.getTime();
      if (atMs <= oldestMs) continue;
      if (where !== null && !where.holds(engagement, sight)) continue;
      if (admits !== null && !admits(atMs)) continue;
      sumCp += this.#earnings.earn(engagement, sight, ledger);
    }
    return this.#earnings.capped(sumCp, ledger);
  }

  outlooks(everything: Sight, asOfMs: number): readonly Outlook[] {
    const lines = presencesOf(this.#occurrence, this.#windowMs, everything, asOfMs);
    const { baseCp, halfLifeDays, maxCp } = this.#earnings;
    return [new FadingOutlook(lines, { baseCp, halfLifeDays, maxCp, limit: this.#limit }, asOfMs)];
  }
}
