import { sql, type Transaction } from 'kysely';
import type { MatchedBy } from '../domain/link.ts';
import { combinedSpell } from './hot-spells.ts';
import type { Database } from './schema.ts';

/** Two rows of `leads` that are one person: of the link's first connection, and of its second. */
export interface Pair {
  readonly firstId: string;
  readonly secondId: string;
}

// Locks are taken in one order everywhere, so that nobody waits in a circle: leads, then persons by id, then places.

/** Makes one lead of each pair, none of which is anybody's place yet. Their rows are locked by the caller. */
export async function joinUnplaced(tx: Transaction<Database>, linkId: string, pairs: readonly Pair[]): Promise<void> {
  if (pairs.length === 0) return;
  await sql`
    with pair as (
      select gen_random_uuid() as person_id, "firstId", "secondId"
      from jsonb_to_recordset(${JSON.stringify(pairs)}::jsonb) as pair ("firstId" uuid, "secondId" uuid)),
    made as (
      insert into persons (id, link_id, matched_by, hot_spell, hot_since, spell_ends_at)
      select person_id, ${linkId}::uuid, 'email', kept.hot_spell, kept.hot_since, kept.spell_ends_at
      from pair join leads as kept on kept.id = "firstId")
    insert into places (lead_id, person_id, connection_id)
    select leads.id, person_id, leads.connection_id
    from pair cross join lateral (values ("firstId"), ("secondId")) as place (id) join leads using (id)`.execute(tx);
  await sql`
    update persons set ${combinedSpell('persons', 'given')}
    from jsonb_to_recordset(${JSON.stringify(pairs)}::jsonb) as pair ("secondId" uuid)
    join places on places.lead_id = pair."secondId" join leads as given on given.id = pair."secondId"
      and given.hot_spell > 0
    where persons.id = places.person_id`.execute(tx);
}

/**
 * Makes one lead of two, whichever of them is a person's place already. Their rows are locked by the caller, who knows
 * that neither has a live counterpart in the other's connection; a counterpart that is gone gives up its place.
 */
export async function joinLeads(
  tx: Transaction<Database>,
  linkId: string,
  { firstId, secondId }: Pair,
  matchedBy: MatchedBy,
): Promise<void> {
  const personId = await personOf(tx, linkId, firstId);
  const otherId = await personOf(tx, linkId, secondId);
  if (personId === otherId) {
    await tx.updateTable('persons').set({ matched_by: matchedBy }).where('id', '=', personId).execute();
    return;
  }
  await lockPersons(tx, [personId, otherId]);
  await sql`update persons as kept set ${combinedSpell('kept', 'given')}, matched_by = ${matchedBy}, matched_at = now(),
      scored_lead = null, owes = true
    from persons as given where kept.id = ${personId} and given.id = ${otherId}`.execute(tx);
  await tx.deleteFrom('places').where('person_id', '=', personId).where('lead_id', '!=', firstId).execute();
  await tx.updateTable('places').set({ person_id: personId }).where('lead_id', '=', secondId).execute();
  await tx.deleteFrom('persons').where('id', '=', otherId).execute();
}

/** The person that a lead is a place of; a new one, with the lead's hot spell, if it is nobody's. */
async function personOf(tx: Transaction<Database>, linkId: string, leadId: string): Promise<string> {
  const placed = await tx.selectFrom('places').select('person_id').where('lead_id', '=', leadId).executeTakeFirst();
  if (placed !== undefined) return placed.person_id;
  const { rows } = await sql<{ id: string }>`
    with made as (
      insert into persons (link_id, matched_by, hot_spell, hot_since, spell_ends_at)
      select ${linkId}::uuid, 'person', hot_spell, hot_since, spell_ends_at from leads where id = ${leadId}
      returning id)
    insert into places (lead_id, person_id, connection_id)
    select leads.id, made.id, leads.connection_id from made, leads where leads.id = ${leadId}
    returning person_id as id`.execute(tx);
  return rows[0]!.id; // the lead's row is locked by the caller
}

/**
 * Makes two leads of one, for ever. Each goes on with the hot spell that they had, so that none gets a task for it anew.
 */
export async function splitLeads(tx: Transaction<Database>, leadId: string, otherId: string): Promise<void> {
  await rememberSplit(tx, leadId, otherId);
  const { rows } = await sql<{ id: string; link_id: string }>`
    select persons.id, link_id from persons join places on places.person_id = persons.id
    where places.lead_id = ${leadId}
      and exists (select 1 from places as other where other.person_id = persons.id and other.lead_id = ${otherId})
    for update of persons`.execute(tx);
  const [person] = rows;
  if (person === undefined) return;
  await sql`
    with made as (
      insert into persons (link_id, matched_by, matched_at, hot_spell, hot_since, spell_ends_at)
      select link_id, matched_by, matched_at, hot_spell, hot_since, spell_ends_at from persons where id = ${person.id}
      returning id)
    update places set person_id = made.id from made where places.lead_id = ${otherId}`.execute(tx);
  await tx.updateTable('persons').set({ scored_lead: null, owes: true }).where('id', '=', person.id).execute();
}

async function rememberSplit(tx: Transaction<Database>, leadId: string, otherId: string): Promise<void> {
  await sql`
    insert into splits (lead_id, other_id)
    values (least(${leadId}::uuid, ${otherId}::uuid), greatest(${leadId}::uuid, ${otherId}::uuid))
    on conflict do nothing`.execute(tx);
}

/** Forgets that two leads were split: somebody says that they are one person after all. */
export async function forgetSplit(tx: Transaction<Database>, { firstId, secondId }: Pair): Promise<void> {
  await sql`
    delete from splits where lead_id = least(${firstId}::uuid, ${secondId}::uuid)
      and other_id = greatest(${firstId}::uuid, ${secondId}::uuid)`.execute(tx);
}

/** Locks persons in the order of their ids; ids of none are harmless. */
export async function lockPersons(tx: Transaction<Database>, ids: readonly string[]): Promise<void> {
  await sql`select 1 from persons where id = any(${ids}) order by id for update`.execute(tx);
}
