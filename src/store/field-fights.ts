import { type Kysely, sql, type Transaction } from 'kysely';
import type { LeadObject, LeadRef } from '../domain/crm.ts';
import type { FieldFight } from '../domain/field-fight.ts';
import type { ScoreFieldValues } from '../domain/score-field.ts';
import type { Database } from './schema.ts';

/** After so long without a new round a fight counts from one again. */
const FORGOTTEN_AFTER = sql`interval '30 days'`;

/**
 * Counts a round for each field that held what we wrote and now holds something else. To be called before the leads
 * are stored, with what the CRM shows.
 */
export async function noteFights(
  tx: Transaction<Database>,
  shown: readonly { readonly id: string; readonly modified_at: Date; readonly crm_fields: object }[],
): Promise<void> {
  if (shown.length === 0) return;
  await sql`
    insert into field_fights (lead_id, connection_id, field)
    select leads.id, leads.connection_id, ours.key
    from jsonb_to_recordset(${JSON.stringify(shown)}::jsonb) as shown (id uuid, modified_at timestamptz, crm_fields jsonb)
    join leads on leads.id = shown.id and shown.modified_at >= leads.modified_at
    join scores on scores.lead_id = leads.id
    cross join jsonb_each(leads.crm_fields) as ours
    where ours.value <> 'null' and ours.value = scores.fields -> ours.key
      and shown.crm_fields -> ours.key is distinct from ours.value
    on conflict (lead_id, field) do update set last_at = now(),
      rounds = case when field_fights.last_at < now() - ${FORGOTTEN_AFTER} then 1 else field_fights.rounds + 1 end`.execute(
    tx,
  );
}

/**
 * The fights of a connection by field, most leads first.
 *
 * @param rounds - From so many on a field is left to the other side.
 */
export async function listFights(
  db: Kysely<Database>,
  connectionId: string,
  rounds: number,
): Promise<readonly FieldFight[]> {
  const { rows } = await sql<FieldFight>`
    select field, count(*)::int as leads, sum(rounds)::int as rounds,
      count(*) filter (where rounds >= ${rounds})::int as "leftToOthers", max(last_at) as "lastAt"
    from field_fights where connection_id = ${connectionId} group by field order by 2 desc, 1`.execute(db);
  return rows;
}

/** Records in which a field was overwritten lately, at most `limit`. */
export async function foughtLeads(
  db: Kysely<Database>,
  connectionId: string,
  field: keyof ScoreFieldValues,
  limit: number,
): Promise<readonly LeadRef[]> {
  const rows = await db
    .selectFrom('field_fights')
    .innerJoin('leads', 'leads.id', 'field_fights.lead_id')
    .select(['object', 'crm_id'])
    .where('field_fights.connection_id', '=', connectionId)
    .where('field', '=', field)
    .where('merged_into', 'is', null)
    .where('is_deleted', '=', false)
    .orderBy('last_at', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ object, crm_id }) => ({ object: object as LeadObject, crmId: crm_id }));
}

/** Forgets the fights of a connection: its fields are written again, by the leads' next scoring. */
export async function forgetFights(db: Kysely<Database>, connectionId: string): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const forgotten = await tx
      .deleteFrom('field_fights')
      .where('connection_id', '=', connectionId)
      .returning('lead_id')
      .execute();
    const leadIds = [...new Set(forgotten.map(({ lead_id }) => lead_id))];
    if (leadIds.length > 0) {
      await sql`update leads set is_dirty = true
        where id = any(${leadIds}) and not is_deleted and merged_into is null`.execute(tx);
    }
    return leadIds.length;
  });
}
