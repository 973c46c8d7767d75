import type { ScoreModel } from '../scoring/model.ts';
import { reasonsText } from '../scoring/reasons.ts';
import { createScorer } from '../scoring/scorer.ts';
import { selectModel } from '../scoring/select-model.ts';
import type { LeadToScore, Scoring } from './lead-to-score.ts';
import { modelLabel } from './possible-values.ts';

/** Scores a lead at `asOf` with the published model that applies to it; `null` if none does. */
export function scoreWithModels(models: readonly ScoreModel[], asOf: Date): (lead: LeadToScore) => Scoring | null {
  return (due) => {
    const model = selectModel(models, due.lead, asOf);
    return model === null ? null : scoringBy(model, due, asOf);
  };
}

/** Scores a lead at `asOf` with the published model of a name, whichever else applies; `null` if there is none. */
export function scoreWithNamed(
  models: readonly ScoreModel[],
  asOf: Date,
): (name: string, lead: LeadToScore) => Scoring | null {
  return (name, due) => {
    // Whether it applies is for `appliesTo` to say.
    const model = selectModel(
      models.filter((each) => each.name === name),
      due.lead,
      asOf,
    );
    return model === null ? null : scoringBy(model, due, asOf);
  };
}

function scoringBy(model: ScoreModel, { lead, engagements, previousBand }: LeadToScore, asOf: Date): Scoring {
  const scorer = createScorer(model);
  const input = { lead, engagements, asOf, previousBand };
  const card = scorer.score(input);
  return {
    model: modelLabel(model),
    score: card.score,
    band: card.band,
    grade: card.grade,
    dimensions: card.dimensions,
    ledger: card.ledger,
    reasons: reasonsText(card),
    nextReviewAt: scorer.nextReviewAt(input),
  };
}
