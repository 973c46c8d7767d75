import type { Engagement } from '../domain/lead.ts';
import type { Ageing } from './compiled-rule.ts';
import type { EngagementRule, SequenceRule } from './model.ts';
import { decayFactor, roundHalfAway, toCp } from './points.ts';
import type { LedgerLine } from './score-card.ts';

/** How an occurrence or a completion becomes a line, and where the rule's sum ends. */
export interface Earnings {
  /** Appends the line of one occurrence, unless it is 0 cp; returns its cp. */
  earn(engagement: Engagement, asOfMs: number, ledger: LedgerLine[]): number;
  /** Appends the line that cuts the sum towards zero to `maxPoints`, if need be; returns its cp. */
  cap(sumCp: number, ledger: LedgerLine[]): number;
  readonly ageing: Ageing;
}

/** Prepares the points, the decay and the cap of a rule; its own half-life stands before the dimension's. */
export function compileEarnings(
  { id, label, dimension, points, maxPoints, halfLifeDays: own }: EngagementRule | SequenceRule,
  dimensionHalfLifeDays: number | undefined,
): Earnings {
  const baseCp = toCp(points);
  const maxCp = maxPoints === undefined ? null : toCp(maxPoints);
  const halfLifeDays = own === 'none' ? null : (own ?? dimensionHalfLifeDays ?? null);
  return {
    earn({ id: engagementId, occurredAt }, asOfMs, ledger) {
      if (halfLifeDays === null) {
        if (baseCp !== 0) ledger.push({ rule: id, label, dimension, cp: baseCp, engagement: engagementId, occurredAt });
        return baseCp;
      }
      const decay = decayFactor(asOfMs - occurredAt.getTime(), halfLifeDays);
      const cp = roundHalfAway(baseCp * decay);
      if (cp !== 0) ledger.push({ rule: id, label, dimension, cp, engagement: engagementId, occurredAt, decay });
      return cp;
    },
    cap(sumCp, ledger) {
      if (maxCp === null || Math.abs(sumCp) <= Math.abs(maxCp)) return 0;
      ledger.push({ rule: id, label: 'rule cap', dimension, cp: maxCp - sumCp });
      return maxCp - sumCp;
    },
    ageing: { baseCp, halfLifeDays, maxCp },
  };
}
