import type { AttributeMappings } from './attribute-mappings.ts';
import type { MappedObject } from './crm.ts';
import type { OurField } from './field-change.ts';
import { type FieldMapping, isRead, isWritten } from './field-mapping.ts';
import type { MappedPart, MappedValues } from './mapped-part.ts';
import { type CrmValue, crmForm, fromCrm } from './mapped-value.ts';
import type { Mapping } from './mapping.ts';
import { SCORE_FIELDS, type ScoreField, type ScoreFieldValues, writtenAttribute } from './score-field.ts';

/** The lines of a mapping that concern one object: what we read of it, and what we write to it. */
export interface MappedLines {
  /** By names of attributes. */
  readonly read: AttributeMappings;
  /** By names of {@link ScoreFieldValues}. */
  readonly written: AttributeMappings;
  readonly stageField: string | null;
}

/** The lines of an object; none for an object that the mapping does not name. */
export function linesOf(mapping: Mapping, object: MappedObject): MappedLines {
  if (object === 'company') return { read: mapping.company.attributes, written: {}, stageField: null };
  const { attributes = {}, lifecycle } = mapping.leads[object] ?? {};
  const entries = Object.entries(attributes);
  const written = entries.filter(([, line]) => isWritten(line)).map(([name, line]) => [writtenAttribute(name), line]);
  return {
    read: Object.fromEntries(entries.filter(([, line]) => isRead(line))),
    written: { ...scoreFieldLines(mapping), ...Object.fromEntries(written) },
    stageField: lifecycle?.field ?? null,
  };
}

/** The CRM's field that holds a field of ours; `undefined` where the object has none. */
export function crmFieldOf({ written, stageField }: MappedLines, field: OurField): string | undefined {
  return field === 'lifecycleStage' ? (stageField ?? undefined) : written[field]?.field;
}

/** Some of the lines. */
export function partOf({ read, written, stageField }: MappedLines, part: MappedPart): MappedLines {
  const among = (names: readonly string[], lines: AttributeMappings) =>
    Object.fromEntries(Object.entries(lines).filter(([name]) => names.includes(name)));
  return {
    read: among(part.attributes, read),
    written: among(part.scoreFields, written),
    stageField: part.hasLifecycle ? stageField : null,
  };
}

/** The fields that the lines name, each once; of a record's mapped fields no others are asked for. */
export function fieldsOf({ read, written, stageField }: MappedLines): readonly string[] {
  const lines = [...Object.values(read), ...Object.values(written)];
  return [...new Set([...lines.map(({ field }) => field), ...(stageField === null ? [] : [stageField])])];
}

/**
 * The mapped values of a record, each converted on its own.
 *
 * @param crmValue - The CRM's value of a field.
 */
export function mappedValuesOf(lines: MappedLines, crmValue: (field: string) => CrmValue): MappedValues {
  const converted = Object.entries(lines.read).map(([name, line]) => ({
    name,
    ...fromCrm(crmValue(line.field), line),
  }));
  const written = Object.entries(lines.written).map(([name, line]) => [name, crmForm(crmValue(line.field), line)]);
  return {
    attributes: Object.fromEntries(converted.map(({ name, value }) => [name, value])),
    unconverted: converted.filter(({ isUnconverted }) => isUnconverted).map(({ name }) => name),
    scoreFields: Object.fromEntries(written) as Partial<ScoreFieldValues>, // Object.fromEntries forgets the keys
    lifecycleStage: lines.stageField === null ? null : crmValue(lines.stageField).text,
  };
}

/** Score fields are lines like others, of the type that they have in every mapping. */
function scoreFieldLines({ scoreFields }: Mapping): AttributeMappings {
  const names = Object.keys(SCORE_FIELDS) as ScoreField[]; // Object.keys forgets the keys
  const line = (name: ScoreField): FieldMapping => ({
    field: scoreFields[name],
    type: SCORE_FIELDS[name].type,
    direction: 'write',
  });
  return Object.fromEntries(names.map((name) => [name, line(name)]));
}
