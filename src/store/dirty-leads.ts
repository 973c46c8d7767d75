import { sql, type Transaction } from 'kysely';
import type { Database } from './schema.ts';

// Rows are locked in the order of their ids, so that two pages stored at once cannot wait for each other.

/** Makes the leads of these companies due for scoring. */
export async function markDirtyByCompany(
  tx: Transaction<Database>,
  connectionId: string,
  companyIds: readonly string[],
): Promise<void> {
  if (companyIds.length === 0) return;
  await sql`
    update leads set is_dirty = true where id in (
      select id from leads
      where connection_id = ${connectionId} and company_id = any(${companyIds}) and not is_dirty
        and not is_deleted and merged_into is null
      order by id for update)`.execute(tx);
}

/** Makes the leads that stand behind these CRM ids due for scoring; ids nobody knows yet wait for their lead. */
export async function markDirtyByRef(
  tx: Transaction<Database>,
  connectionId: string,
  refs: readonly { readonly object: string; readonly crmId: string }[],
): Promise<void> {
  if (refs.length === 0) return;
  await sql`
    update leads set is_dirty = true where id in (
      select leads.id from leads
      where not is_dirty and not is_deleted and merged_into is null and id in (
        select lead_id from lead_aliases
        join jsonb_to_recordset(${JSON.stringify(refs)}::jsonb) as ref (object text, "crmId" text)
          on lead_aliases.object = ref.object and lead_aliases.crm_id = ref."crmId"
        where lead_aliases.connection_id = ${connectionId})
      order by leads.id for update)`.execute(tx);
}
