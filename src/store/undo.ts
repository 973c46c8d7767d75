import { type Kysely, sql, type Transaction } from 'kysely';
import type { LeadObject } from '../domain/crm.ts';
import type { ScoreFieldValues } from '../domain/score-field.ts';
import type { SkippedField, SkippedLead, UndoneLead, WrittenLead } from '../domain/undo.ts';
import { LeadScoringError } from '../errors.ts';
import { formBatches, takeBatch } from './plan-batches.ts';
import { getRun, type Run } from './runs.ts';
import type { Database } from './schema.ts';

/**
 * The open undo of a run; a new one if there is none. Everything that the run wrote is in it, to be looked at first.
 *
 * @throws {LeadScoringError} `RUN_UNKNOWN`; `UNDO_REFUSED` for a run that has not ended or is an undo itself;
 *   `RUN_UNDER_WAY` if the connection has another open run.
 */
export async function openUndo(db: Kysely<Database>, runId: string, asOf: Date, batchSize: number): Promise<string> {
  const run = await undoable(db, runId);
  return db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ id: string }>`
      insert into runs (connection_id, kind, phase, as_of, undo_of)
      values (${run.connectionId}, 'undo', 'undoing', ${asOf}, ${runId})
      on conflict (connection_id) where phase not in ('done', 'stopped') do nothing returning id`.execute(tx);
    const opened = rows[0];
    if (opened === undefined) return openUndoOf(tx, run);
    await sql`
      insert into writes (run_id, lead_id, object, crm_id, before, after, stage_before, stage_after, lane)
      select ${opened.id}, lead_id, object, crm_id, before, after, stage_before, ${MOVED_STAGE}, lane
      from writes where run_id = ${runId} and ${MAY_BE_WRITTEN}`.execute(tx);
    await sql`
      update tasks set undone_by = ${opened.id}, undo_cause = null
      where run_id = ${runId} and state <> 'removed'`.execute(tx);
    await formBatches(tx, opened.id, batchSize);
    return opened.id;
  });
}

/**
 * The run that the latest run of a connection was to take back, had it not stopped for want of calls. What stopped for
 * another cause waits for a person: taken up again and again, it would shut every sync out.
 */
export async function undoneInPart(db: Kysely<Database>, connectionId: string): Promise<string | undefined> {
  const latest = await db
    .selectFrom('runs')
    .select(['undo_of', 'stopped_code'])
    .where('connection_id', '=', connectionId)
    .where('kind', 'in', ['sync', 'undo'])
    .orderBy('started_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return latest?.stopped_code === 'CRM_QUOTA_EXHAUSTED' ? (latest.undo_of ?? undefined) : undefined;
}

/** A run that stopped in the middle of a call does not know whether its writes took effect. */
const MAY_BE_WRITTEN = sql`(writes.state = 'written' or (writes.state = 'deferred' and writes.cause <> 'PLAN_DISCARDED'))`;

/** The stage that a write moved its lead to; `null` if none, or if the CRM refused it. */
const MOVED_STAGE = sql`case when writes.stage_found is null or writes.stage_found = writes.stage_after
  then writes.stage_after end`;

/**
 * A run that can be taken back.
 *
 * @throws {LeadScoringError} `RUN_UNKNOWN`, `UNDO_REFUSED`.
 */
export async function undoable(db: Kysely<Database>, runId: string): Promise<Run> {
  const run = await getRun(db, runId);
  const why =
    run.kind === 'undo' ? 'is an undo itself' : ['done', 'stopped'].includes(run.phase) ? null : 'has not ended';
  if (why === null) return run;
  throw new LeadScoringError('UNDO_REFUSED', `Run ${runId} cannot be undone: it ${why}`);
}

async function openUndoOf(tx: Transaction<Database>, { id, connectionId }: Run): Promise<string> {
  const open = await tx
    .selectFrom('runs')
    .select(['id', 'undo_of', 'phase'])
    .where('connection_id', '=', connectionId)
    .where('phase', 'not in', ['done', 'stopped'])
    .executeTakeFirstOrThrow();
  if (open.undo_of === id) return open.id;
  throw new LeadScoringError('RUN_UNDER_WAY', `Run ${open.id} of the same connection is ${open.phase}`);
}

interface WrittenRow {
  readonly lead_id: string;
  readonly is_confirmed: boolean;
  readonly object: LeadObject;
  readonly crm_id: string;
  readonly before: Partial<ScoreFieldValues>;
  readonly after: Partial<ScoreFieldValues>;
  readonly stage_before: string | null;
  readonly stage_after: string | null;
  readonly later: Partial<ScoreFieldValues> | null;
}

/**
 * Hands the next batch of what the undone run wrote to `plan` and stores what is to be restored.
 *
 * @returns whether there was a batch for this worker.
 */
export async function undoBatch(
  db: Kysely<Database>,
  run: Run,
  plan: (written: readonly WrittenLead[]) => Promise<readonly UndoneLead[]>,
): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    const batch = await takeBatch(tx, run.id, 'is_checked');
    if (batch === null) return false;
    const rows = await writtenRows(tx, run, sql`writes.batch = ${batch}`);
    const undone = await plan(rows.map(writtenLead));
    await sql`
      update writes set object = undone.object, crm_id = undone.crm_id, before = undone.before, after = undone.after,
        stage_before = undone."stageBefore", stage_after = undone."stageAfter", skipped = undone.skipped,
        state = undone.state, cause = undone.cause
      from jsonb_to_recordset(${JSON.stringify(
        rows.map(({ lead_id, object, crm_id }, index) => ({ lead_id, object, crm_id, ...undone[index] })),
      )}::jsonb) as undone (lead_id uuid, object text, crm_id text, before jsonb, after jsonb, "stageBefore" text,
        "stageAfter" text, skipped jsonb, state text, cause text)
      where writes.run_id = ${run.id} and writes.lead_id = undone.lead_id`.execute(tx);
    return true;
  });
}

/** All that a run wrote, page by page, for a look at what undoing it would do. */
export async function* writtenLeads(
  db: Kysely<Database>,
  run: Run,
  pageSize: number,
): AsyncGenerator<readonly WrittenLead[]> {
  let last = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const rows = await writtenRows(
      db,
      run,
      sql`${MAY_BE_WRITTEN} and writes.lead_id > ${last} order by writes.lead_id limit ${pageSize}`,
    );
    if (rows.length === 0) return;
    yield rows.map(writtenLead);
    last = rows.at(-1)?.lead_id ?? last;
  }
}

/** The record that a lead is now; what later runs wrote to it, the latest last. */
async function writtenRows(
  db: Kysely<Database>,
  { id, undoOf }: Run,
  which: ReturnType<typeof sql>,
): Promise<readonly WrittenRow[]> {
  const { rows } = await sql<WrittenRow>`
    select writes.lead_id, coalesce(origin.state, writes.state) = 'written' as is_confirmed,
      coalesce(winner.object, leads.object) as object, coalesce(winner.crm_id, leads.crm_id) as crm_id,
      writes.before, writes.after, writes.stage_before, ${MOVED_STAGE} as stage_after,
      (select jsonb_object_agg(field.key, field.value order by runs.started_at)
        from writes as newer join runs on runs.id = newer.run_id cross join jsonb_each(newer.after) as field
        where newer.lead_id = writes.lead_id and newer.state = 'written'
          and runs.started_at > (select started_at from runs where id = ${undoOf ?? id})) as later
    from writes join leads on leads.id = writes.lead_id left join leads as winner on winner.id = leads.merged_into
      left join writes as origin on origin.run_id = ${undoOf} and origin.lead_id = writes.lead_id
    where writes.run_id = ${id} and ${which}`.execute(db);
  return rows;
}

function writtenLead(row: WrittenRow): WrittenLead {
  return {
    ref: { object: row.object, crmId: row.crm_id },
    isConfirmed: row.is_confirmed,
    before: row.before,
    after: row.after,
    stageBefore: row.stage_before,
    stageAfter: row.stage_after,
    later: row.later ?? {},
  };
}

/** Every value that an undo left as it is, at most `limit`. */
export async function skippedLeads(
  db: Kysely<Database>,
  runId: string,
  limit: number,
): Promise<readonly SkippedLead[]> {
  const { rows } = await sql<{ object: LeadObject; crm_id: string } & SkippedField>`
    select object, crm_id, field, reason
    from writes cross join jsonb_to_recordset(skipped) as skipped (field text, reason text)
    where run_id = ${runId} order by object, crm_id, field limit ${limit}`.execute(db);
  return rows.map(({ object, crm_id, field, reason }) => ({ object, crmId: crm_id, field, reason }));
}
