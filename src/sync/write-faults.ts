import type { FieldDescription } from '../domain/field-description.ts';
import { numberOf } from '../domain/values.ts';
import { type ErrorCode, LeadScoringError } from '../errors.ts';
import type { WrittenLine } from './mapping-lines.ts';
import { meant } from './read-faults.ts';

/** What stands in the way of writing by a line to a field that is there. */
export function writeFaults(
  written: WrittenLine,
  field: FieldDescription,
  object: string,
): readonly LeadScoringError[] {
  const sentences =
    readOnlyFault(field, object) ?? typeFault(written, field, object) ?? valueFaults(written, field, object);
  const { place, line } = written;
  return sentences.map(({ code, message }) => new LeadScoringError(code, `${place} → ${line.field}: ${message}`));
}

/** The values that a picklist lacks, with the nearest that it has. */
export function optionFaults(values: readonly string[], field: FieldDescription, object: string): readonly Sentence[] {
  const { options } = field;
  if (options === null) return [];
  const known = options.map(({ value }) => value);
  const lacking = [...new Set(values)].filter((value) => !known.includes(value));
  return lacking.map((value) => {
    const isShown = (option: { readonly value: string; readonly label: string }) =>
      option.label !== option.value && option.label.toLowerCase() === value.toLowerCase();
    const shown = options.find(isShown);
    const hint =
      shown === undefined ? meant(value, known) : `; did you mean ${shown.value}, which is shown as ${shown.label}?`;
    return { code: 'CRM_FIELD_OPTION', message: `${object}.${field.name} has no value "${value}"${hint}` };
  });
}

/** A fault without its place. */
export interface Sentence {
  readonly code: ErrorCode;
  readonly message: string;
}

function readOnlyFault({ name, readOnly }: FieldDescription, object: string): readonly Sentence[] | null {
  if (readOnly === null) return null;
  if (readOnly === 'computed') {
    const message = `${object}.${name} is computed by the CRM and cannot be written; map another field`;
    return [{ code: 'CRM_FIELD_READ_ONLY', message }];
  }
  return [{ code: 'CRM_SCOPE_MISSING', message: `edit access to ${object}.${name} is missing` }];
}

function typeFault({ line }: WrittenLine, field: FieldDescription, object: string): readonly Sentence[] | null {
  const { type, map, decimal, format } = line;
  const isText = field.type === 'text' && field.options === null;
  const fits =
    map === undefined || type === 'list'
      ? field.type === type || (isText && (type === 'number' ? decimal !== undefined : format !== undefined))
      : Object.keys(map).every((key) => isOfType(key, field.type));
  if (fits) return null;
  const message = `${object}.${field.name} is ${field.crmType}, and what is written is ${map === undefined ? type : 'the left side of map'}`;
  return [{ code: 'CRM_FIELD_TYPE', message: `${message}; map a field of that type` }];
}

/** Whether the CRM's side of a map, which is text in the file, is a value of a field's type. */
function isOfType(key: string, type: FieldDescription['type']): boolean {
  if (type === 'number') return numberOf(key) !== undefined;
  return type === 'boolean' ? key === 'true' || key === 'false' : type === 'text';
}

/** Every value that we know we would write: it must be one of the picklist's, and must not be longer than the field. */
function valueFaults(
  { line, possible, isProse }: WrittenLine,
  field: FieldDescription,
  object: string,
): readonly Sentence[] {
  const texts = line.map === undefined ? (possible.texts ?? []) : Object.keys(line.map);
  if (field.options !== null) {
    const isOpen = line.map === undefined && possible.texts === null;
    // What an attribute may be is not known before it is there: it is left alone where it is none of the options.
    if (!isOpen || !isProse) return optionFaults(texts, field, object);
    return [{ code: 'CRM_FIELD_TYPE', message: `${object}.${field.name} takes its own values only; map a text field` }];
  }
  return [...lengthFaults(texts, field, object), ...digitFaults(possible.range, field, object)];
}

function lengthFaults(
  texts: readonly string[],
  { name, longest }: FieldDescription,
  object: string,
): readonly Sentence[] {
  const tooLong = texts.filter((text) => longest !== null && text.length > longest);
  return tooLong.map((text) => {
    const room = `${object}.${name} takes ${longest} characters, and "${text}" has ${text.length}`;
    return { code: 'CRM_FIELD_TYPE', message: `${room}; map a longer field` };
  });
}

function digitFaults(
  range: WrittenLine['possible']['range'],
  { name, digits }: FieldDescription,
  object: string,
): readonly Sentence[] {
  if (range === null || digits === null) return [];
  const widest = Math.abs(range.min) > range.max ? range.min : range.max;
  if (Math.abs(widest) < 10 ** digits.whole) return [];
  const room = `${object}.${name} takes ${digits.whole} digits before the point, and the value may be ${widest}`;
  return [{ code: 'CRM_FIELD_TYPE', message: `${room}; map a longer field` }];
}
