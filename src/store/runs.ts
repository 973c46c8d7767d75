import { type Kysely, sql } from 'kysely';
import type { Stream } from '../domain/crm.ts';
import type { Approver, Phase } from '../domain/run.ts';
import { LeadScoringError } from '../errors.ts';
import type { Database } from './schema.ts';
import type { RunStreamsTable, RunsTable } from './sync-tables.ts';

/** One execution of a sync, as its verbs need it. */
export interface Run {
  readonly id: string;
  readonly connectionId: string;
  readonly kind: RunsTable['kind'];
  readonly phase: Phase;
  /** The instant at which this run scores, whenever its jobs are executed. */
  readonly asOf: Date;
  /** The plan is to wait for a person whatever is in it. */
  readonly planOnly: boolean;
  /** Why the plan waits for a person; `null` while it does not. */
  readonly asks: readonly string[] | null;
  readonly approvedBy: Approver | null;
  /** The run that this one takes back. */
  readonly undoOf: string | null;
  readonly stoppedCode: string | null;
  readonly stoppedReason: string | null;
  /** When the calls for want of which it stopped come back. */
  readonly resumeAt: Date | null;
}

const COLUMNS = [
  'id',
  'connection_id as connectionId',
  'kind',
  'phase',
  'as_of as asOf',
  'plan_only as planOnly',
  'asks',
  'approved_by as approvedBy',
  'undo_of as undoOf',
  'stopped_code as stoppedCode',
  'stopped_reason as stoppedReason',
  'resume_at as resumeAt',
] as const;

/** A stream that a run pulls, or newly mapped fields that it reads. */
export interface RunStream {
  readonly name: Stream['name'];
  readonly kind: RunStreamsTable['kind'];
}

/** The open run of a connection; a new one if there is none. One connection has at most one open run. */
export async function openRun(
  db: Kysely<Database>,
  connectionId: string,
  kind: Run['kind'],
  asOf: Date,
  streams: readonly RunStream[],
): Promise<{ readonly run: Run; readonly isNew: boolean }> {
  return db.transaction().execute(async (tx) => {
    const created = await tx
      .insertInto('runs')
      .values({ connection_id: connectionId, kind, as_of: asOf })
      .onConflict((conflict) =>
        conflict.column('connection_id').where('phase', 'not in', ['done', 'stopped']).doNothing(),
      )
      .returning(COLUMNS)
      .executeTakeFirst();
    if (created === undefined) return { run: await requireOpen(tx, connectionId), isNew: false };
    if (streams.length > 0) {
      await tx
        .insertInto('run_streams')
        .values(streams.map(({ name, kind: recordKind }) => ({ run_id: created.id, stream: name, kind: recordKind })))
        .execute();
    }
    if (kind === 'sync') await oweRejectedWrites(tx, connectionId);
    return { run: created, isNew: true };
  });
}

/** What the CRM refused is tried again with each sync, so that it heals by itself once the cause is gone. */
async function oweRejectedWrites(db: Kysely<Database>, connectionId: string): Promise<void> {
  await sql`
    update leads set is_dirty = true from quarantine
    where quarantine.connection_id = ${connectionId} and quarantine.stage = 'write'
      and leads.connection_id = ${connectionId} and leads.object = quarantine.stream
      and leads.crm_id = quarantine.crm_id and leads.merged_into is null and not leads.is_deleted`.execute(db);
}

async function requireOpen(db: Kysely<Database>, connectionId: string): Promise<Run> {
  return db
    .selectFrom('runs')
    .select(COLUMNS)
    .where('connection_id', '=', connectionId)
    .where('phase', 'not in', ['done', 'stopped'])
    .executeTakeFirstOrThrow();
}

/** Runs that are under way, oldest first, so that a restarted worker can take them up again. */
export async function openRuns(db: Kysely<Database>): Promise<readonly Run[]> {
  return db
    .selectFrom('runs')
    .select(COLUMNS)
    .where('phase', 'not in', ['done', 'stopped'])
    .orderBy('started_at')
    .execute();
}

/**
 * @throws {LeadScoringError} `RUN_UNKNOWN` if there is no run of that id.
 */
export async function getRun(db: Kysely<Database>, runId: string): Promise<Run> {
  const isId = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(runId);
  const run = isId ? await db.selectFrom('runs').select(COLUMNS).where('id', '=', runId).executeTakeFirst() : undefined;
  if (run === undefined) throw new LeadScoringError('RUN_UNKNOWN', `No run ${runId}`);
  return run;
}

/** Streams of a run that are not drained yet, by name. */
export async function pendingStreams(db: Kysely<Database>, runId: string): Promise<readonly RunStream[]> {
  return db
    .selectFrom('run_streams')
    .select(['stream as name', 'kind'])
    .where('run_id', '=', runId)
    .where('is_done', '=', false)
    .orderBy('stream')
    .execute();
}

export async function finishStream(db: Kysely<Database>, runId: string, stream: string): Promise<void> {
  await db
    .updateTable('run_streams')
    .set({ is_done: true })
    .where('run_id', '=', runId)
    .where('stream', '=', stream)
    .execute();
}

/** Adds API calls to the run's count. */
export async function addApiCalls(db: Kysely<Database>, runId: string, calls: number): Promise<void> {
  if (calls === 0) return;
  await sql`update runs set api_calls = api_calls + ${calls} where id = ${runId}`.execute(db);
}

/** Makes a run's plan wait for a person; `false` if it is being written already, or has ended. */
export async function holdPlan(db: Kysely<Database>, runId: string): Promise<boolean> {
  const held = await db
    .updateTable('runs')
    .set({ plan_only: true })
    .where('id', '=', runId)
    .where('phase', 'in', ['pulling', 'scoring', 'planned'])
    .where('approved_by', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return held !== undefined;
}

/**
 * Moves a run to the next phase if nothing of the present one is left; says the phase it is in now.
 *
 * Each step asks the tables and not a counter, so that a repeated or late call cannot skip work.
 */
export async function advance(db: Kysely<Database>, runId: string): Promise<Phase> {
  for (const [from, to, isLeft] of STEPS) {
    await sql`update runs set phase = ${to} where id = ${runId} and phase = ${from} and not exists (${isLeft})`.execute(
      db,
    );
  }
  return (await getRun(db, runId)).phase;
}

const STEPS = [
  ['checking', 'scoring', sql`select 1 from write_batches where run_id = runs.id and not is_checked`],
  ['undoing', 'writing', sql`select 1 from write_batches where run_id = runs.id and not is_checked`],
  ['pulling', 'scoring', sql`select 1 from run_streams where run_id = runs.id and not is_done`],
  [
    'scoring',
    'planned',
    // Once a person has approved the plan, only what was taken out of it again may be scored into it.
    sql`select 1 from leads where connection_id = runs.connection_id and merged_into is null and not is_deleted
      and (is_dirty or next_review_at <= runs.as_of)
      and (runs.approved_by is null or exists (select 1 from writes
        where run_id = runs.id and lead_id = leads.id and state = 'withdrawn'))`,
  ],
  ['writing', 'verifying', sql`select 1 from writes where run_id = runs.id and state = 'planned'`],
  [
    'verifying',
    sql`case kind when 'undo' then 'untasking' else 'tasking' end`,
    sql`select 1 from writes where run_id = runs.id and state = 'written' and stage_after is not null
      and stage_found is null`,
  ],
] as const;
