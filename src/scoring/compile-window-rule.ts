import { type CompiledOccurrence, compileOccurrence } from './compile-occurrence.ts';
import type { CompiledRule } from './compiled-rule.ts';
import type { AbsenceRule, CountRule } from './model.ts';
import type { Outlook } from './outlook.ts';
import { daysToMs, toCp } from './points.ts';
import { presencesOf } from './presence.ts';
import type { LedgerLine } from './score-card.ts';
import type { Names, Sight, Strand } from './sight.ts';
import { whileOverlapping } from './step-outlook.ts';

/** A rule worth its points once, while at least N occurrences lie in (asOf − d, asOf]. */
export class CompiledCount implements CompiledRule {
  readonly #rule: CountRule;
  readonly #occurrence: CompiledOccurrence;
  readonly #windowMs: number;
  readonly #cp: number;

  constructor(rule: CountRule, names: Names) {
    this.#rule = rule;
    this.#occurrence = compileOccurrence(rule.count, names);
    this.#windowMs = daysToMs(rule.count.withinDays);
    this.#cp = toCp(rule.points);
  }

  earn(sight: Sight, ledger: LedgerLine[]): number {
    const cp = this.#cp;
    if (!this.#suffices(sight) || cp === 0) return 0;
    const { id: rule, label, dimension } = this.#rule;
    ledger.push({ rule, label, dimension, cp });
    return cp;
  }

  outlooks(everything: Sight, asOfMs: number): readonly Outlook[] {
    const presences = presencesOf(this.#occurrence, this.#windowMs, everything, asOfMs);
    return [whileOverlapping(presences, asOfMs, this.#cp, (overlapping) => overlapping >= this.#rule.count.atLeast)];
  }

  #suffices(sight: Sight): boolean {
    const { type, where } = this.#occurrence;
    const strand = sight.ofType(type);
    let lacking = this.#rule.count.atLeast;
    // From the latest, so that an old lead's long past costs nothing.
    for (let index = strand.count - 1; index >= 0 && lacking > 0; index -= 1) {
      const engagement = strand.at(index);
      if (engagement.occurredAt.getTime() <= sight.asOfMs - this.#windowMs) break;
      if (where === null || where.holds(engagement, sight)) lacking -= 1;
    }
    return lacking === 0;
  }
}

/** A rule worth its points once, while nothing of its types lies in (asOf − d, asOf] and the lead is d days old. */
export class CompiledAbsence implements CompiledRule {
  readonly #rule: AbsenceRule;
  readonly #occurrences: readonly CompiledOccurrence[];
  readonly #windowMs: number;
  readonly #cp: number;

  constructor(rule: AbsenceRule, names: Names) {
    this.#rule = rule;
    this.#occurrences = rule.absence.types.map((type) => compileOccurrence({ type }, names));
    this.#windowMs = daysToMs(rule.absence.days);
    this.#cp = toCp(rule.points);
  }

  earn(sight: Sight, ledger: LedgerLine[]): number {
    const cp = this.#cp;
    const oldestMs = sight.asOfMs - this.#windowMs;
    if (cp === 0 || sight.createdAtMs > oldestMs) return 0;
    for (const { type } of this.#occurrences) if (latestMs(sight.ofType(type)) > oldestMs) return 0;
    const { id: rule, label, dimension } = this.#rule;
    ledger.push({ rule, label, dimension, cp });
    return cp;
  }

  outlooks(everything: Sight, asOfMs: number): readonly Outlook[] {
    // A lead that is younger than d days counts as present.
    const youth = { fromMs: asOfMs, untilMs: Math.max(asOfMs, everything.createdAtMs + this.#windowMs) };
    const presences = this.#occurrences.flatMap((type) => presencesOf(type, this.#windowMs, everything, asOfMs));
    return [whileOverlapping([youth, ...presences], asOfMs, this.#cp, (overlapping) => overlapping === 0)];
  }
}

function latestMs(strand: Strand): number {
  return strand.count === 0 ? Number.NEGATIVE_INFINITY : strand.at(strand.count - 1).occurredAt.getTime();
}
