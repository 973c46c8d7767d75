import { createHash } from 'node:crypto';
import { sql, type Transaction } from 'kysely';
import type { CrmEngagement } from '../domain/crm.ts';
import type { Engagement } from '../domain/lead.ts';
import { markDirtyByRef } from './dirty-leads.ts';
import type { Database } from './schema.ts';
import { type PageOf, type Tally, withoutZeros } from './tally.ts';

/** The id under which an e-mail address stands among a lead's aliases: the address itself is never kept as a key. */
export function emailAlias(email: string): string {
  return createHash('sha256').update(email.trim().toLowerCase()).digest('hex');
}

/** Stores engagements under every lead that took part; leads with a new, changed or deleted one are due for scoring. */
export async function storeEngagements(
  tx: Transaction<Database>,
  { connectionId }: PageOf,
  records: readonly CrmEngagement[],
): Promise<Tally> {
  const latest = [...new Map(records.map((engagement) => [engagement.id, engagement])).values()];
  const rows = latest.filter(({ isDeleted }) => !isDeleted).flatMap(rowsOf);
  const written = await upsert(tx, connectionId, rows);
  const removed = await removeOthers(tx, connectionId, latest, rows);
  await markDirtyByRef(tx, connectionId, [...written, ...removed]);

  const touched = new Set([...written, ...removed].map(({ id }) => id));
  const excluded = { unchanged: 0, deleted: 0, 'no lead': 0, duplicate: records.length - latest.length };
  for (const engagement of latest) {
    if (engagement.isDeleted) excluded.deleted += 1;
    else if (engagement.leads.length === 0 && engagement.email === undefined) excluded['no lead'] += 1;
    else if (!touched.has(engagement.id)) excluded.unchanged += 1;
  }
  const left = excluded.unchanged + excluded.deleted + excluded['no lead'] + excluded.duplicate;
  return { stored: records.length - left, excluded: withoutZeros(excluded) };
}

type Row = ReturnType<typeof rowsOf>[number];

function rowsOf(engagement: CrmEngagement) {
  const refs: { readonly object: string; readonly crmId: string }[] = [...engagement.leads];
  if (engagement.email !== undefined) refs.push({ object: 'email', crmId: emailAlias(engagement.email) });
  return refs.map(({ object, crmId }) => ({
    object,
    crm_id: crmId,
    id: engagement.id,
    type: engagement.type,
    occurred_at: engagement.occurredAt,
    channel: engagement.channel ?? null,
    campaign: engagement.campaign ?? null,
    properties: engagement.properties,
  }));
}

interface Touched {
  readonly object: string;
  readonly crmId: string;
  readonly id: string;
}

async function upsert(
  tx: Transaction<Database>,
  connectionId: string,
  rows: readonly Row[],
): Promise<readonly Touched[]> {
  if (rows.length === 0) return [];
  const { rows: written } = await sql<Touched>`
    insert into engagements (connection_id, object, crm_id, id, type, occurred_at, channel, campaign, properties)
    select distinct on (object, crm_id, id)
      ${connectionId}::uuid, object, crm_id, id, type, occurred_at, channel, campaign, properties
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as page
      (object text, crm_id text, id text, type text, occurred_at timestamptz, channel text, campaign text, properties jsonb)
    on conflict (connection_id, object, crm_id, id) do update set
      type = excluded.type, occurred_at = excluded.occurred_at, channel = excluded.channel,
      campaign = excluded.campaign, properties = excluded.properties
    where (engagements.type, engagements.occurred_at, engagements.channel, engagements.campaign, engagements.properties)
      is distinct from (excluded.type, excluded.occurred_at, excluded.channel, excluded.campaign, excluded.properties)
    returning object, crm_id as "crmId", id`.execute(tx);
  return written;
}

/** Deletes what an engagement no longer says: it was deleted, or a lead was taken off it. */
async function removeOthers(
  tx: Transaction<Database>,
  connectionId: string,
  engagements: readonly CrmEngagement[],
  kept: readonly Row[],
): Promise<readonly Touched[]> {
  if (engagements.length === 0) return [];
  const { rows: removed } = await sql<Touched>`
    delete from engagements
    where connection_id = ${connectionId} and id = any(${engagements.map(({ id }) => id)})
      and (object, crm_id, id) not in (
        select object, crm_id, id
        from jsonb_to_recordset(${JSON.stringify(kept)}::jsonb) as kept (object text, crm_id text, id text))
    returning object, crm_id as "crmId", id`.execute(tx);
  return removed;
}

/** Engagements of leads, by lead. */
export async function engagementsOf(
  tx: Transaction<Database>,
  leadIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Engagement[]>> {
  const { rows } = await sql<{ lead_id: string; found: (Omit<Engagement, 'occurredAt'> & { occurredAt: string })[] }>`
    select alias.lead_id, jsonb_agg(jsonb_build_object('id', engagements.id, 'type', engagements.type,
      'occurredAt', engagements.occurred_at, 'channel', channel, 'campaign', coalesce(campaigns.name, campaign),
      'properties', properties)) as found
    from lead_aliases as alias
    join engagements on engagements.connection_id = alias.connection_id and engagements.object = alias.object
      and engagements.crm_id = alias.crm_id
    left join campaigns on campaigns.connection_id = engagements.connection_id
      and campaigns.crm_id = engagements.campaign
    where alias.lead_id = any(${leadIds})
    group by alias.lead_id`.execute(tx);
  return new Map(
    rows.map(({ lead_id, found }) => [
      lead_id,
      found.map((engagement) => ({ ...engagement, occurredAt: new Date(engagement.occurredAt) })),
    ]),
  );
}
