import { compileOccurrence } from './compile-occurrence.ts';
import type { CompiledRule } from './compiled-rule.ts';
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
      const engagements = sight.ofType(occurrence.type);
      if (engagements.length === 0) return 0;
      const oldestMs = sight.asOfMs - windowMs;
      const admits = newLimiter();
      let cp = 0;
      for (const engagement of engagements) {
        const atMs = engagement.occurredAt.getTime();
        if (atMs > oldestMs && occurrence.counts(engagement, sight) && admits(atMs)) {
          cp += earnings.earn(engagement, sight.asOfMs, ledger);
        }
      }
      return cp + earnings.cap(cp, ledger);
    },
    turns(everything, visit) {
      for (const engagement of everything.ofType(occurrence.type)) {
        const atMs = engagement.occurredAt.getTime();
        visit(atMs);
        visit(atMs + windowMs);
        occurrence.turns(engagement, visit);
      }
    },
    ageing: earnings.ageing,
  };
}
