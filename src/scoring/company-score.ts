import { compiledModelOf } from './compile-model.ts';
import type { ScoreModel } from './model.ts';
import { decayFactor, roundHalfAway } from './points.ts';
import type { ScoreCard, ScoringInput } from './score-card.ts';
import { type RolledUpLine, scoreTimeline } from './score-timeline.ts';
import { timelineOf } from './timeline.ts';

/** What a company's score takes of one of its leads. */
export interface ScoredLead {
  readonly id: string;
  /** Whole points, as the lead's own model gave them. */
  readonly score: number;
  /** `null`: never. */
  readonly lastEngagedAt: Date | null;
}

/**
 * The score of a company: the rules of its model, read from the company's attributes, and the scores of its leads as
 * the model's `rollUp` adds them up.
 *
 * `max` takes the best lead, `sum` all of them, `top` the `k` best, `decayed` each by 2^(−days since its last
 * engagement / `halfLifeDays`), nothing for one who never did anything. Without `rollUp` the rules alone count. Caps,
 * rounding, bands and grades are those of any score.
 *
 * @param company - Stands where a lead would; `engagements` are those of the company as a whole.
 * @param leads - In any order; of equal scores the first by id counts as the better.
 */
export function companyScore(model: ScoreModel, company: ScoringInput, leads: readonly ScoredLead[]): ScoreCard {
  const rolledUp = rollUp(model, leads, company.asOf);
  return scoreTimeline(compiledModelOf(model), company, timelineOf(company.engagements), rolledUp);
}

function rollUp({ rollUp: policy }: ScoreModel, leads: readonly ScoredLead[], asOf: Date): readonly RolledUpLine[] {
  if (policy === undefined) return [];
  const best = leads.toSorted((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
  const counted = policy.by === 'max' ? best.slice(0, 1) : policy.by === 'top' ? best.slice(0, policy.k) : best;
  return counted.map(({ id, score, lastEngagedAt }) => {
    const line = { rule: 'roll-up', label: LABELS[policy.by], dimension: policy.dimension, lead: id };
    if (policy.by !== 'decayed') return { ...line, cp: score * 100 };
    if (lastEngagedAt === null) return { ...line, cp: 0 };
    const decay = decayFactor(asOf.getTime() - lastEngagedAt.getTime(), policy.halfLifeDays);
    return { ...line, cp: roundHalfAway(score * 100 * decay), decay };
  });
}

const LABELS = { max: 'Best lead', sum: 'All leads', top: 'Best leads', decayed: 'Active leads' } as const;
