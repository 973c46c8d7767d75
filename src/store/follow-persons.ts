import { type Kysely, sql, type Transaction } from 'kysely';
import { combinedSpell } from './hot-spells.ts';
import { lockPersons } from './join-leads.ts';
import { dropEmails } from './lead-emails.ts';
import type { Database } from './schema.ts';

/**
 * Follows a merge within one CRM: the winner is now what the loser was, unless it is somebody already; that stands.
 *
 * Called before the hot spells of the two leads are combined. Whoever was one lead with the loser only goes on alone,
 * with the spell that they had.
 */
export async function followMerge(tx: Transaction<Database>, loserId: string, winnerId: string): Promise<void> {
  await dropEmails(tx, [loserId]);
  await followSplits(tx, loserId, winnerId);
  const placed = await tx
    .selectFrom('places')
    .select(['lead_id', 'person_id'])
    .where('lead_id', 'in', [loserId, winnerId])
    .execute();
  if (placed.length === 0) return;
  const persons = placed.map(({ person_id }) => person_id);
  await lockPersons(tx, persons);
  await tx.updateTable('persons').set({ scored_lead: null, owes: true }).where('id', 'in', persons).execute();
  const loser = placed.find(({ lead_id }) => lead_id === loserId)?.person_id;
  const winner = placed.find(({ lead_id }) => lead_id === winnerId)?.person_id;
  if (winner === undefined) {
    await sql`update persons set ${combinedSpell('persons', 'given')} from leads as given
      where persons.id = ${loser} and given.id = ${winnerId}`.execute(tx);
    await sql`
      update places set lead_id = ${winnerId} where lead_id = ${loserId} and not exists (
        select 1 from places as other join splits
          on splits.lead_id = least(other.lead_id, ${winnerId}) and splits.other_id = greatest(other.lead_id, ${winnerId})
        where other.person_id = places.person_id)`.execute(tx);
  } else {
    const from = loser === undefined ? sql`leads` : sql`persons`;
    await sql`update persons set ${combinedSpell('persons', 'given')} from ${from} as given
      where persons.id = ${winner} and given.id = ${loser ?? loserId}`.execute(tx);
  }
  await tx.deleteFrom('places').where('lead_id', '=', loserId).execute();
  await sql`delete from persons where id = any(${persons})
    and not exists (select 1 from places where person_id = persons.id)`.execute(tx);
}

/** What the loser was split from is not the winner either. */
async function followSplits(tx: Transaction<Database>, loserId: string, winnerId: string): Promise<void> {
  await sql`
    with old as (
      delete from splits where ${loserId} in (lead_id, other_id)
      returning case when lead_id = ${loserId} then other_id else lead_id end as other)
    insert into splits (lead_id, other_id)
    select least(other, ${winnerId}::uuid), greatest(other, ${winnerId}::uuid) from old where other <> ${winnerId}
    on conflict do nothing`.execute(tx);
}

/** Leads that are gone from their CRM count no more; whoever is one lead with one of them is scored anew without it. */
export async function leaveBehind(db: Kysely<Database>, leadIds: readonly string[]): Promise<void> {
  if (leadIds.length === 0) return;
  await dropEmails(db, leadIds);
  await sql`
    with left_behind as (
      select id from persons where id in (select person_id from places where lead_id = any(${leadIds}))
      order by id for update)
    update persons set scored_lead = null, owes = true from left_behind where persons.id = left_behind.id`.execute(db);
}

/**
 * Makes due what does not show its person's score yet.
 *
 * Scoring one place must not wait for the rows of another connection; so it says only that others owe, and this is
 * called before anyone asks what is due. Rows in other hands are left for the next time.
 */
export async function spreadScores(db: Kysely<Database>): Promise<void> {
  const owed = sql`
    persons join places on places.person_id = persons.id and places.lead_id is distinct from persons.scored_lead
    join leads on leads.id = places.lead_id and leads.merged_into is null and not leads.is_deleted
      and not leads.is_dirty and (leads.next_review_at is null or leads.next_review_at > 'epoch')`;
  await sql`
    with due as (select leads.id from ${owed} where persons.owes for update of leads skip locked)
    update leads set next_review_at = 'epoch' from due where leads.id = due.id`.execute(db);
  await sql`
    update persons set owes = false where id in (
      select id from persons as paid
      where owes and not exists (select 1 from ${owed} where persons.id = paid.id)
      for update skip locked)`.execute(db);
}
