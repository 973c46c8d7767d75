import { DateTime } from 'luxon';
import type { FieldMapping } from './field-mapping.ts';
import type { AttributeValue } from './lead.ts';
import { numberInText, textOfNumber } from './number-text.ts';
import { instantMsOf, isMissing, numberOf } from './values.ts';

/** A value as a CRM sent it. */
export interface CrmValue {
  /** By the CRM's own type: an instant is its ISO-8601 text in UTC, a multi-select a list. */
  readonly value: AttributeValue;
  /** As an admin reads it in the CRM's own describe, where a picklist says `C_LEVEL`; `null` if there is none. */
  readonly text: string | null;
}

/** Our value of a CRM's. */
export interface Converted {
  readonly value: AttributeValue;
  /** Whether there was a value, or an entry of a list, that does not convert. */
  readonly isUnconverted: boolean;
}

/** Converts a CRM's value as its line of the mapping says; where that gives none, the line's default stands in. */
export function fromCrm(crm: CrmValue, line: FieldMapping): Converted {
  const standIn = line.default ?? null;
  if (isMissing(crm.value)) return { value: standIn, isUnconverted: false };
  const { value, isUnconverted } = line.type === 'list' ? listFrom(crm, line) : scalarFrom(crm, line);
  return { value: isMissing(value) ? standIn : value, isUnconverted };
}

/**
 * What the CRM should hold so that it says our value; the form is that of {@link crmForm}, so that the two compare.
 *
 * @returns `null` to clear the field, `undefined` for a value that the line cannot express: the field is then left alone.
 */
export function toCrm(value: AttributeValue | undefined, line: FieldMapping): AttributeValue | undefined {
  const ours = isMissing(value) ? (line.default ?? null) : value;
  if (isMissing(ours)) return null;
  if (line.type === 'list') return listTo(ours, line);
  if (typeof ours === 'object') return undefined;
  return line.map === undefined ? typed({ value: ours, text: String(ours) }, line) : unmapped(ours, line);
}

/** A written field's present value in the one form in which it is stored and compared: {@link toCrm} gives it too. */
export function crmForm(crm: CrmValue, line: FieldMapping): AttributeValue {
  if (isMissing(crm.value)) return null;
  if (line.type === 'list') return sorted(entriesOf(crm, line));
  if (line.map !== undefined) return crm.text;
  return typed(crm, line) ?? crm.text;
}

/** A value in the form of {@link crmForm} as the text that the CRM's field takes. */
export function crmText(value: Exclude<AttributeValue, null>, line: FieldMapping): string {
  if (typeof value === 'object') return value.join(line.split ?? DEFAULT_SPLIT);
  if (typeof value === 'number') return textOfNumber(value, line.decimal ?? '.');
  if (line.format !== undefined && line.map === undefined && instantMsOf(value) !== undefined) {
    return DateTime.fromISO(String(value), { zone: 'utc' }).toFormat(line.format);
  }
  return String(value);
}

const DEFAULT_SPLIT = ';';

function listFrom(crm: CrmValue, line: FieldMapping): Converted {
  const entries = entriesOf(crm, line);
  const known = entries.flatMap((entry) => mapped(entry, line) ?? []).map(String);
  return { value: known, isUnconverted: known.length < entries.length };
}

function scalarFrom(crm: CrmValue, line: FieldMapping): Converted {
  const value = line.map === undefined ? typed(crm, line) : mapped(crm.text ?? '', line);
  return { value: value ?? null, isUnconverted: value === undefined };
}

/** What the map says of a value of the CRM; `undefined` if it says nothing. */
function mapped(text: string, line: FieldMapping): string | number | boolean | undefined {
  const { map, others } = line;
  if (map === undefined) return text;
  if (Object.hasOwn(map, text)) return map[text];
  const trimmed = text.trim();
  if (Object.hasOwn(map, trimmed)) return map[trimmed];
  if (others !== 'keep') return undefined;
  const kept = line.type === 'list' ? text : typed({ value: text, text }, line);
  return typeof kept === 'object' ? undefined : kept;
}

/** The CRM's value that the map turns into ours. */
function unmapped(ours: string | number | boolean, { map = {}, others }: FieldMapping): string | undefined {
  const entry = Object.entries(map).find(([, value]) => value === ours);
  return entry?.[0] ?? (others === 'keep' ? String(ours) : undefined);
}

function listTo(ours: AttributeValue, line: FieldMapping): readonly string[] | undefined {
  const entries = typeof ours === 'object' && ours !== null ? ours : [String(ours)];
  const known = entries.map((entry) => (line.map === undefined ? entry : unmapped(entry, line)));
  return known.every((entry) => entry !== undefined) ? sorted(known) : undefined;
}

function entriesOf({ value, text }: CrmValue, { split }: FieldMapping): readonly string[] {
  const parts = typeof value === 'object' && value !== null ? value : (text ?? '').split(split ?? DEFAULT_SPLIT);
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** A multi-select has no order of its own. */
const sorted = (entries: readonly string[]): readonly string[] => [...new Set(entries)].sort();

/** The value as one of the line's type, without its map; `undefined` if it is none. */
function typed({ value, text }: CrmValue, line: FieldMapping): AttributeValue | undefined {
  switch (line.type) {
    case 'number':
      return numberOf(value) ?? (line.decimal === undefined ? undefined : numberInText(text ?? '', line.decimal));
    case 'boolean':
      return typeof value === 'boolean' ? value : { true: true, false: false }[(text ?? '').trim().toLowerCase()];
    case 'instant':
      return instantOf(value, line)?.toISOString();
    case 'date':
      return instantOf(value, line)?.toISOString().slice(0, 10);
    case 'text':
      return text?.trim() || undefined;
    default:
      return value;
  }
}

/** In whole seconds: the CRMs keep no finer ones, so a finer one would never read back as it was written. */
function instantOf(value: AttributeValue, { format }: FieldMapping): Date | undefined {
  if (format !== undefined && typeof value === 'string') {
    const at = DateTime.fromFormat(value.trim(), format, { zone: 'utc' });
    if (at.isValid) return at.toJSDate();
  }
  const ms = instantMsOf(value);
  return ms === undefined ? undefined : new Date(Math.floor(ms / 1000) * 1000);
}
