import { type Kysely, sql, type Transaction } from 'kysely';
import type { LinkedLead, LinkedRecord } from '../domain/link.ts';
import { LeadScoringError } from '../errors.ts';
import { connectionNamed } from './connections.ts';
import { forgetSplit, joinLeads, splitLeads } from './join-leads.ts';
import type { Database } from './schema.ts';

/** A row of `leads`, found by the name of its record. */
interface FoundLead {
  readonly id: string;
  readonly connectionId: string;
  /** As it was asked for: `CONNECTION:ID`. */
  readonly name: string;
}

/**
 * The lead of a record, whatever its id was before merges and conversions.
 *
 * @param name - `CONNECTION:ID`.
 * @throws {LeadScoringError} `CONNECTION_UNKNOWN`, `RECORD_UNKNOWN`.
 */
async function leadNamed(db: Kysely<Database>, name: string): Promise<FoundLead> {
  const colon = name.lastIndexOf(':');
  if (colon < 0) throw unknown(`${name} names no connection`);
  const connection = await connectionNamed(db, name.slice(0, colon));
  const row = await db
    .selectFrom('lead_aliases')
    .select('lead_id')
    .where('connection_id', '=', connection.id)
    .where('object', 'in', ['lead', 'contact'])
    .where('crm_id', '=', name.slice(colon + 1))
    .executeTakeFirst();
  if (row === undefined) throw unknown(`${connection.name} has no lead with the id ${name.slice(colon + 1)}`);
  return { id: row.lead_id, connectionId: connection.id, name };
}

const unknown = (message: string): LeadScoringError => new LeadScoringError('RECORD_UNKNOWN', message);
const refused = (message: string): LeadScoringError => new LeadScoringError('LINK_REFUSED', message);

/**
 * A lead with all its records.
 *
 * @throws {LeadScoringError} `CONNECTION_UNKNOWN`, `RECORD_UNKNOWN`.
 */
export async function linkedLead(db: Kysely<Database>, record: string): Promise<LinkedLead> {
  const { id } = await leadNamed(db, record);
  const { rows } = await sql<Omit<LinkedLead, 'records' | 'splitFrom'>>`
    select matched_by as "matchedBy", tasks.name as "tasksIn",
      coalesce(persons.hot_spell, leads.hot_spell) as "hotSpell",
      case when persons.id is null then leads.hot_since else persons.hot_since end as "hotSince"
    from leads left join places on places.lead_id = leads.id left join persons on persons.id = places.person_id
    left join links on links.id = persons.link_id left join connections as tasks on tasks.id = links.tasks_in
    where leads.id = ${id}`.execute(db);
  const { rows: records } = await sql<LinkedLead['records'][number]>`
    select name as connection, object, crm_id as "crmId", score, band, is_deleted as "isDeleted"
    from leads join connections on connections.id = connection_id left join scores on scores.lead_id = leads.id
    where leads.id = ${id} or leads.id in (select other.lead_id from places join places as other using (person_id)
      where places.lead_id = ${id})
    order by name`.execute(db);
  const { rows: splitFrom } = await sql<LinkedRecord>`
    select name as connection, object, crm_id as "crmId"
    from splits join leads on leads.id = case when lead_id = ${id} then other_id else lead_id end
    join connections on connections.id = connection_id
    where ${id} in (lead_id, other_id) order by name, crm_id`.execute(db);
  return { ...rows[0]!, records, splitFrom }; // the row was there a moment ago, and leads are never deleted alone
}

/**
 * Says that two records are two people: they are never matched again, unless somebody joins them.
 *
 * @throws {LeadScoringError} `CONNECTION_UNKNOWN`, `RECORD_UNKNOWN`; `LINK_REFUSED` for two ids of one lead in one CRM.
 */
export async function splitRecords(db: Kysely<Database>, one: string, other: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const [first, second] = [await leadNamed(tx, one), await leadNamed(tx, other)];
    if (first.id === second.id) throw refused(`${one} and ${other} are one record in the CRM`);
    await splitLeads(tx, first.id, second.id);
  });
}

/** Two records that somebody says are one person. */
export interface RecordPair {
  readonly records: readonly [string, string];
  /** Where this was said, for an error to begin with. */
  readonly said?: string;
}

/**
 * Makes one lead of each pair, all or none.
 *
 * @throws {LeadScoringError} `CONNECTION_UNKNOWN`, `RECORD_UNKNOWN`; `LINK_REFUSED` if the two are not of linked
 *   connections, or one of them is one lead with a third; of the first pair that is wrong.
 */
export async function joinRecords(db: Kysely<Database>, pairs: readonly RecordPair[]): Promise<void> {
  await db.transaction().execute(async (tx) => {
    for (const { records, said } of pairs) {
      try {
        await joinTwo(tx, await leadNamed(tx, records[0]), await leadNamed(tx, records[1]));
      } catch (error) {
        if (!(error instanceof LeadScoringError) || said === undefined) throw error;
        throw new LeadScoringError(error.code, `${said}: ${error.message}`, { cause: error });
      }
    }
  });
}

async function joinTwo(tx: Transaction<Database>, one: FoundLead, other: FoundLead): Promise<void> {
  const { rows: links } = await sql<{ id: string; firstId: string }>`
    select id, first_id as "firstId" from links
    where (first_id, second_id) in ((${one.connectionId}, ${other.connectionId}),
      (${other.connectionId}, ${one.connectionId}))`.execute(tx);
  const [link] = links;
  if (link === undefined) throw refused(`${one.name} and ${other.name} are not of two linked connections`);
  await sql`select pg_advisory_xact_lock(hashtext('link'), hashtext(${link.id}))`.execute(tx);
  const { rows: live } = await sql<{ id: string }>`
    select id from leads where id in (${one.id}, ${other.id}) and merged_into is null and not is_deleted
    order by id for update`.execute(tx);
  for (const { id, name } of [one, other]) {
    if (!live.some((lead) => lead.id === id)) throw unknown(`${name} is deleted`);
  }
  await refuseThird(tx, one, other);
  const [firstId, secondId] = link.firstId === one.connectionId ? [one.id, other.id] : [other.id, one.id];
  await forgetSplit(tx, { firstId, secondId });
  await joinLeads(tx, link.id, { firstId, secondId }, 'person');
}

async function refuseThird(tx: Transaction<Database>, one: FoundLead, other: FoundLead): Promise<void> {
  const { rows } = await sql<LinkedRecord & { of: string }>`
    select places.lead_id as "of", name as connection, object, crm_id as "crmId"
    from places join places as third using (person_id)
    join leads on leads.id = third.lead_id and leads.merged_into is null and not leads.is_deleted
    join connections on connections.id = leads.connection_id
    where places.lead_id in (${one.id}, ${other.id}) and third.lead_id not in (${one.id}, ${other.id})`.execute(tx);
  const [third] = rows;
  if (third === undefined) return;
  const name = third.of === one.id ? one.name : other.name;
  throw refused(`${name} is one lead with ${third.connection}:${third.crmId}; split them first`);
}
