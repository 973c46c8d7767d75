import { SCORE_FIELDS } from '../../src/domain/score-field.ts';
import type { CreatedType, WantedField } from '../wanted-fields.ts';

const MOST_LABEL = 40;

/** Metadata of a field that we write, as the Tooling API takes it. History is off: each write would use up a row of it. */
export function customFieldOf({ name, type, label, help }: WantedField): Readonly<Record<string, unknown>> {
  const words = { label: label.slice(0, MOST_LABEL), description: help, inlineHelpText: help };
  const metadata = type === 'number' && name in SCORE_FIELDS ? SCORE_NUMBER : METADATA[type];
  return { ...words, externalId: false, trackHistory: false, ...metadata };
}

const SCORE_NUMBER = { type: 'Number', precision: 6, scale: 2 }; // −9999.99 to 9999.99

const METADATA: Readonly<Record<CreatedType, object>> = {
  number: { type: 'Number', precision: 18, scale: 2 },
  text: { type: 'Text', length: 255 },
  instant: { type: 'DateTime' },
  date: { type: 'Date' },
  boolean: { type: 'Checkbox', defaultValue: false },
};
