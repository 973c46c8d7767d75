import { sourceOf } from '../domain/attribute-mappings.ts';
import type { LeadObject, MappedObject } from '../domain/crm.ts';
import { type FieldMapping, isWritten } from '../domain/field-mapping.ts';
import { linesOf } from '../domain/mapped-lines.ts';
import type { Mapping } from '../domain/mapping.ts';
import { SCORE_FIELDS, type ScoreField } from '../domain/score-field.ts';
import { scoreValueNamed } from '../domain/score-value.ts';
import type { ScoreModel } from '../scoring/model.ts';
import { type PossibleValues, possibleScoreField, possibleScoreValue } from './possible-values.ts';

/** A line of a mapping with the place where an admin finds it. */
export interface ReadLine {
  /** Such as `leads.contact.attributes.jobTitle`. */
  readonly place: string;
  readonly line: FieldMapping;
}

/** A line that writes, with what it may write. */
export interface WrittenLine extends ReadLine {
  /** Name among the score field values. */
  readonly name: string;
  readonly possible: PossibleValues;
  /** Text for a person to read, which may be cut. */
  readonly isProse: boolean;
}

/** Lines by which an object is read. */
export function readLines(mapping: Mapping, object: MappedObject): readonly ReadLine[] {
  const place = object === 'company' ? 'company.attributes' : `leads.${object}.attributes`;
  return Object.entries(linesOf(mapping, object).read).map(([name, line]) => ({ place: `${place}.${name}`, line }));
}

/** Lines by which an object of leads is written, the score fields first. */
export function writtenLines(
  mapping: Mapping,
  object: LeadObject,
  models: readonly ScoreModel[],
): readonly WrittenLine[] {
  return Object.entries(linesOf(mapping, object).written).map(([name, line]) => {
    if (name in SCORE_FIELDS) {
      const possible = possibleScoreField(name as ScoreField, models); // just asked
      return { name, place: `scoreFields.${name}`, line, possible, isProse: name === 'reasons' };
    }
    const value = scoreValueNamed(sourceOf(name.replace(/^attributes\./, ''), line));
    const possible = value === null ? { texts: null, range: null } : possibleScoreValue(value, models);
    return { name, place: `leads.${object}.${name}`, line, possible, isProse: value?.value === 'reasons' };
  });
}

/** The attributes of an object of leads that are written, by name. */
export function attributesToWrite(
  { leads }: Pick<Mapping, 'leads'>,
  object: LeadObject,
): readonly [string, FieldMapping][] {
  return Object.entries(leads[object]?.attributes ?? {}).filter(([, line]) => isWritten(line));
}
