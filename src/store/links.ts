import { type Kysely, sql, type Transaction } from 'kysely';
import type { LinkCounts } from '../domain/link.ts';
import { LeadScoringError } from '../errors.ts';
import { queueEmails } from './lead-emails.ts';
import { countLink } from './link-counts.ts';
import { matchQueuedIn } from './match-leads.ts';
import type { Database } from './schema.ts';

/** A connection as a link names it. */
interface Linked {
  readonly id: string;
  readonly name: string;
}

/** Two connections to be linked; the attributes of the first go before those of the second. */
export interface NewLink {
  readonly first: Linked;
  readonly second: Linked;
  /** The connection that makes the tasks. */
  readonly tasksIn: string;
}

/**
 * Links two connections and makes one lead of each two records that are the same person.
 *
 * @param isTrial - Undoes all of it in the end: the counts are what linking would give.
 * @throws {LeadScoringError} `LINK_REFUSED` if one of them is linked already; `RUN_UNDER_WAY`.
 */
export async function linkConnections(
  db: Kysely<Database>,
  { first, second, tasksIn }: NewLink,
  isTrial: boolean,
): Promise<LinkCounts> {
  const trial = await db.startTransaction().execute();
  try {
    await holdStill(trial, [first.id, second.id]);
    const { rows } = await sql<{ id: string }>`
      insert into links (first_id, second_id, tasks_in) select ${first.id}, ${second.id}, ${tasksIn}
      where not exists (select 1 from links
        where ${first.id} in (first_id, second_id) or ${second.id} in (first_id, second_id)) returning id`.execute(
      trial,
    );
    const linkId = rows[0]?.id;
    if (linkId === undefined) throw refused(`${first.name} or ${second.name} is linked already`);
    await queueEmails(trial, linkId);
    await matchQueuedIn(trial, linkId);
    const counts = await countLink(trial, linkId);
    await (isTrial ? trial.rollback() : trial.commit()).execute();
    return counts;
  } finally {
    if (!trial.isCommitted && !trial.isRolledBack) await trial.rollback().execute();
  }
}

/**
 * Ends the link of two connections: each record goes on alone, with the hot spell that the person had.
 *
 * @throws {LeadScoringError} `LINK_REFUSED` if they are not linked; `RUN_UNDER_WAY`.
 */
export async function unlinkConnections(db: Kysely<Database>, first: Linked, second: Linked): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await holdStill(tx, [first.id, second.id]);
    const { rows } = await sql<{ id: string }>`
      select id from links where ${first.id} in (first_id, second_id) and ${second.id} in (first_id, second_id)`.execute(
      tx,
    );
    const linkId = rows[0]?.id;
    if (linkId === undefined) throw refused(`${first.name} and ${second.name} are not linked`);
    await dissolve(tx, linkId);
  });
}

/**
 * Ends the link that a connection is in, if any: it is about to be removed.
 *
 * @throws {LeadScoringError} `RUN_UNDER_WAY` if the other connection has an open run.
 */
export async function unlinkRemoved(tx: Transaction<Database>, connectionId: string): Promise<void> {
  const { rows } = await sql<{ id: string; other: string }>`
    select id, case when first_id = ${connectionId} then second_id else first_id end as other
    from links where ${connectionId} in (first_id, second_id)`.execute(tx);
  for (const { id, other } of rows) {
    await holdStill(tx, [other]);
    await dissolve(tx, id);
  }
}

async function dissolve(tx: Transaction<Database>, linkId: string): Promise<void> {
  await sql`
    update leads set hot_spell = persons.hot_spell, hot_since = persons.hot_since,
      spell_ends_at = persons.spell_ends_at,
      is_dirty = leads.is_dirty or (leads.merged_into is null and not leads.is_deleted)
    from places join persons on persons.id = places.person_id
    where persons.link_id = ${linkId} and leads.id = places.lead_id`.execute(tx);
  await tx.deleteFrom('links').where('id', '=', linkId).execute();
}

/**
 * Keeps runs and pages away from connections until the transaction ends, so that rows of both can be changed at once.
 *
 * @throws {LeadScoringError} `RUN_UNDER_WAY` if one of them has an open run.
 */
export async function holdStill(tx: Transaction<Database>, connectionIds: readonly string[]): Promise<void> {
  await sql`select 1 from connections where id = any(${connectionIds}) order by id for update`.execute(tx);
  const { rows } = await sql<{ id: string; name: string; phase: string }>`
    select runs.id, name, phase from runs join connections on connections.id = connection_id
    where connection_id = any(${connectionIds}) and phase not in ('done', 'stopped')`.execute(tx);
  const [open] = rows;
  if (open !== undefined) {
    throw new LeadScoringError('RUN_UNDER_WAY', `Run ${open.id} of ${open.name} is ${open.phase}`);
  }
  for (const id of [...connectionIds].sort()) {
    await sql`select pg_advisory_xact_lock(hashtext('lead pages'), hashtext(${id}))`.execute(tx);
  }
}

const refused = (message: string): LeadScoringError => new LeadScoringError('LINK_REFUSED', message);
