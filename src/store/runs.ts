import { type Kysely, sql } from 'kysely';
import type { Stream } from '../domain/crm.ts';
import { LeadScoringError } from '../errors.ts';
import type { Database } from './schema.ts';
import type { Phase, RunsTable } from './sync-tables.ts';

/** One execution of a sync, as its verbs need it. */
export interface Run {
  readonly id: string;
  readonly connectionId: string;
  readonly kind: RunsTable['kind'];
  readonly phase: Phase;
  /** The instant at which this run scores, whenever its jobs are executed. */
  readonly asOf: Date;
  readonly stoppedCode: string | null;
  readonly stoppedReason: string | null;
}

const COLUMNS = [
  'id',
  'connection_id as connectionId',
  'kind',
  'phase',
  'as_of as asOf',
  'stopped_code as stoppedCode',
  'stopped_reason as stoppedReason',
] as const;

/** The open run of a connection; a new one if there is none. One connection has at most one open run. */
export async function openRun(
  db: Kysely<Database>,
  connectionId: string,
  kind: Run['kind'],
  asOf: Date,
  streams: readonly Stream[],
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

/** Runs that are under way, so that a restarted worker can take them up again. */
export async function openRuns(db: Kysely<Database>): Promise<readonly Run[]> {
  return db.selectFrom('runs').select(COLUMNS).where('phase', 'not in', ['done', 'stopped']).execute();
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

/** Streams of a run that are not drained yet. */
export async function pendingStreams(db: Kysely<Database>, runId: string): Promise<readonly Stream[]> {
  return db
    .selectFrom('run_streams')
    .select(['stream as name', 'kind'])
    .where('run_id', '=', runId)
    .where('is_done', '=', false)
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
  ['pulling', 'scoring', sql`select 1 from run_streams where run_id = runs.id and not is_done`],
  [
    'scoring',
    'writing',
    sql`select 1 from leads where connection_id = runs.connection_id and merged_into is null and not is_deleted
      and (is_dirty or next_review_at <= runs.as_of)`,
  ],
  ['writing', 'verifying', sql`select 1 from writes where run_id = runs.id and state = 'planned'`],
  [
    'verifying',
    'tasking',
    sql`select 1 from writes where run_id = runs.id and state = 'written' and stage_after is not null
      and stage_found is null`,
  ],
] as const;

/** Connections without an open run in which a lead is due although nothing was pulled. */
export async function connectionsToReview(db: Kysely<Database>, now: Date): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from connections
    where not exists (select 1 from runs where connection_id = connections.id and phase not in ('done', 'stopped'))
      and exists (select 1 from leads where connection_id = connections.id and merged_into is null and not is_deleted
        and (is_dirty or next_review_at <= ${now}))
    order by id`.execute(db);
  return rows.map(({ id }) => id);
}

/**
 * Ends a run before its time: what was planned but not written is deferred to the next run.
 *
 * @returns `false` if it had ended before.
 */
export async function stopRun(db: Kysely<Database>, runId: string, error: LeadScoringError): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    const stopped = await tx
      .updateTable('runs')
      .set({ phase: 'stopped', stopped_code: error.code, stopped_reason: error.message, finished_at: sql`now()` })
      .where('id', '=', runId)
      .where('phase', 'not in', ['done', 'stopped'])
      .returning('id')
      .executeTakeFirst();
    if (stopped === undefined) return false;
    await sql`update leads set is_dirty = true from writes
      where writes.run_id = ${runId} and writes.state = 'planned' and leads.id = writes.lead_id
        and leads.merged_into is null and not leads.is_deleted`.execute(tx);
    await tx
      .updateTable('writes')
      .set({ state: 'deferred', cause: error.code })
      .where('run_id', '=', runId)
      .where('state', '=', 'planned')
      .execute();
    return true;
  });
}
