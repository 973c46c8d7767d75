import { type Kysely, sql, type Transaction } from 'kysely';
import type { LeadObject, LeadRef, LeadWrite, WriteOutcome } from '../domain/crm.ts';
import type { ScoreFieldValues } from '../domain/score-field.ts';
import { LeadScoringError } from '../errors.ts';
import { leaveBehind } from './follow-persons.ts';
import { takeBatch } from './plan-batches.ts';
import { holdInQuarantine, releaseFromQuarantine } from './quarantine.ts';
import type { Run } from './runs.ts';
import type { Database } from './schema.ts';

interface PlannedRow {
  readonly lead_id: string;
  readonly object: LeadObject;
  readonly crm_id: string;
  readonly after: Partial<ScoreFieldValues>;
  readonly stage_before: string | null;
  readonly stage_after: string | null;
}

/** A write as it was planned, with the lifecycle stage that the lead had then. */
type PlannedWrite = LeadWrite & { readonly stageBefore: string | null };

/**
 * Hands the next batch of planned writes to `send` and stores how each ended, while the batch stays locked.
 *
 * A crash between the CRM's answer and the commit leaves the writes planned; repeating them is harmless.
 * @returns whether there was a batch for this worker.
 */
export async function writeBatch(
  db: Kysely<Database>,
  run: Run,
  send: (writes: readonly PlannedWrite[]) => Promise<readonly WriteOutcome[]>,
): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    const batch = await takeBatch(tx, run.id, 'is_sent');
    if (batch === null) return false;
    const { rows } = await sql<PlannedRow>`
      select lead_id, object, crm_id, after, stage_before, stage_after from writes
      where run_id = ${run.id} and state = 'planned' and batch = ${batch}
      order by object, crm_id`.execute(tx);
    if (rows.length === 0) return true;
    const outcomes = await send(
      rows.map((row) => ({
        object: row.object,
        crmId: row.crm_id,
        scoreFields: row.after,
        stageBefore: row.stage_before,
        ...(row.stage_after !== null && { lifecycleStage: row.stage_after }),
      })),
    );
    await settle(tx, run, rows, outcomes);
    return true;
  });
}

async function settle(
  tx: Transaction<Database>,
  run: Run,
  rows: readonly PlannedRow[],
  outcomes: readonly WriteOutcome[],
): Promise<void> {
  const ended = rows.map((row, index) => ({ row, outcome: outcomes[index] ?? missingOutcome(row) }));
  await sql`
    update writes set state = ended.state, cause = ended.cause
    from jsonb_to_recordset(${JSON.stringify(
      ended.map(({ row, outcome }) => ({
        lead_id: row.lead_id,
        state: outcome.ok ? 'written' : 'rejected',
        cause: outcome.ok ? null : outcome.error.code,
      })),
    )}::jsonb) as ended (lead_id uuid, state text, cause text)
    where writes.run_id = ${run.id} and writes.lead_id = ended.lead_id`.execute(tx);
  await sql`
    update leads set
      crm_fields = case when ended.ok then leads.crm_fields || ended.after else leads.crm_fields end,
      modified_at = greatest(leads.modified_at, ended.modified_at),
      lifecycle_stage = case when ended.ok and ended.stage is not null then nullif(ended.stage, '')
        else lifecycle_stage end,
      lifecycle_set = case when ended.ok then coalesce(ended.stage, lifecycle_set) else lifecycle_set end,
      is_deleted = leads.is_deleted or ended.is_gone,
      next_review_at = case when ended.is_gone then null else leads.next_review_at end
    from jsonb_to_recordset(${JSON.stringify(
      ended.map(({ row, outcome }) => ({
        lead_id: row.lead_id,
        ok: outcome.ok,
        after: row.after,
        stage: row.stage_after,
        modified_at: outcome.ok ? outcome.modifiedAt : null,
        is_gone: isGone(outcome),
      })),
    )}::jsonb) as ended (lead_id uuid, ok boolean, after jsonb, stage text, modified_at timestamptz, is_gone boolean)
    where leads.id = ended.lead_id`.execute(tx);
  const gone = ended.filter(({ outcome }) => isGone(outcome));
  await leaveBehind(
    tx,
    gone.map(({ row }) => row.lead_id),
  );
  await settleQuarantine(tx, run.connectionId, ended);
}

async function settleQuarantine(
  tx: Transaction<Database>,
  connectionId: string,
  ended: readonly { readonly row: PlannedRow; readonly outcome: WriteOutcome }[],
): Promise<void> {
  for (const object of new Set(ended.map(({ row }) => row.object))) {
    const place = { connectionId, stage: 'write', stream: object } as const;
    const here = ended.filter(({ row }) => row.object === object);
    const held = here.flatMap(({ row, outcome }) =>
      outcome.ok || isGone(outcome) ? [] : [{ crmId: row.crm_id, error: outcome.error }],
    );
    await holdInQuarantine(tx, place, held);
    await releaseFromQuarantine(
      tx,
      place,
      here.filter(({ outcome }) => outcome.ok || isGone(outcome)).map(({ row }) => row.crm_id),
    );
  }
}

/** A deleted record needs nobody's attention; if the CRM restores it, the next pull brings it back. */
function isGone(outcome: WriteOutcome): boolean {
  return !outcome.ok && outcome.error.code === 'CRM_RECORD_GONE';
}

function missingOutcome(row: PlannedRow): WriteOutcome {
  return {
    ok: false,
    error: new LeadScoringError('CRM_OUTCOME_UNKNOWN', `No outcome for ${row.object} ${row.crm_id}`),
  };
}

/**
 * Hands up to `size` written stage moves to `read` and stores the stage that was found.
 *
 * @returns how many were read back; 0 when none is left for this worker.
 */
export async function verifyBatch(
  db: Kysely<Database>,
  run: Run,
  size: number,
  read: (leads: readonly LeadRef[]) => Promise<readonly (string | null)[]>,
): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const { rows } = await sql<Pick<PlannedRow, 'lead_id' | 'object' | 'crm_id'>>`
      select lead_id, object, crm_id from writes
      where run_id = ${run.id} and state = 'written' and stage_after is not null and stage_found is null
      order by object, crm_id limit ${size} for update skip locked`.execute(tx);
    if (rows.length === 0) return 0;
    const stages = await read(rows.map(({ object, crm_id }) => ({ object, crmId: crm_id })));
    await sql`
      with found as (
        update writes set stage_found = found.stage
        from jsonb_to_recordset(${JSON.stringify(
          rows.map(({ lead_id }, index) => ({ lead_id, stage: stages[index] ?? '' })),
        )}::jsonb) as found (lead_id uuid, stage text)
        where writes.run_id = ${run.id} and writes.lead_id = found.lead_id
        returning writes.lead_id, found.stage)
      update leads set lifecycle_stage = found.stage from found where leads.id = found.lead_id`.execute(tx);
    return rows.length;
  });
}
