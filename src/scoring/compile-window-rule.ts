import type { Engagement } from '../domain/lead.ts';
import { compileOccurrence } from './compile-occurrence.ts';
import type { CompiledRule } from './compiled-rule.ts';
import type { AbsenceRule, CountRule } from './model.ts';
import { daysToMs, toCp } from './points.ts';
import type { TypeIndex } from './sight.ts';

/** A rule worth its points once, while at least N occurrences lie in (asOf − d, asOf]. */
export function compileCount({ id, label, dimension, count, points }: CountRule, types: TypeIndex): CompiledRule {
  const occurrence = compileOccurrence(count, types);
  const windowMs = daysToMs(count.withinDays);
  const cp = toCp(points);
  return {
    earn(sight, ledger) {
      const engagements = sight.ofType(occurrence.type);
      let lacking = count.atLeast;
      // From the latest, so that an old lead's long past costs nothing.
      for (let index = engagements.length - 1; index >= 0 && lacking > 0; index -= 1) {
        const engagement = engagements[index]!;
        if (engagement.occurredAt.getTime() <= sight.asOfMs - windowMs) break;
        if (occurrence.counts(engagement, sight)) lacking -= 1;
      }
      if (lacking > 0 || cp === 0) return 0;
      ledger.push({ rule: id, label, dimension, cp });
      return cp;
    },
    turns(everything, visit) {
      for (const engagement of everything.ofType(occurrence.type)) {
        const atMs = engagement.occurredAt.getTime();
        visit(atMs);
        visit(atMs + windowMs);
        occurrence.turns(engagement, visit);
      }
    },
    ageing: null,
  };
}

/** A rule worth its points once, while nothing of its types lies in (asOf − d, asOf] and the lead is d days old. */
export function compileAbsence({ id, label, dimension, absence, points }: AbsenceRule, types: TypeIndex): CompiledRule {
  const numbers = absence.types.map((type) => types.numberOf(type));
  const windowMs = daysToMs(absence.days);
  const cp = toCp(points);
  return {
    earn(sight, ledger) {
      const oldestMs = sight.asOfMs - windowMs;
      if (cp === 0 || sight.createdAtMs > oldestMs) return 0;
      if (numbers.some((type) => latestMs(sight.ofType(type)) > oldestMs)) return 0;
      ledger.push({ rule: id, label, dimension, cp });
      return cp;
    },
    turns(everything, visit) {
      visit(everything.createdAtMs + windowMs);
      for (const type of numbers) {
        for (const { occurredAt } of everything.ofType(type)) {
          const atMs = occurredAt.getTime();
          visit(atMs);
          visit(atMs + windowMs);
        }
      }
    },
    ageing: null,
  };
}

function latestMs(engagements: readonly Engagement[]): number {
  return engagements.at(-1)?.occurredAt.getTime() ?? Number.NEGATIVE_INFINITY;
}
