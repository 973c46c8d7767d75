import { SCORE_FIELDS, type ScoreField } from '../../src/domain/score-field.ts';
import { NUMBER_TYPES } from './schemas.ts';

/** Describe types whose values are text that we can set freely; a picklist would refuse or collect our values. */
const TEXT_TYPES: ReadonlySet<string> = new Set(['string', 'textarea']);

/** Metadata of a score field, as the Tooling API takes it. History is off: each write would use up a row of it. */
export function customFieldOf(name: ScoreField): Readonly<Record<string, unknown>> {
  const { type, label, help } = SCORE_FIELDS[name];
  const shared = { label, description: help, inlineHelpText: help, externalId: false, trackHistory: false };
  if (type === 'number') return { ...shared, type: 'Number', precision: 6, scale: 2 }; // −9999.99 to 9999.99
  if (type === 'instant') return { ...shared, type: 'DateTime' };
  return { ...shared, type: 'Text', length: 255 };
}

/** Whether a field of this describe type can hold the score field. */
export function canHold(name: ScoreField, describeType: string): boolean {
  const { type } = SCORE_FIELDS[name];
  if (type === 'number') return NUMBER_TYPES.has(describeType);
  return type === 'instant' ? describeType === 'datetime' : TEXT_TYPES.has(describeType);
}
