import { type Kysely, sql, type Transaction } from 'kysely';
import type { PlanFacts, PlanMove } from '../domain/plan.ts';
import type { Approver } from '../domain/run.ts';
import { LeadScoringError } from '../errors.ts';
import { formBatches } from './plan-batches.ts';
import { getRun, type Run } from './runs.ts';
import type { Database } from './schema.ts';
import { stopRunIn } from './stop-run.ts';
import { withdrawScores } from './withdraw.ts';

/** What a run would write, or would have written before it ended, counted from its plan. */
export async function planFacts(db: Kysely<Database>, { id, connectionId }: Run): Promise<PlanFacts> {
  const { rows } = await sql<{ leads: number; writes: number }>`
    select (select count(*)::int from leads
        where connection_id = ${connectionId} and merged_into is null and not is_deleted) as leads,
      (select count(*)::int from writes where run_id = ${id} and state <> 'unchanged') as writes`.execute(db);
  const { rows: bandMoves } = await sql<PlanMove>`
    select before ->> 'band' as "from", after ->> 'band' as "to", count(*)::int as leads from writes
    where run_id = ${id} and state <> 'unchanged' and after ? 'band' group by 1, 2 order by 3 desc, 1, 2`.execute(db);
  const { rows: stageMoves } = await sql<PlanMove>`
    select stage_before as "from", stage_after as "to", count(*)::int as leads from writes
    where run_id = ${id} and state <> 'unchanged' and stage_after is not null group by 1, 2 order by 3 desc, 1, 2`.execute(
    db,
  );
  const tasks = await db
    .selectFrom('tasks')
    .select(['owner_id as ownerId', 'due_at as dueAt'])
    .where('connection_id', '=', connectionId)
    // What earlier runs could not create waits as well.
    .where((eb) => eb.or([eb('run_id', '=', id), eb('state', '=', 'planned')]))
    .orderBy('marker')
    .execute();
  return { leads: rows[0]?.leads ?? 0, writes: rows[0]?.writes ?? 0, bandMoves, stageMoves, tasks };
}

/** Whether a run of the connection was undone, and no person has approved a plan since. */
export async function isUndone(db: Kysely<Database>, connectionId: string): Promise<boolean> {
  const { rows } = await sql<{ is_undone: boolean }>`
    select exists (
      select 1 from runs as undo where connection_id = ${connectionId} and kind = 'undo' and not exists (
        select 1 from runs where connection_id = ${connectionId} and approved_by = 'person'
          and approved_at > undo.started_at)) as is_undone`.execute(db);
  return rows[0]?.is_undone ?? false;
}

/** Lets a plan wait for a person; harmless if it does already, or was approved meanwhile. */
export async function askForApproval(db: Kysely<Database>, runId: string, asks: readonly string[]): Promise<void> {
  await db
    .updateTable('runs')
    .set({ asks: JSON.stringify(asks) })
    .where('id', '=', runId)
    .where('phase', '=', 'planned')
    .where('approved_by', 'is', null)
    .execute();
}

/**
 * Lets a plan be written: at once, or, if a person approves what was planned some time ago, after another look at the
 * CRM. The plan that follows from that look is approved with it.
 *
 * @param batchSize - Writes in one call.
 * @throws {LeadScoringError} `PLAN_NOT_WAITING` if a person approves a run that waits for nobody.
 */
export async function approvePlan(db: Kysely<Database>, runId: string, by: Approver, batchSize: number): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const { phase, approvedBy } = await lockRun(tx, runId);
    if (by === 'person' && (phase !== 'planned' || approvedBy !== null)) throw notWaiting(runId, phase);
    if (phase !== 'planned') return; // another worker has moved it on
    await formBatches(tx, runId, batchSize);
    await tx
      .updateTable('runs')
      .set({ phase: by === 'person' ? 'checking' : 'writing' })
      .set({ approved_by: approvedBy ?? by, approved_at: sql`now()` })
      .where('id', '=', runId)
      .execute();
  });
}

/**
 * Ends a run whose plan waits: nothing of it is written, no task of it is created, and its leads are due again.
 *
 * @throws {LeadScoringError} `PLAN_NOT_WAITING`.
 */
export async function discardPlan(db: Kysely<Database>, runId: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const { phase } = await lockRun(tx, runId);
    if (phase !== 'planned') throw notWaiting(runId, phase);
    await withdrawScores(tx, runId, null);
    await stopRunIn(tx, runId, PLAN_DISCARDED);
  });
}

const PLAN_DISCARDED = { code: 'PLAN_DISCARDED', message: 'A person discarded the plan', resumeAt: null } as const;

async function lockRun(tx: Transaction<Database>, runId: string): Promise<Run> {
  await getRun(tx, runId);
  await sql`select 1 from runs where id = ${runId} for update`.execute(tx);
  return getRun(tx, runId);
}

function notWaiting(runId: string, phase: string): LeadScoringError {
  return new LeadScoringError('PLAN_NOT_WAITING', `The plan of run ${runId} waits for nobody: the run is ${phase}`);
}
