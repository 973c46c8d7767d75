import type { LeadWrite, WriteOutcome } from '../../src/domain/crm.ts';
import type { FieldMapping } from '../../src/domain/field-mapping.ts';
import type { AttributeValue } from '../../src/domain/lead.ts';
import { linesOf, type MappedLines } from '../../src/domain/mapped-lines.ts';
import { crmText } from '../../src/domain/mapped-value.ts';
import type { Mapping } from '../../src/domain/mapping.ts';
import { LeadScoringError } from '../../src/errors.ts';
import { abortable } from './abortable.ts';
import { type CollectionRow, writeRows } from './collections.ts';
import type { Fields, Org } from './org.ts';
import { OBJECT_OF } from './people.ts';
import { keyOf } from './read-leads.ts';
import { NUMBER_TYPES } from './schemas.ts';

/**
 * Sets values on leads, 200 a call, sorted by object and id so that neighbours are locked together.
 *
 * Two writes to one lead become one row (Salesforce refuses an id that stands twice in a call), later values winning.
 * `modifiedAt` of an outcome is the org's time just before the call: Salesforce does not tell the stamp it set.
 *
 * @returns one outcome per write, same order.
 * @throws {LeadScoringError} whatever is about the connection or the org's set-up, not about a record; what was
 *   written before stays, and writing it again is harmless.
 */
export async function writeLeads(
  writes: readonly LeadWrite[],
  { org, mapping, signal }: { readonly org: Org; readonly mapping: Mapping; readonly signal: AbortSignal },
): Promise<readonly WriteOutcome[]> {
  const lines = { lead: linesOf(mapping, 'lead'), contact: linesOf(mapping, 'contact') };
  const byLead = new Map<string, CollectionRow>();
  for (const write of writes) {
    const row = await rowOf(write, lines[write.object], () => abortable(org.fields(OBJECT_OF[write.object]), signal));
    byLead.set(keyOf(write), { ...byLead.get(keyOf(write)), ...row });
  }
  const keys = [...byLead.keys()].sort();
  const rows = keys.map((key) => byLead.get(key)!); // the keys are the map's own
  const sent = await writeRows(org.client, { method: 'PATCH', operation: 'idempotent' }, rows, signal);
  const failure = sent.find((outcome) => !outcome.ok && outcome.error.recovery !== 'quarantine');
  if (failure?.ok === false) throw failure.error;
  const outcomes = new Map(keys.map((key, index) => [key, sent[index]!])); // writeRows answers one per row
  return writes.map((write) => {
    const outcome = outcomes.get(keyOf(write))!; // every write made or joined a row
    return outcome.ok ? { ok: true, modifiedAt: outcome.sentAfter } : { ok: false, error: outcome.error };
  });
}

async function rowOf(
  { object, crmId, scoreFields, lifecycleStage }: LeadWrite,
  { written, stageField }: MappedLines,
  describe: () => Promise<Fields | null>,
): Promise<CollectionRow> {
  const row: Record<string, unknown> = { id: crmId };
  for (const [name, value] of Object.entries(scoreFields)) {
    const line = written[name];
    if (line === undefined || value === undefined) continue; // planned before the mapping lost the line
    // What a text stands for is for the org to say: the left side of a map may be a number.
    const isText = line.map !== undefined || line.decimal !== undefined;
    row[line.field] = wireValue(value, line, isText ? (await describe())?.get(line.field)?.type : undefined);
  }
  if (lifecycleStage !== undefined) {
    if (stageField === null) throw new LeadScoringError('MAPPING_INVALID', `leads.${object} has no lifecycle`);
    row[stageField] = lifecycleStage || null;
  }
  return { attributes: { type: OBJECT_OF[object] }, ...row };
}

/** Salesforce takes numbers and checkboxes as such, everything else as text. */
function wireValue(value: AttributeValue, line: FieldMapping, type: string | undefined): unknown {
  if (value === null) return null;
  const isPlain = typeof value === 'number' || typeof value === 'boolean';
  if (type === undefined) return isPlain ? value : crmText(value, line);
  if (NUMBER_TYPES.has(type)) return Number(value);
  return type === 'boolean' ? String(value) === 'true' : crmText(value, line);
}
