import type { ScoreField } from '../domain/score-field.ts';
import type { ScoreValue } from '../domain/score-value.ts';
import type { ScoreModel } from '../scoring/model.ts';

/** What the published models may make of a value; both `null`: it may be anything of its type. */
export interface PossibleValues {
  readonly texts: readonly string[] | null;
  readonly range: { readonly min: number; readonly max: number } | null;
}

/** Statuses of a lead's score: there is one, or no model applies. */
export const STATUSES = { scored: 'scored', noModel: 'no model applies' } as const;

/** Under which name a model stands in the CRM. */
export const modelLabel = ({ name, version }: Pick<ScoreModel, 'name' | 'version'>): string => `${name} v${version}`;

/** What a score field may hold. */
export function possibleScoreField(field: ScoreField, models: readonly ScoreModel[]): PossibleValues {
  if (field === 'status') return { texts: Object.values(STATUSES), range: null };
  if (field === 'score') return possibleOf('total', models);
  if (field === 'fitPoints') return possibleDimension('fit', models);
  if (field === 'engagementPoints') return possibleDimension('engagement', models);
  return possibleOf(field, models);
}

/** What a value of a score may be. */
export function possibleScoreValue(
  { model, value, dimension }: ScoreValue,
  models: readonly ScoreModel[],
): PossibleValues {
  const asked = model === null ? models : models.filter(({ name }) => name === model);
  return value === null ? possibleDimension(dimension ?? '', asked) : possibleOf(value, asked);
}

const ANYTHING: PossibleValues = { texts: null, range: null };

function possibleOf(value: NonNullable<ScoreValue['value']>, models: readonly ScoreModel[]): PossibleValues {
  const texts = (of: (model: ScoreModel) => readonly string[]) => ({
    texts: [...new Set(models.flatMap(of))],
    range: null,
  });
  if (value === 'band') return texts(({ bands }) => bands.map(({ name }) => name));
  if (value === 'grade') return texts(gradesOf);
  if (value === 'model') return texts((model) => [modelLabel(model)]);
  return value === 'total' ? { texts: null, range: rangeOf(models.map(({ total }) => total)) } : ANYTHING;
}

function possibleDimension(name: string, models: readonly ScoreModel[]): PossibleValues {
  return { texts: null, range: rangeOf(models.flatMap(({ dimensions }) => dimensions[name] ?? [])) };
}

/** Every way to put one letter of each graded dimension after the other. */
function gradesOf({ grades = {} }: ScoreModel): readonly string[] {
  const letters = Object.values(grades).map((bounds) => Object.keys(bounds));
  if (letters.length === 0) return [];
  return letters.reduce((grades, next) => grades.flatMap((grade) => next.map((letter) => `${grade}${letter}`)), ['']);
}

/** The widest range; 0 belongs to it, which is written where no model applies. */
function rangeOf(bounds: readonly { readonly min: number; readonly max: number }[]): PossibleValues['range'] {
  return {
    min: Math.min(0, ...bounds.map(({ min }) => min)),
    max: Math.max(0, ...bounds.map(({ max }) => max)),
  };
}
