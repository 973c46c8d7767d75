import { sql, type Transaction } from 'kysely';
import type { CrmDeal } from '../domain/crm.ts';
import type { Database } from './schema.ts';
import { type PageOf, type Tally, withoutZeros } from './tally.ts';

/** Stores deals with their outcome. Rules do not read deals, so no lead becomes due. */
export async function storeDeals(
  tx: Transaction<Database>,
  { connectionId }: PageOf,
  records: readonly CrmDeal[],
): Promise<Tally> {
  const latest = [...new Map(records.map((deal) => [deal.crmId, deal])).values()];
  const { rows: changed } = await sql<{ crm_id: string }>`
    insert into deals (connection_id, crm_id, modified_at, leads, company_id, outcome, stage, amount, created_at,
      closed_at, is_deleted)
    select ${connectionId}, page.*
    from jsonb_to_recordset(${JSON.stringify(
      latest.map((deal) => ({
        crm_id: deal.crmId,
        modified_at: deal.modifiedAt,
        leads: deal.leads,
        company_id: deal.companyId,
        outcome: deal.outcome,
        stage: deal.stage,
        amount: deal.amount,
        created_at: deal.createdAt,
        closed_at: deal.closedAt,
        is_deleted: deal.isDeleted,
      })),
    )}::jsonb) as page (crm_id text, modified_at timestamptz, leads jsonb, company_id text, outcome text, stage text,
      amount double precision, created_at timestamptz, closed_at timestamptz, is_deleted boolean)
    on conflict (connection_id, crm_id) do update set
      modified_at = excluded.modified_at, leads = excluded.leads, company_id = excluded.company_id,
      outcome = excluded.outcome, stage = excluded.stage, amount = excluded.amount, closed_at = excluded.closed_at,
      is_deleted = excluded.is_deleted
    where (deals.leads, deals.company_id, deals.outcome, deals.stage, deals.amount, deals.closed_at, deals.is_deleted)
      is distinct from (excluded.leads, excluded.company_id, excluded.outcome, excluded.stage, excluded.amount,
        excluded.closed_at, excluded.is_deleted)
    returning crm_id`.execute(tx);
  return { stored: changed.length, excluded: withoutZeros({ unchanged: records.length - changed.length }) };
}
