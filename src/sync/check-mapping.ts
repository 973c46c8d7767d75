import { sourceOf } from '../domain/attribute-mappings.ts';
import type { LeadObject, MappedObject } from '../domain/crm.ts';
import type { FieldDescription, FieldLimit, FieldLimits, ObjectDescription } from '../domain/field-description.ts';
import { leadObjects, type Mapping } from '../domain/mapping.ts';
import { scoreValueNamed } from '../domain/score-value.ts';
import { LeadScoringError } from '../errors.ts';
import type { ScoreModel } from '../scoring/model.ts';
import { attributesToWrite, readLines, type WrittenLine, writtenLines } from './mapping-lines.ts';
import { missingField, readFaults } from './read-faults.ts';
import { optionFaults, writeFaults } from './write-faults.ts';

/** What became of comparing a mapping with the CRM's own description. */
export interface MappingCheck {
  /** What stands in the way of a run, each a sentence that names the place, the field and the way out. */
  readonly faults: readonly LeadScoringError[];
  /** Fields to write that are not there yet: provisioning creates them. */
  readonly absent: readonly LeadScoringError[];
  /** How much each written field holds. */
  readonly limits: FieldLimits;
}

/**
 * Compares a mapping with the CRM: is each field there, of the type, open to us, and does it take what we would write?
 *
 * @param describedBy - An object's description; one that we may not see is passed over, since the account's own check
 *   has told of it.
 * @param models - The published models, whose bands, grades and points are what we would write.
 */
export function checkMapping(
  mapping: Mapping,
  describedBy: (object: MappedObject) => ObjectDescription | null,
  models: readonly ScoreModel[],
): MappingCheck {
  const faults = modelFaults(mapping, models);
  const absent: LeadScoringError[] = [];
  const limits: Record<string, Record<string, FieldLimit>> = {};
  for (const object of [...leadObjects(mapping), 'company'] as const) {
    const described = describedBy(object);
    if (described === null) continue;
    faults.push(...readLines(mapping, object).flatMap((line) => readFaults(line, described)));
    if (object === 'company') continue;
    const written = checkWritten(writtenLines(mapping, object, models), described);
    faults.push(...written.faults, ...lifecycleFaults(mapping, object, described));
    absent.push(...written.absent);
    limits[object] = written.limits;
  }
  return { faults, absent, limits };
}

/** Values of a score that no published model has. */
function modelFaults(mapping: Mapping, models: readonly ScoreModel[]): LeadScoringError[] {
  if (models.length === 0) return []; // a run says so itself
  const lines = leadObjects(mapping).flatMap((object) =>
    attributesToWrite(mapping, object).map(([name, line]) => ({
      place: `leads.${object}.attributes.${name}`,
      source: sourceOf(name, line),
    })),
  );
  return lines.flatMap(({ place, source }) => {
    const value = scoreValueNamed(source);
    if (value === null) return [];
    const refuse = (what: string, there: readonly string[]) => [
      new LeadScoringError('MAPPING_INVALID', `${place}: ${what}; there are ${there.join(', ')}`),
    ];
    const names = models.map(({ name }) => name);
    if (value.model !== null && !names.includes(value.model)) {
      return refuse(`no model ${value.model} is published`, names);
    }
    const asked = models.filter(({ name }) => value.model === null || name === value.model);
    const dimensions = [...new Set(asked.flatMap((model) => Object.keys(model.dimensions)))];
    const isKnown = value.dimension === null || dimensions.includes(value.dimension);
    return isKnown ? [] : refuse(`no model has the dimension ${value.dimension}`, dimensions);
  });
}

function checkWritten(lines: readonly WrittenLine[], described: ObjectDescription) {
  const faults: LeadScoringError[] = [];
  const absent: LeadScoringError[] = [];
  const limits: Record<string, FieldLimit> = {};
  for (const written of lines) {
    const field = described.find(written.line.field);
    if (field !== undefined) {
      faults.push(...writeFaults(written, field, described.object));
      limits[written.name] = limitOf(field);
    } else if (written.line.direction === 'write') {
      // One that is read as well has been told of as a line that is read. Nobody knows which options a new list has.
      const told = written.line.type === 'list' ? faults : absent;
      told.push(missingField(written.place, written.line.field, described));
    }
  }
  return { faults, absent, limits };
}

function limitOf({ longest, options, digits, isNeverEmpty }: FieldDescription): FieldLimit {
  return {
    ...(longest !== null && { longest }),
    ...(options !== null && { options: options.map(({ value }) => value) }),
    ...(digits !== null && { digits }),
    ...(isNeverEmpty && { isNeverEmpty }),
  };
}

function lifecycleFaults(mapping: Mapping, object: LeadObject, described: ObjectDescription): LeadScoringError[] {
  const lifecycle = mapping.leads[object]?.lifecycle;
  if (lifecycle === undefined) return [];
  const place = `leads.${object}.lifecycle`;
  const field = described.find(lifecycle.field);
  if (field === undefined) return [missingField(`${place}.field`, lifecycle.field, described)];
  if (field.readOnly !== null) {
    const message = `${place}.field → ${lifecycle.field}: edit access to ${described.object}.${field.name} is missing`;
    return [new LeadScoringError('CRM_SCOPE_MISSING', message)];
  }
  const faults = optionFaults(lifecycle.order, field, described.object);
  return faults.map(({ code, message }) => new LeadScoringError(code, `${place}.order: ${message}`));
}
