import { compileComparison } from './compile-comparison.ts';
import {
  type Asking,
  askingAt,
  attributesOf,
  type CompiledCondition,
  compileCondition,
  compileTest,
} from './compile-condition.ts';
import type { CompiledRule } from './compiled-rule.ts';
import type { AttributeRule, TableRule } from './model.ts';
import type { Outlook } from './outlook.ts';
import { toCp } from './points.ts';
import type { Reading } from './reading.ts';
import type { LedgerLine } from './score-card.ts';
import type { Names, Sight } from './sight.ts';
import { askedAtTurns } from './step-outlook.ts';

/** A rule worth its points once, while its condition holds. */
export class CompiledAttribute implements CompiledRule {
  readonly #rule: AttributeRule;
  readonly #condition: CompiledCondition;
  readonly #cp: number;
  /** Of the only attribute that the condition names; `null` if it names several. */
  readonly #slot: number | null;

  constructor(rule: AttributeRule, { attributes }: Names) {
    this.#rule = rule;
    this.#condition = compileCondition(rule.when, attributes);
    this.#cp = toCp(rule.points);
    const named = attributesOf(rule.when);
    this.#slot = named.length === 1 ? attributes.slotOf(named[0]!) : null;
  }

  earn(sight: Sight, ledger: LedgerLine[]): number {
    const cp = this.#cp;
    if (cp === 0 || !this.#condition.holds(sight.attributes, sight)) return 0;
    const { id: rule, label, dimension } = this.#rule;
    if (this.#slot === null) ledger.push({ rule, label, dimension, cp });
    else ledger.push({ rule, label, dimension, cp, value: sight.attributes[this.#slot]!.value ?? null });
    return cp;
  }

  outlooks({ attributes }: Sight, asOfMs: number): readonly Outlook[] {
    const cpAt = (atMs: number) => (this.#condition.holds(attributes, askingAt(atMs)) ? this.#cp : 0);
    return [askedAtTurns(asOfMs, this.#condition.turnsMs(attributes), cpAt)];
  }
}

/** A rule worth the points of its first row that holds. */
export class CompiledTable implements CompiledRule {
  readonly #rule: TableRule;
  readonly #slot: number;
  readonly #rows: readonly { readonly cp: number; readonly condition: CompiledCondition | null }[];

  constructor(rule: TableRule, { attributes }: Names) {
    this.#rule = rule;
    this.#slot = attributes.slotOf(rule.attribute);
    this.#rows = rule.table.map((row) =>
      'else' in row
        ? { cp: toCp(row.else), condition: null }
        : { cp: toCp(row.points), condition: compileTest(rule.attribute, compileComparison(row), attributes) },
    );
  }

  earn(sight: Sight, ledger: LedgerLine[]): number {
    const cp = this.#cpOf(sight.attributes, sight);
    if (cp === 0) return 0;
    const { id: rule, label, dimension } = this.#rule;
    ledger.push({ rule, label, dimension, cp, value: sight.attributes[this.#slot]!.value ?? null });
    return cp;
  }

  outlooks({ attributes }: Sight, asOfMs: number): readonly Outlook[] {
    const turnsMs = this.#rows.flatMap(({ condition }) => condition?.turnsMs(attributes) ?? []);
    return [askedAtTurns(asOfMs, turnsMs, (atMs) => this.#cpOf(attributes, askingAt(atMs)))];
  }

  #cpOf(attributes: readonly Reading[], asking: Asking): number {
    const row = this.#rows.find(({ condition }) => condition === null || condition.holds(attributes, asking));
    return row?.cp ?? 0;
  }
}
