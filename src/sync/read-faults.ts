import type { FieldDescription, ObjectDescription } from '../domain/field-description.ts';
import type { FieldMapping } from '../domain/field-mapping.ts';
import { nearestWord } from '../domain/nearest-word.ts';
import { LeadScoringError } from '../errors.ts';
import type { ReadLine } from './mapping-lines.ts';

/** What stands in the way of reading by a line, at most one fault: the first that a person has to mend. */
export function readFaults({ place, line }: ReadLine, described: ObjectDescription): readonly LeadScoringError[] {
  const field = described.find(line.field);
  if (field === undefined) return [missingField(place, line.field, described)];
  const hint = unreadable(line, field);
  if (hint === null) return [];
  const found = `${described.object}.${field.name} is ${field.crmType}`;
  return [new LeadScoringError('CRM_FIELD_TYPE', `${place} → ${line.field}: ${found}, ${hint}`)];
}

/** The fault of a line whose field is not there, with the name that was most likely meant. */
export function missingField(place: string, name: string, { object, names }: ObjectDescription): LeadScoringError {
  const line = `${place} → ${name}: ${object} has no such field that we may see`;
  return new LeadScoringError('CRM_FIELD_MISSING', `${line}${meant(name, names)}`);
}

/** `; did you mean city?`, or nothing. */
export function meant(word: string, candidates: readonly string[]): string {
  const near = nearestWord(word, candidates);
  return near === undefined ? '' : `; did you mean ${near}?`;
}

/** What the mapping asks for and the way out, where a field's values cannot be read so; `null` where they can. */
function unreadable(line: FieldMapping, { type: there }: FieldDescription): string | null {
  const { type, map, decimal, split, format } = line;
  if (there === null) return 'which is no single value; map one of its parts';
  if (type === there) return null;
  if (map !== undefined) return there === 'list' ? 'which is mapped entry by entry with type: list' : null;
  if (type === 'any' || type === 'text') return null;
  const isOfTime = (each: string) => each === 'instant' || each === 'date';
  if (isOfTime(type) && isOfTime(there)) return null;
  const asks = `the mapping asks for ${type}`;
  if (there !== 'text') return `${asks}; map it as ${there} or text`;
  // A text may hold anything: how it is to be read is for the admin to say, not for us to guess.
  if (type === 'number')
    return decimal === undefined ? `${asks}; numbers within a text need decimal: "." or ","` : null;
  if (type === 'list') return split === undefined ? `${asks}; a list within a text needs split, such as ";"` : null;
  if (isOfTime(type))
    return format === undefined ? `${asks}; one within a text needs format, such as dd/MM/yyyy` : null;
  return `${asks}; a text needs a map, such as { "Yes": true, "No": false }`;
}
