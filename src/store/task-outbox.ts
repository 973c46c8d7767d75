import { type Kysely, sql, type Transaction } from 'kysely';
import type { HotLeadTask, LeadObject, TaskOutcome } from '../domain/crm.ts';
import type { ErrorCode } from '../errors.ts';
import { isInSpell, numberTogether } from './hot-spells.ts';
import { holdInQuarantine, releaseFromQuarantine } from './quarantine.ts';
import type { Database } from './schema.ts';

/** Why a task of a lead that the CRM does not have any more is refused. */
const GONE = 'CRM_RECORD_GONE' satisfies ErrorCode;

/** A task of the outbox. */
export interface OutboxTask extends HotLeadTask {
  readonly id: string;
  /** Milliseconds since it was marked as being sent, by the database's clock; `null` if it never was. */
  readonly sentMsAgo: number | null;
}

/**
 * Runs `work` while this session alone may create the connection's tasks.
 *
 * The lock belongs to the database session, so a killed worker lets go of it and a merely slow one does not.
 * @returns `false` at once, without running `work`, if another worker holds the lock.
 */
export async function holdingTaskLock(
  db: Kysely<Database>,
  connectionId: string,
  work: () => Promise<void>,
): Promise<boolean> {
  return db.connection().execute(async (session) => {
    const { rows } = await sql<{ held: boolean }>`
      select pg_try_advisory_lock(hashtext('tasks'), hashtext(${connectionId})) as held`.execute(session);
    if (rows[0]?.held !== true) return false;
    try {
      await work();
      return true;
    } finally {
      await sql`select pg_advisory_unlock(hashtext('tasks'), hashtext(${connectionId}))`.execute(session);
    }
  });
}

/** Tasks of the connection in a state, in the order of their markers, at most `limit`. */
export async function outboxTasks(
  db: Kysely<Database>,
  connectionId: string,
  state: 'planned' | 'sending',
  limit: number,
): Promise<readonly OutboxTask[]> {
  const rows = await db
    .selectFrom('tasks')
    // A lead that moved meanwhile is found at its present record.
    .innerJoin('leads', 'leads.id', 'tasks.lead_id')
    .select(['tasks.id', 'marker', 'tasks.owner_id', 'due_at', 'priority', 'subject', 'body'])
    .select(sql<number | null>`(extract(epoch from clock_timestamp() - sending_at) * 1000)::float8`.as('sent_ms_ago'))
    .select(['leads.object', 'leads.crm_id'])
    .where('tasks.connection_id', '=', connectionId)
    .where('state', '=', state)
    .orderBy('marker')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    lead: { object: row.object as LeadObject, crmId: row.crm_id },
    marker: row.marker,
    ownerId: row.owner_id,
    dueAt: row.due_at,
    priority: row.priority,
    subject: row.subject,
    body: row.body,
    sentMsAgo: row.sent_ms_ago,
  }));
}

/** Marks tasks as being sent, with their owners and the reps' new credit, before the CRM hears of them. */
export async function markSending(
  db: Kysely<Database>,
  connectionId: string,
  tasks: readonly { readonly id: string; readonly ownerId: string | null }[],
  turns: ReadonlyMap<string, number>,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`
      update tasks set state = 'sending', sending_at = now(), owner_id = sending.owner_id
      from jsonb_to_recordset(${JSON.stringify(
        tasks.map(({ id, ownerId }) => ({ id, owner_id: ownerId })),
      )}::jsonb) as sending (id uuid, owner_id text)
      where tasks.id = sending.id`.execute(tx);
    await sql`
      update owners set turns = credit.turns
      from jsonb_to_recordset(${JSON.stringify(
        [...turns].map(([crmId, credit]) => ({ crm_id: crmId, turns: credit })),
      )}::jsonb) as credit (crm_id text, turns double precision)
      where owners.connection_id = ${connectionId} and owners.crm_id = credit.crm_id`.execute(tx);
  });
}

/** Stores how tasks ended; an unknown outcome stays `sending` until it has been asked about. */
export async function settleTasks(
  db: Kysely<Database>,
  connectionId: string,
  ended: readonly { readonly task: OutboxTask; readonly outcome: TaskOutcome }[],
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`
      update tasks set state = ended.state, crm_task_id = ended.crm_task_id, cause = ended.cause
      from jsonb_to_recordset(${JSON.stringify(
        ended.map(({ task, outcome }) => ({
          id: task.id,
          state: outcome.state === 'unknown' ? 'sending' : outcome.state,
          crm_task_id: outcome.state === 'created' ? outcome.taskId : null,
          cause: outcome.state === 'created' ? null : outcome.error.code,
        })),
      )}::jsonb) as ended (id uuid, state text, crm_task_id text, cause text)
      where tasks.id = ended.id`.execute(tx);
    for (const object of ['contact', 'lead'] as const) {
      const place = { connectionId, stage: 'task', stream: object } as const;
      const here = ended.filter(({ task }) => task.lead.object === object);
      await holdInQuarantine(
        tx,
        place,
        here.flatMap(({ task, outcome }) =>
          outcome.state === 'rejected' ? [{ crmId: task.lead.crmId, error: outcome.error }] : [],
        ),
      );
      const created = here.filter(({ outcome }) => outcome.state === 'created').map(({ task }) => task.lead.crmId);
      await releaseFromQuarantine(tx, place, created);
    }
  });
}

/** Refuses the planned tasks of leads that have been deleted meanwhile: each CRM would, in words of its own. */
export async function refuseGone(db: Kysely<Database>, connectionId: string): Promise<void> {
  await sql`
    update tasks set state = 'rejected', cause = ${GONE} from leads
    where leads.id = tasks.lead_id and is_deleted and tasks.connection_id = ${connectionId} and state = 'planned'`.execute(
    db,
  );
}

/** Puts tasks that the CRM certainly does not have back into the queue. */
export async function replan(db: Kysely<Database>, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await db.updateTable('tasks').set({ state: 'planned', sending_at: null }).where('id', 'in', ids).execute();
}

/** Tasks that the CRM refused are tried again with each sync until the cause heals; a deleted lead's once it is back. */
export async function replanRejected(db: Kysely<Database>, connectionId: string): Promise<void> {
  await sql`
    update tasks set state = 'planned', sending_at = null from leads
    where leads.id = tasks.lead_id and merged_into is null and not is_deleted
      and tasks.connection_id = ${connectionId} and state = 'rejected'`.execute(db);
}

/** Plans the refused task of a lead again that has just got another id: under the old one the CRM knew it no more. */
export async function replanTaskOf(tx: Transaction<Database>, leadId: string): Promise<void> {
  await sql`update tasks set state = 'planned', sending_at = null
    where lead_id = ${leadId} and state = 'rejected' and undone_by is null`.execute(tx);
}

/**
 * Hands the task of a merged record's hot spell on to the record that stands for it now, if the CRM may not have it yet;
 * a refused one is planned again. A winner that is in a hot spell has a task of its own.
 *
 * Called before the hot spells of the two are combined; the task gets the number that they will have together.
 */
export async function handOnTasks(tx: Transaction<Database>, loserId: string, winnerId: string): Promise<void> {
  await sql`
    with spell as (
      select leads.id as lead_id, own.*
      from leads left join places on places.lead_id = leads.id left join persons on persons.id = places.person_id
      cross join lateral (
        select leads.hot_spell, leads.hot_since, leads.spell_ends_at where persons.id is null
        union all select persons.hot_spell, persons.hot_since, persons.spell_ends_at where persons.id is not null) as own)
    update tasks set lead_id = winner.lead_id, hot_spell = ${numberTogether(sql`winner`, sql`loser`)},
      state = case state when 'rejected' then 'planned' else state end
    from spell as winner, spell as loser
    where winner.lead_id = ${winnerId} and loser.lead_id = ${loserId}
      and ${isInSpell(sql`loser`)} and not ${isInSpell(sql`winner`)}
      and tasks.lead_id = ${loserId} and undone_by is null and state in ('planned', 'sending', 'rejected')
      and not exists (select 1 from tasks as later
        where later.lead_id = tasks.lead_id and later.hot_spell > tasks.hot_spell)`.execute(tx);
}
