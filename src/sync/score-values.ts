import type { AttributeValue } from '../domain/lead.ts';
import type { ScoreFieldValues } from '../domain/score-field.ts';
import { type ScoreValue, scoreValueNamed } from '../domain/score-value.ts';
import type { LeadToScore, Scoring } from './lead-to-score.ts';

/** What values of scores and attributes are taken from, for one lead. */
export interface ValueSource {
  readonly due: LeadToScore;
  /** By the model that applies; `null` if none does. */
  readonly scoring: Scoring | null;
  /** The score fields that follow from it. */
  readonly fields: ScoreFieldValues;
  readonly asOf: Date;
  /** By a published model of that name, whichever applies; `null` if there is none. */
  readonly scoreBy: (model: string) => Scoring | null;
}

/** Our value of a name that a mapping writes: a value of a score, or an attribute of the lead or of its company. */
export function valueNamed(name: string, source: ValueSource): AttributeValue | undefined {
  const value = scoreValueNamed(name);
  if (value === null) return source.due.lead.attributes[name];
  const scoring = value.model === null ? source.scoring : source.scoreBy(value.model);
  if (value.model === null && value.value === 'scoredAt') return source.fields.scoredAt;
  return ofScoring(value, scoring, source.asOf);
}

/** As with the score fields there is a 0 and not a nothing where no model applies. */
function ofScoring({ value, dimension }: ScoreValue, scoring: Scoring | null, asOf: Date): AttributeValue {
  switch (value) {
    case null:
      return (scoring?.dimensions[dimension ?? ''] ?? 0) / 100;
    case 'total':
      return scoring?.score ?? 0;
    case 'band':
      return scoring?.band ?? null;
    case 'grade':
      return scoring?.grade ?? null;
    case 'reasons':
      return scoring?.reasons ?? null;
    case 'model':
      return scoring?.model ?? null;
    case 'scoredAt':
      return asOf.toISOString();
    case 'nextReviewAt':
      return scoring?.nextReviewAt?.toISOString() ?? null;
  }
}
