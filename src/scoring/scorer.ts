import { compiledModelOf } from './compile-model.ts';
import type { ScoreModel } from './model.ts';
import { nextReviewAtOf } from './next-review.ts';
import type { ScoreCard, ScoringInput } from './score-card.ts';
import { scoreTimeline } from './score-timeline.ts';
import { timelineOf } from './timeline.ts';

/** Scores leads by one model. */
export interface Scorer {
  readonly model: ScoreModel;
  /** The score of a lead with its whole explanation; microseconds. */
  score(input: ScoringInput): ScoreCard;
  /** When to look again; see {@link nextReviewAtOf}. Mostly five to fifty times dearer than a score. */
  nextReviewAt(input: ScoringInput): Date | null;
}

/** A scorer of a checked model, which must not be changed afterwards; calling it again costs next to nothing. */
export function createScorer(model: ScoreModel): Scorer {
  const compiled = compiledModelOf(model);
  return {
    model,
    score: (input) => scoreTimeline(compiled, input, timelineOf(input.engagements)),
    nextReviewAt: (input) => nextReviewAtOf(compiled, input),
  };
}
