import type { AttributeValue } from './lead.ts';

/** What we write on each lead, in the order in which an admin reads it. */
export const SCORE_FIELDS = {
  score: { type: 'number', label: 'Lead score', help: '0 to 100. Higher is hotter.' },
  band: { type: 'text', label: 'Lead score band', help: 'Such as hot, warm or cold.' },
  grade: { type: 'text', label: 'Lead score grade', help: 'Fit letter and engagement number, A1 is best.' },
  fitPoints: { type: 'number', label: 'Lead score: fit points', help: 'Points for who the lead is.' },
  engagementPoints: { type: 'number', label: 'Lead score: engagement points', help: 'Points for what the lead did.' },
  reasons: { type: 'text', label: 'Lead score: reasons', help: 'The three rules that weigh most.' },
  model: { type: 'text', label: 'Lead score: model', help: 'Name and version of the score model.' },
  scoredAt: { type: 'instant', label: 'Lead score: scored at', help: 'When the score last changed.' },
  status: { type: 'text', label: 'Lead score: status', help: 'scored, or why there is no score (then it is 0).' },
} as const satisfies Record<string, { type: 'number' | 'text' | 'instant'; label: string; help: string }>;

/** A key of {@link SCORE_FIELDS}. */
export type ScoreField = keyof typeof SCORE_FIELDS;

export const isScoreField = (field: string): field is ScoreField => field in SCORE_FIELDS;

/** Under which name a mapped attribute that we write stands among the score fields. */
export type WrittenAttribute = `attributes.${string}`;

/** @example writtenAttribute('company.industry'); // => 'attributes.company.industry' */
export const writtenAttribute = (name: string): WrittenAttribute => `attributes.${name}`;

/**
 * What we write on a lead: the score fields, and beside them each mapped attribute that is written.
 *
 * Number fields hold numbers (at most two decimals), text fields at most 255 characters, instants ISO-8601 UTC text;
 * attributes have the form of `crmForm`.
 */
export type ScoreFieldValues = Readonly<Record<ScoreField, string | number | null>> &
  Readonly<Record<WrittenAttribute, AttributeValue>>;
