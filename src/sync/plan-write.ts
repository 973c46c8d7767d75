import { isDeepStrictEqual } from 'node:util';
import type { ScoreFieldValues } from '../domain/score-field.ts';

/** The exact before and after of what is written to one lead. */
export interface FieldChange {
  readonly before: Partial<ScoreFieldValues>;
  readonly after: Partial<ScoreFieldValues>;
}

/** Names of {@link ScoreFieldValues}. */
type Name = keyof ScoreFieldValues;

/**
 * What must be written so that the CRM holds `desired`; `null` if it does already. What `desired` leaves out stays.
 *
 * @param quiet - Names whose change alone is no reason to write: they tell when the others last changed.
 */
export function planWrite(
  desired: Partial<ScoreFieldValues>,
  current: Partial<ScoreFieldValues>,
  quiet: ReadonlySet<string> = SCORED_AT,
): FieldChange | null {
  const names = Object.keys(desired) as Name[]; // Object.keys forgets the keys
  const changed = names.filter((name) => !isDeepStrictEqual(desired[name], current[name] ?? null));
  if (changed.every((name) => quiet.has(name))) return null;
  const pick = (values: Partial<ScoreFieldValues>) =>
    Object.fromEntries(changed.map((name) => [name, values[name] ?? null]));
  return { before: pick(current), after: pick(desired) };
}

const SCORED_AT: ReadonlySet<string> = new Set(['scoredAt'] satisfies Name[]);
