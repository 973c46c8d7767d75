import { sql, type Transaction } from 'kysely';
import type { CrmCampaign } from '../domain/crm.ts';
import type { Database } from './schema.ts';
import { type PageOf, type Tally, withoutZeros } from './tally.ts';

/** Stores the campaigns that engagements name. */
export async function storeCampaigns(
  tx: Transaction<Database>,
  { connectionId }: PageOf,
  records: readonly CrmCampaign[],
): Promise<Tally> {
  const latest = [...new Map(records.map((campaign) => [campaign.crmId, campaign])).values()];
  const { rows: changed } = await sql<{ crm_id: string }>`
    insert into campaigns (connection_id, crm_id, name, type, starts_on, ends_on)
    select ${connectionId}, page.*
    from jsonb_to_recordset(${JSON.stringify(
      latest.map(({ crmId, name, type, startsOn, endsOn }) => ({
        crm_id: crmId,
        name,
        type,
        starts_on: startsOn,
        ends_on: endsOn,
      })),
    )}::jsonb) as page (crm_id text, name text, type text, starts_on text, ends_on text)
    on conflict (connection_id, crm_id) do update set
      name = excluded.name, type = excluded.type, starts_on = excluded.starts_on, ends_on = excluded.ends_on
    where (campaigns.name, campaigns.type, campaigns.starts_on, campaigns.ends_on)
      is distinct from (excluded.name, excluded.type, excluded.starts_on, excluded.ends_on)
    returning crm_id`.execute(tx);
  return { stored: changed.length, excluded: withoutZeros({ unchanged: records.length - changed.length }) };
}
