import { companyReviewAt, companyScore } from './company-score.ts';
import type { ScoreModel } from './model.ts';
import type { ScoredLead } from './roll-up.ts';
import type { ScoreCard, ScoringInput } from './score-card.ts';
import { createScorer } from './scorer.ts';

/** What is scored: a lead, or in its place a company with the scores of its leads. */
export interface ScoringSubject extends ScoringInput {
  /** Of a company only. */
  readonly leads?: readonly ScoredLead[];
}

/** The score by a model of either object; one of leads knows no `leads`. */
export function scoreSubject(model: ScoreModel, subject: ScoringSubject): ScoreCard {
  if (model.object === 'lead') return createScorer(model).score(subject);
  return companyScore(model, subject, subject.leads ?? []);
}

/** When to look again by a model of either object; of a company see {@link companyReviewAt}. */
export function subjectReviewAt(model: ScoreModel, subject: ScoringSubject): Date | null {
  if (model.object === 'lead') return createScorer(model).nextReviewAt(subject);
  return companyReviewAt(model, subject, subject.leads ?? []);
}
