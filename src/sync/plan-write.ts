import { SCORE_FIELDS, type ScoreField, type ScoreFieldValues } from '../domain/score-field.ts';

/** The exact before and after of the score fields of one lead. */
export interface FieldChange {
  readonly before: Partial<ScoreFieldValues>;
  readonly after: Partial<ScoreFieldValues>;
}

const FIELDS = Object.keys(SCORE_FIELDS) as readonly ScoreField[];

/**
 * What must be written so that the CRM holds `desired`; `null` if it does already.
 *
 * `scoredAt` alone is no reason to write: it tells when the other fields last changed.
 *
 * @param leave - Fields that are not written whatever they hold.
 */
export function planWrite(
  desired: ScoreFieldValues,
  current: Partial<ScoreFieldValues>,
  leave: readonly string[] = [],
): FieldChange | null {
  const changed = FIELDS.filter((field) => desired[field] !== (current[field] ?? null) && !leave.includes(field));
  if (changed.every((field) => field === 'scoredAt')) return null;
  const pick = (values: Partial<ScoreFieldValues>) =>
    Object.fromEntries(changed.map((field) => [field, values[field] ?? null]));
  return { before: pick(current), after: pick(desired) };
}
