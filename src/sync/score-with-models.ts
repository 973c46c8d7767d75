import type { ScoreModel } from '../scoring/model.ts';
import { reasonsText } from '../scoring/reasons.ts';
import { createScorer } from '../scoring/scorer.ts';
import { selectModel } from '../scoring/select-model.ts';
import type { LeadToScore, Scoring } from './score-leads.ts';

/** Scores a lead at `asOf` with the published model that applies to it; `null` if none does. */
export function scoreWithModels(models: readonly ScoreModel[], asOf: Date): (lead: LeadToScore) => Scoring | null {
  return ({ lead, engagements, previousBand }) => {
    const model = selectModel(models, lead, asOf);
    if (model === null) return null;
    const scorer = createScorer(model);
    const input = { lead, engagements, asOf, previousBand };
    const card = scorer.score(input);
    return {
      model: `${model.name} v${model.version}`,
      score: card.score,
      band: card.band,
      grade: card.grade,
      dimensions: card.dimensions,
      ledger: card.ledger,
      reasons: reasonsText(card),
      nextReviewAt: scorer.nextReviewAt(input),
    };
  };
}
