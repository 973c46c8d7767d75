import { sql, type Transaction } from 'kysely';
import type { CrmCompany } from '../domain/crm.ts';
import { markDirtyByCompany } from './dirty-leads.ts';
import type { Database } from './schema.ts';
import { type PageOf, type Tally, withoutZeros } from './tally.ts';

/** Stores companies; leads of one whose attributes changed are due for scoring. */
export async function storeCompanies(
  tx: Transaction<Database>,
  { connectionId, mappingVersion }: PageOf,
  records: readonly CrmCompany[],
): Promise<Tally> {
  const latest = [...new Map(records.map((company) => [company.crmId, company])).values()];
  const { rows: changed } = await sql<{ crm_id: string }>`
    insert into companies (connection_id, crm_id, modified_at, attributes, is_deleted, mapping_version)
    select ${connectionId}, crm_id, modified_at, attributes, is_deleted, ${mappingVersion}
    from jsonb_to_recordset(${JSON.stringify(
      latest.map((company) => ({
        crm_id: company.crmId,
        modified_at: company.modifiedAt,
        attributes: company.attributes,
        is_deleted: company.isDeleted,
      })),
    )}::jsonb) as page (crm_id text, modified_at timestamptz, attributes jsonb, is_deleted boolean)
    order by crm_id -- as mapping-backlog.ts locks them, so that neither waits for the other
    on conflict (connection_id, crm_id) do update set
      modified_at = excluded.modified_at, attributes = excluded.attributes, is_deleted = excluded.is_deleted,
      mapping_version = excluded.mapping_version
    where (companies.attributes, companies.is_deleted) is distinct from (excluded.attributes, excluded.is_deleted)
      and companies.modified_at <= excluded.modified_at
    returning crm_id`.execute(tx);
  await markDirtyByCompany(
    tx,
    connectionId,
    changed.map(({ crm_id }) => crm_id),
  );
  return { stored: changed.length, excluded: withoutZeros({ unchanged: records.length - changed.length }) };
}
