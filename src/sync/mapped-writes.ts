import { isDeepStrictEqual } from 'node:util';
import { sourceOf } from '../domain/attribute-mappings.ts';
import type { FieldLimit } from '../domain/field-description.ts';
import type { FieldMapping } from '../domain/field-mapping.ts';
import type { AttributeValue } from '../domain/lead.ts';
import { fromCrm, toCrm } from '../domain/mapped-value.ts';
import { type ScoreFieldValues, type WrittenAttribute, writtenAttribute } from '../domain/score-field.ts';
import { scoreValueNamed } from '../domain/score-value.ts';
import { fitted } from './fit-value.ts';
import { type ValueSource, valueNamed } from './score-values.ts';

/** What a mapping's lines would have the CRM hold. */
export interface MappedWrites {
  readonly values: Readonly<Record<WrittenAttribute, AttributeValue>>;
  /** Names of lines whose value the CRM's field cannot hold, or the line's map does not name: left alone. */
  readonly unwritable: readonly string[];
}

/**
 * The values of the lines that write, in the form in which the CRM's present ones are known.
 *
 * A line in both directions only fills what is empty: what a person has entered in the CRM counts.
 */
export function mappedWrites(
  lines: readonly (readonly [string, FieldMapping])[],
  source: ValueSource,
  limits: Readonly<Record<string, FieldLimit>>,
): MappedWrites {
  const values: Record<WrittenAttribute, AttributeValue> = {};
  const unwritable: string[] = [];
  for (const [name, line] of lines) {
    const key = writtenAttribute(name);
    const wanted = wantedValue(name, line, source);
    // What the CRM holds must be known, for it counts.
    if (line.direction === 'both' && (wanted === null || source.due.crmFields[key] !== null)) continue;
    const isProse = scoreValueNamed(sourceOf(name, line))?.value === 'reasons';
    const value = wanted === undefined ? undefined : fitted(wanted, limits[key], { isProse });
    if (value === undefined) unwritable.push(name);
    else values[key] = value;
  }
  return { values: withStandingInstants(values, lines, source.due.lastFields), unwritable };
}

/** Whether a change of this line's value alone is no reason to write. */
export function isQuiet(name: string, line: FieldMapping): boolean {
  return scoreValueNamed(sourceOf(name, line))?.value === 'scoredAt';
}

/** The band that a named model last gave, as far as the mapping writes it: a lead stays in it within the hysteresis. */
export function writtenBandOf(
  model: string,
  lines: readonly (readonly [string, FieldMapping])[],
  last: Partial<ScoreFieldValues>,
): string | null {
  for (const [name, line] of lines) {
    const value = scoreValueNamed(sourceOf(name, line));
    const band = last[writtenAttribute(name)];
    if (value?.model !== model || value.value !== 'band' || typeof band !== 'string') continue;
    const { value: ours } = fromCrm({ value: band, text: band }, line);
    if (typeof ours === 'string') return ours;
  }
  return null;
}

function wantedValue(name: string, line: FieldMapping, source: ValueSource): AttributeValue | undefined {
  return toCrm(valueNamed(sourceOf(name, line), source), line);
}

/** `scoreBy.MODEL.scoredAt` tells when the other values of that model last changed, not when they were looked at. */
function withStandingInstants(
  values: Readonly<Record<WrittenAttribute, AttributeValue>>,
  lines: readonly (readonly [string, FieldMapping])[],
  last: Partial<ScoreFieldValues>,
): Readonly<Record<WrittenAttribute, AttributeValue>> {
  const told = lines.flatMap(([name, line]) => {
    const value = scoreValueNamed(sourceOf(name, line));
    return value === null || value.model === null ? [] : [{ key: writtenAttribute(name), ...value }];
  });
  const standing = told.filter(({ value, model, key }) => {
    if (value !== 'scoredAt' || last[key] === undefined) return false;
    const others = told.filter(
      (other) => other.model === model && other.value !== value && other.value !== 'nextReviewAt',
    );
    return others.length > 0 && others.every((other) => isDeepStrictEqual(values[other.key], last[other.key]));
  });
  return { ...values, ...Object.fromEntries(standing.map(({ key }) => [key, last[key]])) };
}
