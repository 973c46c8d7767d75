import { compileOccurrence } from './compile-occurrence.ts';
import type { CompiledRule } from './compile-rule.ts';
import { compileEarnings } from './earnings.ts';
import { limiterOf } from './limiter.ts';
import type { EngagementRule } from './model.ts';
import { daysToMs } from './points.ts';
import type { TypeIndex } from './sight.ts';

/** A rule worth its points for each counted occurrence: within the window first, then as the limit admits. */
export function compileEngagement(
  rule: EngagementRule,
  dimensionHalfLifeDays: number | undefined,
  types: TypeIndex,
): CompiledRule {
  const occurrence = compileOccurrence(rule.on, types);
  const earnings = compileEarnings(rule, dimensionHalfLifeDays);
  const windowMs = rule.withinDays === undefined ? Number.POSITIVE_INFINITY : daysToMs(rule.withinDays);
  const newLimiter = limiterOf(rule.limit);
  return {
    earn(sight, ledger) {
      const moments = sight.ofType(occurrence.type);
      if (moments.length === 0) return 0;
      const oldestMs = sight.asOfMs - windowMs;
      const admits = newLimiter();
      let cp = 0;
      for (const moment of moments) {
        if (moment.atMs > oldestMs && occurrence.counts(moment.engagement, sight) && admits(moment.atMs)) {
          cp += earnings.earn(moment, sight.asOfMs, ledger);
        }
      }
      return cp + earnings.cap(cp, ledger);
    },
    turns(everything, visit) {
      for (const { atMs, engagement } of everything.ofType(occurrence.type)) {
        visit(atMs);
        visit(atMs + windowMs);
        occurrence.turns(engagement, visit);
      }
    },
    ageing: earnings.ageing,
  };
}
