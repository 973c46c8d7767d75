import { sql, type Transaction } from 'kysely';
import type { Database } from './schema.ts';

/**
 * Takes back what scoring made of leads besides their writes: the task that nobody has sent, the hot spell that it
 * began, and the band that was never written. Scored again, the same spell gets the same number and the same marker.
 *
 * @param leadIds - `null`: every lead of the run with a planned write or task.
 */
export async function withdrawScores(
  tx: Transaction<Database>,
  runId: string,
  leadIds: readonly string[] | null,
): Promise<void> {
  await sql`
    with taken as (
      delete from tasks
      where run_id = ${runId} and state = 'planned' and (${leadIds}::uuid[] is null or lead_id = any(${leadIds}))
      returning lead_id, hot_spell),
    spells as (
      update persons set hot_spell = taken.hot_spell - 1, hot_since = null, spell_ends_at = null
      from taken join places on places.lead_id = taken.lead_id
      where persons.id = places.person_id and persons.hot_spell = taken.hot_spell)
    update leads set hot_spell = taken.hot_spell - 1, hot_since = null, spell_ends_at = null, is_dirty = true
    from taken where leads.id = taken.lead_id and leads.hot_spell = taken.hot_spell`.execute(tx);
  await sql`
    update scores set band = coalesce(writes.before ->> 'band', '')
    from writes
    where writes.run_id = ${runId} and writes.state in ('planned', 'withdrawn') and writes.before ? 'band'
      and (${leadIds}::uuid[] is null or writes.lead_id = any(${leadIds})) and scores.lead_id = writes.lead_id`.execute(
    tx,
  );
}
