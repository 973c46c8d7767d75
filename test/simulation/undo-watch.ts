import type { LeadState } from '../../sandbox/twin.ts';
import type { Crm } from '../../src/domain/crm.ts';
import type { House } from './house.ts';
import { stageOf } from './stage-watch.ts';
import { type Violation, violation } from './violation.ts';
import type { SeenWrite, WritingRun } from './write-watch.ts';

/** The name under which the stage stands among the fields. */
export const STAGE = 'stage';

/** What a run made of a value of a CRM, seen from outside. */
interface Change {
  readonly crmId: string;
  readonly field: string;
  readonly from: string;
  readonly to: string;
}

/** A lead of which an undo said what became of it. */
interface UndoneRow {
  readonly crm_id: string;
  readonly state: string;
  readonly cause: string | null;
  readonly skipped: readonly object[] | null;
}

/** Causes for which an undo leaves a lead alone, each of them a value that somebody has changed. */
const CHANGED: readonly (string | null)[] = ['changed since', 'written by a later run'];

/** Judges undos by what the runs before them were seen to change in the CRM; the store has no part in it. */
export class UndoWatch {
  readonly violations: Violation[] = [];
  /** By run, then by lead and field. What a person changed unseen while the run worked is not in it. */
  readonly #written = new Map<string, Map<string, Change>>();
  /** When a person last set a value, by lead and field. */
  readonly #editedMs = new Map<string, number>();
  /** Ids of records that others were merged into or that a lead was converted to: they hold what they never were given. */
  readonly #mixed = new Set<string>();
  readonly #checked = new Set<string>();
  readonly #pulledSinceMs: (crm: Crm) => Promise<number>;

  /** @param pulledSinceMs - What changed before then, the run that writes now has pulled. */
  constructor(pulledSinceMs: (crm: Crm) => Promise<number>) {
    this.#pulledSinceMs = pulledSinceMs;
  }

  /** A person sets a value, under the CRM's own name of its field. */
  editedByPerson(crmId: string, field: string, at: Date): void {
    this.#editedMs.set(`${crmId} ${field}`, at.getTime());
  }

  /** A record now stands for more than it was. */
  mixed(crmId: string): void {
    this.#mixed.add(crmId);
  }

  readonly judge = async ({ crm, run, changed }: SeenWrite): Promise<void> => {
    const pulledSinceMs = await this.#pulledSinceMs(crm);
    for (const change of changed.flatMap(({ before, after }) => changesOf(crm, before, after))) {
      if (run.kind === 'undo') this.#judgeUndo(run, change);
      else if (this.#editedAt(change) === 0 || this.#editedAt(change) < pulledSinceMs) this.#note(run.id, change);
    }
  };

  #note(runId: string, change: Change): void {
    const changes = this.#written.get(runId) ?? new Map<string, Change>();
    const { from } = changes.get(keyOf(change)) ?? change;
    this.#written.set(runId, changes.set(keyOf(change), { ...change, from }));
  }

  #judgeUndo(undo: WritingRun, change: Change): void {
    const { crmId, field, from, to } = change;
    const written = this.#written.get(undo.undoOf ?? '')?.get(keyOf(change));
    // A stage is cleared before it is set; and what a person does while the undo looks and writes, nobody can see.
    if (field === STAGE || this.#editedAt(change) > undo.startedAt.getTime() || this.#mixed.has(crmId)) return;
    if (written === undefined) {
      if (this.#editedAt(change) === 0)
        this.#fault(change, `was never written by the run, and went from ${from} to ${to}`);
    } else if (from !== written.to) this.#fault(change, `was ${from} since, and went to ${to}`);
    else if (to !== written.from) this.#fault(change, `went to ${to}, and was ${written.from} before the run`);
  }

  /** Looks at the undos of a connection that have ended since: what can be restored is, the rest is listed. */
  async check(house: House, crm: Crm): Promise<void> {
    const undos = await house.database.backstage
      .selectFrom('runs')
      .select(['id', 'undo_of', 'started_at'])
      .where('connection_id', '=', house.connections.get(crm)!) // every CRM of the story is connected
      .where('kind', '=', 'undo')
      .where('phase', '=', 'done')
      .execute();
    for (const { id, undo_of, started_at } of undos.filter((undo) => !this.#checked.has(undo.id))) {
      this.#checked.add(id);
      const rows = await undoneRows(house, id);
      const leads = new Map(house.sandbox.state(crm).leads.map((lead) => [lead.crmId, lead]));
      for (const change of this.#written.get(undo_of ?? '')?.values() ?? []) {
        const lead = leads.get(change.crmId);
        const isSeen = this.#editedAt(change) <= started_at.getTime() && !this.#mixed.has(change.crmId);
        if (lead !== undefined && isSeen) this.#checkChange(change, heldValue(crm, lead, change.field), rows);
      }
    }
  }

  #checkChange(change: Change, present: string, rows: ReadonlyMap<string, UndoneRow>): void {
    if (present === change.from) return;
    const row = rows.get(change.crmId);
    if (row?.state === 'rejected' && !CHANGED.includes(row.cause)) return; // the CRM would not have it
    if (present === change.to) this.#fault(change, `is still ${present} after the undo, and was ${change.from}`);
    else if ((row?.skipped ?? []).length === 0) this.#fault(change, `was left at ${present} and is not listed`);
  }

  #editedAt(change: Change): number {
    return this.#editedMs.get(keyOf(change)) ?? 0;
  }

  #fault({ crmId, field }: Change, what: string): void {
    this.violations.push(violation('an undo restores', `${crmId} ${field} ${what}`));
  }
}

const keyOf = ({ crmId, field }: Change): string => `${crmId} ${field}`;

function changesOf(crm: Crm, before: LeadState, after: LeadState): readonly Change[] {
  const fields = new Set([STAGE, ...Object.keys(before.values), ...Object.keys(after.values)]);
  return [...fields].flatMap((field) => {
    const [from, to] = [heldValue(crm, before, field), heldValue(crm, after, field)];
    return from === to ? [] : [{ crmId: before.crmId, field, from, to }];
  });
}

const heldValue = (crm: Crm, lead: LeadState, field: string): string =>
  field === STAGE ? stageOf(crm, lead) : (lead.values[field] ?? '');

async function undoneRows({ database }: House, undoId: string): Promise<ReadonlyMap<string, UndoneRow>> {
  const rows = await database.backstage
    .selectFrom('writes')
    .select(['crm_id', 'state', 'cause', 'skipped'])
    .where('run_id', '=', undoId)
    .execute();
  return new Map(rows.map((row) => [row.crm_id, row]));
}
