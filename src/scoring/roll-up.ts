import type { CompiledRule } from './compiled-rule.ts';
import { FadingOutlook } from './fading-outlook.ts';
import type { ScoreModel } from './model.ts';
import type { Outlook } from './outlook.ts';
import { decayFactor, roundHalfAway } from './points.ts';
import type { NamedRule } from './rank-reasons.ts';
import type { LedgerLine } from './score-card.ts';
import type { Sight } from './sight.ts';

/** What a company's score takes of one of its leads. */
export interface ScoredLead {
  readonly id: string;
  /** Whole points, as the lead's own model gave them. */
  readonly score: number;
  /** `null`: never. */
  readonly lastEngagedAt: Date | null;
}

type Policy = NonNullable<ScoreModel['rollUp']>;

/**
 * The rule that adds the scores of a company's leads to its own.
 *
 * `max` takes the best lead, `sum` all of them, `top` the `k` best, `decayed` each by 2^(−days since its last
 * engagement / `halfLifeDays`), nothing for one who never did anything.
 */
export class RollUp implements CompiledRule, NamedRule {
  readonly id = 'roll-up';
  readonly label: string;
  readonly dimension: string;
  readonly #policy: Policy;
  readonly #leads: readonly ScoredLead[];

  constructor(policy: Policy, leads: readonly ScoredLead[]) {
    this.label = LABELS[policy.by];
    this.dimension = policy.dimension;
    this.#policy = policy;
    this.#leads = counted(policy, leads);
  }

  earn({ asOfMs }: Sight, ledger: LedgerLine[]): number {
    const { by, halfLifeDays } = this.#policy;
    let sumCp = 0;
    for (const { id: lead, score, lastEngagedAt } of this.#leads) {
      const decay = by === 'decayed' ? decayFactor(asOfMs - lastEngagedAt!.getTime(), halfLifeDays) : undefined;
      const cp = roundHalfAway(score * 100 * (decay ?? 1));
      const { id: rule, label, dimension } = this;
      if (cp !== 0) ledger.push({ rule, label, dimension, lead, cp, ...(decay !== undefined && { decay }) });
      sumCp += cp;
    }
    return sumCp;
  }

  outlooks(_everything: Sight, asOfMs: number): readonly Outlook[] {
    const halfLifeDays = this.#policy.by === 'decayed' ? this.#policy.halfLifeDays : null;
    return this.#leads.map(({ score, lastEngagedAt }) => {
      const line = { datedMs: lastEngagedAt?.getTime() ?? 0, ...ALWAYS };
      return new FadingOutlook([line], { baseCp: score * 100, halfLifeDays, maxCp: null }, asOfMs);
    });
  }
}

const LABELS = { max: 'Best lead', sum: 'All leads', top: 'Best leads', decayed: 'Active leads' } as const;
const ALWAYS = { fromMs: Number.NEGATIVE_INFINITY, untilMs: Number.POSITIVE_INFINITY };

/** The leads that count, best first. */
function counted({ by, k }: Policy, leads: readonly ScoredLead[]): readonly ScoredLead[] {
  const best = leads.toSorted((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
  if (by === 'max') return best.slice(0, 1);
  if (by === 'top') return best.slice(0, k);
  return by === 'sum' ? best : best.filter(({ lastEngagedAt }) => lastEngagedAt !== null);
}
