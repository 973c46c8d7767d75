import { compileOccurrence } from './compile-occurrence.ts';
import type { CompiledRule } from './compile-rule.ts';
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
      const moments = sight.ofType(occurrence.type);
      let lacking = count.atLeast;
      // From the latest, so that an old lead's long past costs nothing.
      for (let index = moments.length - 1; index >= 0 && lacking > 0; index -= 1) {
        const { atMs, engagement } = moments[index]!;
        if (atMs <= sight.asOfMs - windowMs) break;
        if (occurrence.counts(engagement, sight)) lacking -= 1;
      }
      if (lacking > 0 || cp === 0) return 0;
      ledger.push({ rule: id, label, dimension, cp });
      return cp;
    },
    turns(everything, visit) {
      for (const { atMs, engagement } of everything.ofType(occurrence.type)) {
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
      if (numbers.some((type) => (sight.ofType(type).at(-1)?.atMs ?? Number.NEGATIVE_INFINITY) > oldestMs)) return 0;
      ledger.push({ rule: id, label, dimension, cp });
      return cp;
    },
    turns(everything, visit) {
      visit(everything.createdAtMs + windowMs);
      for (const type of numbers) {
        for (const { atMs } of everything.ofType(type)) {
          visit(atMs);
          visit(atMs + windowMs);
        }
      }
    },
    ageing: null,
  };
}
