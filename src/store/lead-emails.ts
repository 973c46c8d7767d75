import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from './schema.ts';

/** Addresses of functions, which several people answer: one of them is no sign of one person. */
const ROLES = [
  ...['abuse', 'accounts', 'admin', 'billing', 'careers', 'contact', 'enquiries', 'hello', 'help', 'hr', 'info'],
  ...['inquiries', 'invoices', 'jobs', 'kontakt', 'mail', 'marketing', 'newsletter', 'no-reply', 'noreply', 'office'],
  ...['postmaster', 'press', 'privacy', 'reception', 'recruiting', 'sales', 'security', 'service', 'support', 'team'],
  ...['vertrieb', 'webmaster'],
];

/** The present address of each lead, hashed as an alias is; role and alias come from the same spelling. */
const PRESENT = sql`
  select leads.id as lead_id, encode(sha256(convert_to(spelt.email, 'UTF8')), 'hex') as alias, leads.connection_id,
    split_part(spelt.email, '@', 1) = any(${ROLES}) as is_role
  from leads cross join lateral (select lower(trim(leads.attributes ->> 'email')) as email) as spelt
  where leads.merged_into is null and not leads.is_deleted and spelt.email like '%_@_%'`;

/**
 * Keeps the addresses of leads that a page has touched, if their connection is linked. Every address that somebody
 * gained or lost is to be matched anew: it may have become unique.
 *
 * @param refs - The records of the page, and those that they absorbed.
 */
export async function refreshEmails(
  tx: Transaction<Database>,
  connectionId: string,
  refs: readonly { readonly object: string; readonly crmId: string }[],
): Promise<void> {
  const linkId = await linkIdOf(tx, connectionId);
  if (linkId === undefined || refs.length === 0) return;
  await sql`
    with touched as (
      select distinct alias.lead_id from lead_aliases as alias
      join jsonb_to_recordset(${JSON.stringify(refs)}::jsonb) as ref (object text, "crmId" text)
        on alias.object = ref.object and alias.crm_id = ref."crmId"
      where alias.connection_id = ${connectionId}),
    present as (select * from (${PRESENT}) as present where lead_id in (select lead_id from touched)),
    lost as (
      delete from lead_emails as held
      where held.lead_id in (select lead_id from touched)
        and not exists (select 1 from present where present.lead_id = held.lead_id and present.alias = held.alias)
      returning alias),
    gained as (
      insert into lead_emails (lead_id, alias, connection_id, is_role)
      select lead_id, alias, connection_id, is_role from present
      on conflict do nothing returning alias)
    insert into match_queue (link_id, alias)
    select distinct ${linkId}::uuid, alias from (select alias from lost union all select alias from gained) as changed`.execute(
    tx,
  );
}

/** Forgets the addresses of leads that are gone; whoever else bears one is to be matched anew. */
export async function dropEmails(db: Kysely<Database>, leadIds: readonly string[]): Promise<void> {
  await sql`
    with lost as (delete from lead_emails where lead_id = any(${leadIds}) returning alias, connection_id)
    insert into match_queue (link_id, alias)
    select links.id, alias from lost join links on lost.connection_id in (first_id, second_id)`.execute(db);
}

/** Keeps the addresses of every lead of a link's connections, all of them to be matched. */
export async function fillEmails(tx: Transaction<Database>, linkId: string): Promise<void> {
  await sql`
    with filled as (
      insert into lead_emails (lead_id, alias, connection_id, is_role)
      select present.* from (${PRESENT}) as present
      join links on links.id = ${linkId} and present.connection_id in (links.first_id, links.second_id)
      on conflict do nothing returning alias)
    insert into match_queue (link_id, alias) select distinct ${linkId}::uuid, alias from filled`.execute(tx);
  // The planner takes tables that were filled a moment ago for empty.
  await sql`analyze lead_emails, match_queue`.execute(tx);
}

/** The link that a connection is in. */
export async function linkIdOf(db: Kysely<Database>, connectionId: string): Promise<string | undefined> {
  const link = await db
    .selectFrom('links')
    .select('id')
    .where((eb) => eb.or([eb('first_id', '=', connectionId), eb('second_id', '=', connectionId)]))
    .executeTakeFirst();
  return link?.id;
}
