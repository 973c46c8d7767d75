import type { MappedType } from './mapped-type.ts';

/** What of a score a mapping may write into a field of its own, beside the score fields. */
export const SCORE_VALUES = {
  total: 'number',
  band: 'text',
  grade: 'text',
  reasons: 'text',
  model: 'text',
  scoredAt: 'instant',
  nextReviewAt: 'instant',
} as const satisfies Record<string, MappedType>;

/** A value of a score, as a mapping names it: `score.band`, `score.dimension.fit`, `scoreBy.saas.total`. */
export interface ScoreValue {
  /** The published model that scores; `null`: the one that applies to the lead. */
  readonly model: string | null;
  /** One of {@link SCORE_VALUES}; `null`: the points of `dimension`. */
  readonly value: keyof typeof SCORE_VALUES | null;
  readonly dimension: string | null;
  readonly type: MappedType;
}

/** How the names look, for messages. */
export const SCORE_VALUE_NAMES = `score.VALUE or scoreBy.MODEL.VALUE, where VALUE is ${Object.keys(SCORE_VALUES).join(', ')} or dimension.NAME`;

/** Whether a name is reserved for values of scores. */
export const isOfScore = (name: string): boolean => /^score(By)?\./.test(name);

/** The value that a name stands for; `null` if it is none of the reserved names, or an unknown one. */
export function scoreValueNamed(name: string): ScoreValue | null {
  const match = NAME.exec(name);
  if (match === null) return null;
  const { model = null, value = '', dimension = null } = match.groups ?? {};
  const known = value as keyof typeof SCORE_VALUES; // the pattern lists them
  return dimension === null
    ? { model, value: known, dimension, type: SCORE_VALUES[known] }
    : { model, value: null, dimension, type: 'number' };
}

const NAME = new RegExp(
  `^score(?:By\\.(?<model>.+))?\\.(?:(?<value>${Object.keys(SCORE_VALUES).join('|')})|dimension\\.(?<dimension>[^.]+))$`,
);
