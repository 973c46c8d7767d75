import { type CompiledModel, compiledModelOf } from './compile-model.ts';
import type { ScoreModel } from './model.ts';
import { nextReviewAtOf } from './next-review.ts';
import { RollUp, type ScoredLead } from './roll-up.ts';
import type { ScoreCard, ScoringInput } from './score-card.ts';
import { scoreTimeline } from './score-timeline.ts';
import { timelineOf } from './timeline.ts';

/**
 * The score of a company: the rules of its model, read from the company's attributes, and the scores of its leads as
 * the model's `rollUp` adds them up; without one the rules alone count. Caps, rounding, bands and grades are those of
 * any score.
 *
 * @param company - Stands where a lead would; `engagements` are those of the company as a whole.
 * @param leads - In any order; of equal scores the first by id counts as the better.
 */
export function companyScore(model: ScoreModel, company: ScoringInput, leads: readonly ScoredLead[]): ScoreCard {
  return scoreTimeline(withRollUp(compiledModelOf(model), leads), company, timelineOf(company.engagements));
}

/**
 * When to look at a company again; see {@link nextReviewAtOf}. Its leads' scores are input, which is taken as it is:
 * when one of them changes, its company is due at once.
 */
export function companyReviewAt(model: ScoreModel, company: ScoringInput, leads: readonly ScoredLead[]): Date | null {
  return nextReviewAtOf(withRollUp(compiledModelOf(model), leads), company);
}

/** The company's model with one rule more, which speaks for these leads. */
function withRollUp(compiled: CompiledModel, leads: readonly ScoredLead[]): CompiledModel {
  const { rollUp: policy } = compiled.model;
  if (policy === undefined) return compiled;
  const rollUp = new RollUp(policy, leads);
  const rules = [...compiled.rules, rollUp];
  return {
    ...compiled,
    rules,
    contributions: [...rules.map(() => 0), 0],
    dimensions: compiled.dimensions.map((dimension) => {
      if (dimension.name !== policy.dimension) return dimension;
      return { ...dimension, rules: [...dimension.rules, { place: compiled.rules.length, rule: rollUp }] };
    }),
  };
}
