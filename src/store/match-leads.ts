import { type Kysely, sql, type Transaction } from 'kysely';
import { joinLeads, joinUnplaced, type Pair } from './join-leads.ts';
import type { Database } from './schema.ts';

/** A link whose run has pulled all it will, so that its new leads can be matched; `undefined` if there is none. */
export async function linkToMatch(db: Kysely<Database>, runId: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select links.id from runs join links on runs.connection_id in (links.first_id, links.second_id)
    where runs.id = ${runId} and runs.phase = 'pulling'
      and not exists (select 1 from run_streams where run_id = runs.id and not is_done)`.execute(db);
  return rows[0]?.id;
}

/**
 * Makes one lead of any two whose common e-mail address no other live lead of either connection bears.
 *
 * Leads that another transaction holds are left in the queue: waiting for them could make two transactions wait for
 * each other.
 * @returns how many addresses are left to be matched.
 */
export async function matchQueued(db: Kysely<Database>, linkId: string): Promise<number> {
  return db.transaction().execute((tx) => matchQueuedIn(tx, linkId));
}

/** As {@link matchQueued}, as a part of a transaction. */
export async function matchQueuedIn(tx: Transaction<Database>, linkId: string): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtext('link'), hashtext(${linkId}))`.execute(tx);
  const candidates = await candidatesOf(tx, linkId);
  const ids = candidates.flatMap(({ firstId, secondId }) => [firstId, secondId]);
  const { rows: locked } = await sql<{ id: string; is_placed: boolean }>`
    select id, exists (select 1 from places where lead_id = leads.id) as is_placed from leads
    where id = any(${ids}) and merged_into is null and not is_deleted order by id for update skip locked`.execute(tx);
  const isPlaced = new Map(locked.map(({ id, is_placed }) => [id, is_placed]));
  const isHeld = ({ firstId, secondId }: Pair) => isPlaced.has(firstId) && isPlaced.has(secondId);
  const isAnew = ({ firstId, secondId }: Pair) => !isPlaced.get(firstId) && !isPlaced.get(secondId);
  const held = candidates.filter(isHeld);
  await joinUnplaced(tx, linkId, held.filter(isAnew));
  for (const pair of held) if (!isAnew(pair)) await joinLeads(tx, linkId, pair, 'email');
  const later = candidates.filter((pair) => !isHeld(pair)).map(({ alias }) => ({ link_id: linkId, alias }));
  if (later.length > 0) await tx.insertInto('match_queue').values(later).execute();
  return later.length;
}

type Candidate = Pair & { readonly alias: string };

/**
 * Takes the queue, and answers the pairs that an address in it makes out to be one person: not those that somebody has split, whose mail came
 * back, or of which one is the same person as another lead of that connection already.
 */
async function candidatesOf(tx: Transaction<Database>, linkId: string): Promise<readonly Candidate[]> {
  const { rows } = await sql<Candidate>`
    with link as (select * from links where id = ${linkId}),
    queued as (delete from match_queue where link_id = ${linkId} returning alias),
    held as (
      select lead_emails.* from lead_emails, link
      where connection_id in (first_id, second_id) and is_evidence and alias in (select alias from queued)),
    alone as (
      select alias,
        (array_agg(lead_id) filter (where connection_id = first_id))[1] as "firstId",
        (array_agg(lead_id) filter (where connection_id = second_id))[1] as "secondId"
      from held, link group by alias
      having count(*) filter (where connection_id = first_id) = 1
        and count(*) filter (where connection_id = second_id) = 1),
    pairs as (
      select min(alias) as alias, "firstId", "secondId", count(*) over (partition by "firstId") as by_first,
        count(*) over (partition by "secondId") as by_second
      from alone group by "firstId", "secondId")
    select alias, "firstId", "secondId" from pairs
    where by_first = 1 and by_second = 1
      and not exists (select 1 from splits
        where lead_id = least("firstId", "secondId") and other_id = greatest("firstId", "secondId"))
      and not exists (select 1 from places join places as other using (person_id)
        join leads on leads.id = other.lead_id and leads.merged_into is null and not leads.is_deleted
        where places.lead_id in ("firstId", "secondId") and other.lead_id <> places.lead_id)
      and not exists (select 1 from lead_aliases as alias
        join engagements on engagements.connection_id = alias.connection_id and engagements.object = alias.object
          and engagements.crm_id = alias.crm_id
        where alias.lead_id in ("firstId", "secondId") and engagements.type = 'email_bounce')`.execute(tx);
  return rows;
}
