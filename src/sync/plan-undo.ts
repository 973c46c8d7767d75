import { isDeepStrictEqual } from 'node:util';
import type { CrmLead, CrmReader, LeadRef } from '../domain/crm.ts';
import type { ScoreFieldValues } from '../domain/score-field.ts';
import type { SkippedField, UndoneLead, WrittenLead } from '../domain/undo.ts';

/** A score field, or a mapped attribute that we write. */
type Name = keyof ScoreFieldValues;

/** What planning an undo needs of the store. */
export interface UndoStore {
  /** Hands the next batch of what the undone run wrote to `plan` and stores its answers; `false` when none is left. */
  undoBatch(plan: (written: readonly WrittenLead[]) => Promise<readonly UndoneLead[]>): Promise<boolean>;
}

/**
 * Plans an undo: compares all that a run wrote with what the CRM holds now.
 *
 * @throws {LeadScoringError} what the connector throws; the batch in hand stays unplanned.
 */
export async function planUndo(
  connector: Pick<CrmReader, 'readLeads'>,
  store: UndoStore,
  signal: AbortSignal,
): Promise<void> {
  const plan = (written: readonly WrittenLead[]) => undoLeads(connector, written, signal);
  while (await store.undoBatch(plan)) signal.throwIfAborted();
}

/** What taking a run back would do to leads, by what the CRM holds now; same order. */
export async function undoLeads(
  connector: Pick<CrmReader, 'readLeads'>,
  written: readonly WrittenLead[],
  signal: AbortSignal,
): Promise<readonly UndoneLead[]> {
  const refs: readonly LeadRef[] = written.map(({ ref }) => ref);
  const present = await connector.readLeads(refs, signal);
  return written.map((lead, index) => undoOf(lead, present[index] ?? null));
}

/**
 * What taking a run back does to one lead: a value is restored only while it is the one that the run wrote. Whether a
 * write that was never confirmed took effect shows in the same way.
 *
 * @param present - The lead as the CRM holds it now; `null` if it is gone.
 */
export function undoOf(written: WrittenLead, present: CrmLead | null): UndoneLead {
  const nothing = { before: {}, after: {}, stageBefore: null, stageAfter: null, skipped: [] };
  if (present === null || present.isDeleted || present.movedTo !== null) {
    return { ...nothing, state: 'rejected', cause: 'gone' };
  }
  const { restored, skipped } = undoFields(written, present.scoreFields);
  const stage = undoStage(written, present.lifecycleStage ?? '');
  // What may never have been written cannot have been changed since.
  const allSkipped = written.isConfirmed ? [...skipped, ...stage.skipped] : [];
  const planned = {
    before: pick(written.after, restored),
    after: pick(written.before, restored),
    stageBefore: stage.stageBefore,
    stageAfter: stage.stageAfter,
    skipped: allSkipped,
  };
  if (restored.length > 0 || stage.stageAfter !== null) return { ...planned, state: 'planned', cause: null };
  if (allSkipped.length === 0) return { ...planned, state: 'unchanged', cause: null };
  return { ...planned, state: 'rejected', cause: allSkipped[0]!.reason };
}

function undoFields(
  { before, after, later }: WrittenLead,
  present: ScoreFieldValues,
): { readonly restored: readonly Name[]; readonly skipped: readonly SkippedField[] } {
  const fields = Object.keys(after) as Name[]; // Object.keys forgets the literal names
  const holds = (field: Name, values: Partial<ScoreFieldValues>) =>
    isDeepStrictEqual(present[field] ?? null, values[field] ?? null);
  const moved = fields.filter((field) => !holds(field, before));
  const isOurs = (field: Name) => holds(field, after);
  const skipped = moved
    .filter((field) => !isOurs(field))
    .map((field) => ({
      field,
      reason: field in later && holds(field, later) ? LATER : CHANGED,
    }));
  return { restored: moved.filter(isOurs), skipped };
}

function undoStage(
  { stageBefore, stageAfter }: WrittenLead,
  present: string,
): Pick<UndoneLead, 'stageBefore' | 'stageAfter' | 'skipped'> {
  const none = { stageBefore: null, stageAfter: null, skipped: [] };
  if (stageAfter === null || present === (stageBefore ?? '')) return none;
  if (present === stageAfter) return { stageBefore: present, stageAfter: stageBefore ?? '', skipped: [] };
  return { ...none, skipped: [{ field: 'lifecycleStage', reason: CHANGED }] };
}

const CHANGED = 'changed since' as const;
const LATER = 'written by a later run' as const;

function pick(values: Partial<ScoreFieldValues>, fields: readonly Name[]): Partial<ScoreFieldValues> {
  return Object.fromEntries(fields.map((field) => [field, values[field] ?? null]));
}
