import type { FieldLimit } from '../domain/field-description.ts';
import { SCORE_FIELDS, type ScoreField, type ScoreFieldValues, writtenAttribute } from '../domain/score-field.ts';
import { fitted } from './fit-value.ts';
import type { LeadToScore, Scoring, ScoringRules } from './lead-to-score.ts';
import { isQuiet, type MappedWrites, mappedWrites, writtenBandOf } from './mapped-writes.ts';
import { attributesToWrite } from './mapping-lines.ts';

/** All that the CRM should hold of a lead, and what of it has no room there. */
export interface ValuesToWrite {
  readonly values: Partial<ScoreFieldValues>;
  /** The mapped ones among them. */
  readonly mapped: MappedWrites['values'];
  readonly unwritable: readonly string[];
  /** Names whose change alone is no reason to write. */
  readonly quiet: ReadonlySet<string>;
  /** When one of the scores that are written would change by itself. */
  readonly nextReviewAt: Date | null;
}

/** The score fields and the mapped values of a lead, as the CRM's fields can hold them. */
export function valuesToWrite(
  lead: { readonly due: LeadToScore; readonly scoring: Scoring | null; readonly fields: ScoreFieldValues },
  { asOf, mapping, limits: limitsByObject, scoreBy }: ScoringRules,
): ValuesToWrite {
  const { due, scoring, fields } = lead;
  const limits = limitsByObject[due.ref.object] ?? {};
  const lines = attributesToWrite(mapping, due.ref.object);
  const scorings = new Map<string, Scoring | null>();
  const scoreOnce = (model: string): Scoring | null => {
    const previousBand = writtenBandOf(model, lines, due.lastFields);
    if (!scorings.has(model)) scorings.set(model, scoreBy(model, { ...due, previousBand }));
    return scorings.get(model) ?? null;
  };
  const mapped = mappedWrites(lines, { ...lead, asOf, scoreBy: scoreOnce }, limits);
  const own = fittedFields(fields, limits);
  return {
    values: { ...own.values, ...mapped.values },
    mapped: mapped.values,
    unwritable: [...own.unwritable, ...mapped.unwritable.map(writtenAttribute)],
    quiet: new Set(['scoredAt', ...lines.filter((line) => isQuiet(...line)).map(([name]) => writtenAttribute(name))]),
    nextReviewAt: earliest([scoring, ...scorings.values()]),
  };
}

function fittedFields(fields: ScoreFieldValues, limits: Readonly<Record<string, FieldLimit>>) {
  const names = Object.keys(SCORE_FIELDS) as ScoreField[]; // Object.keys forgets the keys
  const fits = names.map(
    (name) => [name, fitted(fields[name], limits[name], { isProse: name === 'reasons' })] as const,
  );
  return {
    values: Object.fromEntries(fits.filter(([, value]) => value !== undefined)) as Partial<ScoreFieldValues>, // as above
    unwritable: fits.filter(([, value]) => value === undefined).map(([name]) => name),
  };
}

function earliest(scorings: readonly (Scoring | null)[]): Date | null {
  const instants = scorings.flatMap((scoring) => scoring?.nextReviewAt ?? []);
  return instants.length === 0 ? null : new Date(Math.min(...instants.map((at) => at.getTime())));
}
