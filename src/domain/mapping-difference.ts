import type { MappedObject } from './crm.ts';
import type { FieldMapping } from './field-mapping.ts';
import { linesOf } from './mapped-lines.ts';
import type { MappedPart } from './mapped-part.ts';
import type { Mapping } from './mapping.ts';

/** What a new mapping asks of the records that were read by an old one; the part is what must be read. */
export interface MappingDifference extends MappedPart {
  /** Names that the new mapping has no more. */
  readonly dropped: Pick<MappedPart, 'attributes' | 'scoreFields'>;
  /** Whether something else may have to be written to every lead, whatever its attributes. */
  readonly isReplanned: boolean;
  /** Whether the object itself is mapped no more. */
  readonly isUnmapped: boolean;
}

/** Compares two mappings of one account with regard to one object. */
export function mappingDifference(before: Mapping, after: Mapping, object: MappedObject): MappingDifference {
  const [old, now] = [linesOf(before, object), linesOf(after, object)];
  const isUnmapped = object === 'lead' && after.leads.lead === undefined;
  const policies = object === 'company' ? [] : [before, after].map(({ leads }) => textOf(leads[object]?.lifecycle));
  const scoreFields = changed(old.written, now.written, textOf);
  return {
    attributes: changed(old.read, now.read, (line) => textOf(line === undefined ? line : readingOf(line))),
    scoreFields: isUnmapped ? [] : scoreFields,
    hasLifecycle: now.stageField !== null && now.stageField !== old.stageField,
    dropped: {
      attributes: Object.keys(old.read).filter((name) => !(name in now.read)),
      scoreFields: Object.keys(old.written).filter((name) => !(name in now.written)),
    },
    isReplanned: scoreFields.length > 0 || policies[0] !== policies[1],
    isUnmapped,
  };
}

/** Whether the two mappings ask the same of a record. */
export function isNoDifference(difference: MappingDifference): boolean {
  const { dropped, isReplanned } = difference;
  return !asksForRecords(difference) && !isReplanned && dropped.attributes.length + dropped.scoreFields.length === 0;
}

/** Whether there is something to read. */
export const asksForRecords = ({ attributes, scoreFields, hasLifecycle }: MappedPart): boolean =>
  attributes.length > 0 || scoreFields.length > 0 || hasLifecycle;

/** Names of lines that are new, or that give another value than before. */
function changed(
  before: Readonly<Record<string, FieldMapping>>,
  after: Readonly<Record<string, FieldMapping>>,
  meaning: (line: FieldMapping | undefined) => string,
): readonly string[] {
  return Object.keys(after).filter((name) => meaning(before[name]) !== meaning(after[name]));
}

/** What decides the value that is read. */
function readingOf({ field, type, map, others, split, decimal, format, default: standIn }: FieldMapping) {
  return { field, type, map, others, split, decimal, format, standIn };
}

/** The same text for the same content, in whichever order a database has kept its keys. */
function textOf(value: unknown): string {
  return (
    JSON.stringify(value, (_, part: unknown) =>
      typeof part === 'object' && part !== null && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
        : part,
    ) ?? ''
  );
}
