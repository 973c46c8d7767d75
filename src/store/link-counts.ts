import { type Kysely, sql } from 'kysely';
import type { AmbiguousRecord, LinkCounts } from '../domain/link.ts';
import type { Database } from './schema.ts';

/** Every link, by the names of its connections. */
export async function listLinks(db: Kysely<Database>): Promise<readonly LinkCounts[]> {
  const { rows } = await sql<{ id: string }>`
    select links.id from links join connections on connections.id = first_id order by name`.execute(db);
  const counts: LinkCounts[] = [];
  for (const { id } of rows) counts.push(await countLink(db, id));
  return counts;
}

const LIVE = sql`leads.merged_into is null and not leads.is_deleted and leads.created_at > 'epoch'`;

/** People with a live record in both connections of a link, as `matched (person_id)`. */
const matchedIn = (linkId: string) => sql`
  select person_id from places join persons on persons.id = person_id join leads on leads.id = lead_id
  where persons.link_id = ${linkId} and ${LIVE} group by person_id having count(*) = 2`;

/** Addresses with several leads in one connection, some in the other, and one of all these without a counterpart. */
const ambiguousIn = (linkId: string) => sql`
  select alias from lead_emails join leads on leads.id = lead_id
  join links on links.id = ${linkId} and leads.connection_id in (first_id, second_id)
  left join places on places.lead_id = leads.id
  where ${LIVE} and is_evidence
  group by alias, first_id, second_id
  having count(*) > 2 and count(*) filter (where leads.connection_id = first_id) between 1 and count(*) - 1
    and bool_or(places.person_id is null or places.person_id not in (select person_id from matched))`;

/** Counts one link. */
export async function countLink(db: Kysely<Database>, linkId: string): Promise<LinkCounts> {
  const { rows } = await sql<{
    first: string;
    second: string;
    tasks_in: string;
    matched: number;
    ambiguous: number;
    in_first: number;
    in_second: number;
  }>`
    with matched as (${matchedIn(linkId)})
    select one.name as first, two.name as second, tasks.name as tasks_in,
      (select count(*)::int from matched) as matched,
      (select count(*)::int from (${ambiguousIn(linkId)}) as ambiguous) as ambiguous,
      (select count(*)::int from leads where connection_id = first_id and ${LIVE}) as in_first,
      (select count(*)::int from leads where connection_id = second_id and ${LIVE}) as in_second
    from links join connections as one on one.id = first_id join connections as two on two.id = second_id
    join connections as tasks on tasks.id = tasks_in
    where links.id = ${linkId}`.execute(db);
  const { first, second, tasks_in, matched, ambiguous, in_first, in_second } = rows[0]!; // the caller has its id from there
  return {
    connections: [first, second],
    tasksIn: tasks_in,
    matched,
    ambiguous,
    unmatched: { [first]: in_first - matched, [second]: in_second - matched },
  };
}

/** Leads that were not matched because their address is ambiguous, at most `limit` records. */
export async function ambiguousRecords(db: Kysely<Database>, limit: number): Promise<readonly AmbiguousRecord[]> {
  const links = await db.selectFrom('links').select('id').orderBy('linked_at').execute();
  const records: AmbiguousRecord[] = [];
  for (const { id } of links) {
    const { rows } = await sql<AmbiguousRecord>`
      with matched as (${matchedIn(id)}), ambiguous as (${ambiguousIn(id)})
      select dense_rank() over (order by alias)::int + ${records.at(-1)?.group ?? 0}::int as "group",
        name as connection, object, crm_id as "crmId"
      from ambiguous join lead_emails using (alias) join leads on leads.id = lead_id and ${LIVE}
      join links on links.id = ${id} and leads.connection_id in (first_id, second_id)
      join connections on connections.id = leads.connection_id
      order by 1, name, object, crm_id limit ${limit - records.length}`.execute(db);
    records.push(...rows);
  }
  return records;
}
