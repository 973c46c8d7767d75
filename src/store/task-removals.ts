import { type Kysely, sql } from 'kysely';
import type { Database } from './schema.ts';

/** Removes the tasks of an undo that never came to the CRM, or that it refused. */
export async function removeUnsent(db: Kysely<Database>, undoId: string): Promise<void> {
  await db
    .updateTable('tasks')
    .set({ state: 'removed' })
    .where('undone_by', '=', undoId)
    .where('state', 'in', ['planned', 'rejected'])
    .execute();
}

/** Tasks in the CRM that an undo has not looked at yet, at most `limit`. */
export async function madeTasks(
  db: Kysely<Database>,
  undoId: string,
  limit: number,
): Promise<readonly { readonly id: string; readonly crmTaskId: string }[]> {
  const rows = await db
    .selectFrom('tasks')
    .select(['id', 'crm_task_id'])
    .where('undone_by', '=', undoId)
    .where('state', '=', 'created')
    .where('undo_cause', 'is', null)
    .orderBy('marker')
    .limit(limit)
    .execute();
  return rows.map(({ id, crm_task_id }) => ({ id, crmTaskId: crm_task_id ?? '' }));
}

/** Stores which tasks were removed, and why the others stay. */
export async function settleRemovals(
  db: Kysely<Database>,
  removals: readonly { readonly id: string; readonly cause: string | null }[],
): Promise<void> {
  await sql`
    update tasks set undo_cause = ended.cause, state = case when ended.cause is null then 'removed' else state end
    from jsonb_to_recordset(${JSON.stringify(removals)}::jsonb) as ended (id uuid, cause text)
    where tasks.id = ended.id`.execute(db);
}

/** CRM ids of the tasks that a run made and that nothing has taken back yet. */
export async function tasksMadeBy(db: Kysely<Database>, runId: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('tasks')
    .select('crm_task_id')
    .where('run_id', '=', runId)
    .where('state', '=', 'created')
    .orderBy('marker')
    .execute();
  return rows.flatMap(({ crm_task_id }) => (crm_task_id === null ? [] : [crm_task_id]));
}
