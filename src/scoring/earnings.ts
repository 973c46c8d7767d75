import type { Engagement } from '../domain/lead.ts';
import type { EngagementRule, SequenceRule } from './model.ts';
import { decayFactor, roundHalfAway, toCp } from './points.ts';
import type { LedgerLine } from './score-card.ts';
import type { Sight } from './sight.ts';

/** How an occurrence or a completion becomes a line, and where the rule's sum ends. */
export class Earnings {
  readonly #id: string;
  readonly #label: string;
  readonly #dimension: string;
  /** Worth of a fresh line. */
  readonly baseCp: number;
  /** The rule's own half-life, else the dimension's; `null`: no decay. */
  readonly halfLifeDays: number | null;
  /** Bound of the rule's sum, of the sign of `baseCp`; `null`: none. */
  readonly maxCp: number | null;

  constructor(rule: EngagementRule | SequenceRule, dimensionHalfLifeDays: number | undefined) {
    const { id, label, dimension, points, maxPoints, halfLifeDays: own } = rule;
    this.#id = id;
    this.#label = label;
    this.#dimension = dimension;
    this.baseCp = toCp(points);
    this.halfLifeDays = own === 'none' ? null : (own ?? dimensionHalfLifeDays ?? null);
    this.maxCp = maxPoints === undefined ? null : toCp(maxPoints);
  }

  /** Appends the line of one occurrence, unless it is 0 cp; returns its cp. */
  earn({ id: engagement, occurredAt }: Engagement, { asOfMs }: Sight, ledger: LedgerLine[]): number {
    const [rule, label, dimension] = [this.#id, this.#label, this.#dimension];
    if (this.halfLifeDays === null) {
      const cp = this.baseCp;
      if (cp !== 0) ledger.push({ rule, label, dimension, cp, engagement, occurredAt });
      return cp;
    }
    const decay = decayFactor(asOfMs - occurredAt.getTime(), this.halfLifeDays);
    const cp = roundHalfAway(this.baseCp * decay);
    if (cp !== 0) ledger.push({ rule, label, dimension, cp, engagement, occurredAt, decay });
    return cp;
  }

  /** The rule's sum cut towards zero to `maxPoints`; appends the line that says so, if need be. */
  capped(sumCp: number, ledger: LedgerLine[]): number {
    const { maxCp } = this;
    if (maxCp === null || Math.abs(sumCp) <= Math.abs(maxCp)) return sumCp;
    ledger.push({ rule: this.#id, label: 'rule cap', dimension: this.#dimension, cp: maxCp - sumCp });
    return maxCp;
  }
}
