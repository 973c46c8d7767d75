import { type Kysely, sql, type Transaction } from 'kysely';
import type { LeadScoringError } from '../errors.ts';
import { certificateOf } from './certificates.ts';
import type { Database } from './schema.ts';

/** Why a run ends before its time. */
export interface Stop extends Pick<LeadScoringError, 'code' | 'message'> {
  /** Before this instant no schedule begins another run of the connection; `null`: at once. */
  readonly resumeAt: Date | null;
}

/**
 * Ends a run before its time: what was planned but not written is deferred to the next run. Its certificate is kept as
 * it is now, since the next run goes on with the same leads.
 *
 * @returns `false` if it had ended before.
 */
export async function stopRun(db: Kysely<Database>, runId: string, stop: Stop): Promise<boolean> {
  return db.transaction().execute((tx) => stopRunIn(tx, runId, stop));
}

/** As {@link stopRun}, as a part of a transaction. */
export async function stopRunIn(
  tx: Transaction<Database>,
  runId: string,
  { code, message, resumeAt }: Stop,
): Promise<boolean> {
  const stopped = await tx
    .updateTable('runs')
    .set({
      phase: 'stopped',
      stopped_code: code,
      stopped_reason: message,
      resume_at: resumeAt,
      finished_at: sql`now()`,
    })
    .where('id', '=', runId)
    .where('phase', 'not in', ['done', 'stopped'])
    .returning('id')
    .executeTakeFirst();
  if (stopped === undefined) return false;
  await sql`update leads set is_dirty = true from writes
    where writes.run_id = ${runId} and writes.state in ('planned', 'withdrawn') and leads.id = writes.lead_id
      and leads.merged_into is null and not leads.is_deleted`.execute(tx);
  await tx
    .updateTable('writes')
    .set({ state: 'deferred', cause: code })
    .where('run_id', '=', runId)
    .where('state', 'in', ['planned', 'withdrawn'])
    .execute();
  const certificate = JSON.stringify(await certificateOf(tx, runId));
  await tx.updateTable('runs').set({ certificate }).where('id', '=', runId).execute();
  return true;
}
