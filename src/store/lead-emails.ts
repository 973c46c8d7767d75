import { type Kysely, sql, type Transaction } from 'kysely';
import type { CrmLead } from '../domain/crm.ts';
import { emailAlias } from './engagements.ts';
import type { Database } from './schema.ts';

/** Addresses of functions, which several people answer: one of them is no sign of one person. */
const ROLES = new Set([
  ...['abuse', 'accounts', 'admin', 'billing', 'careers', 'contact', 'enquiries', 'hello', 'help', 'hr', 'info'],
  ...['inquiries', 'invoices', 'jobs', 'kontakt', 'mail', 'marketing', 'newsletter', 'no-reply', 'noreply', 'office'],
  ...['postmaster', 'press', 'privacy', 'reception', 'recruiting', 'sales', 'security', 'service', 'support', 'team'],
  ...['vertrieb', 'webmaster'],
]);

/** An address of a lead as it is kept: its hash, and whether it tells who somebody is. */
export interface KeptEmail {
  readonly alias: string;
  readonly is_evidence: boolean;
}

/** What is kept of a record's addresses. One of a function, or whose mail comes back, is no evidence of a person. */
export function keptEmails({
  emails,
  hasEmailBounced,
}: Pick<CrmLead, 'emails' | 'hasEmailBounced'>): readonly KeptEmail[] {
  return emails.map((email, place) => {
    const [mailbox = ''] = email.split('@');
    return { alias: emailAlias(email), is_evidence: !ROLES.has(mailbox) && !(place === 0 && hasEmailBounced) };
  });
}

/** A record of a page, stored already, with all the addresses that it has now. */
export interface RecordEmails {
  readonly object: string;
  readonly crm_id: string;
  readonly modified_at: Date;
  readonly emails: readonly KeptEmail[];
}

/**
 * Keeps the present addresses of the leads of a page; a copy older than what we hold tells nothing new.
 *
 * If the connection is linked, every address that somebody gained or lost is to be matched anew: it may have become
 * unique.
 */
export async function refreshEmails(
  tx: Transaction<Database>,
  connectionId: string,
  records: readonly RecordEmails[],
): Promise<void> {
  if (records.length === 0) return;
  await sql`
    with page as (
      select leads.id as lead_id, page.emails
      from jsonb_to_recordset(${JSON.stringify(records)}::jsonb)
        as page (object text, crm_id text, modified_at timestamptz, emails jsonb)
      join leads on leads.connection_id = ${connectionId} and leads.object = page.object and leads.crm_id = page.crm_id
        and leads.merged_into is null and leads.modified_at <= page.modified_at),
    present as (
      select lead_id, email.alias, email.is_evidence
      from page cross join lateral jsonb_to_recordset(page.emails) as email (alias text, is_evidence boolean)),
    lost as (
      delete from lead_emails as held using page
      where held.lead_id = page.lead_id
        and not exists (select 1 from present where present.lead_id = held.lead_id and present.alias = held.alias)
      returning held.alias),
    gained as (
      insert into lead_emails as held (lead_id, alias, connection_id, is_evidence)
      select lead_id, alias, ${connectionId}::uuid, is_evidence from present order by lead_id, alias
      on conflict (lead_id, alias) do update set is_evidence = excluded.is_evidence
        where held.is_evidence <> excluded.is_evidence
      returning alias)
    insert into match_queue (link_id, alias)
    select distinct links.id, alias from links
    cross join (select alias from lost union all select alias from gained) as changed
    where ${connectionId} in (first_id, second_id)`.execute(tx);
}

/** Forgets the addresses of leads that are gone; whoever else bears one is to be matched anew. */
export async function dropEmails(db: Kysely<Database>, leadIds: readonly string[]): Promise<void> {
  await sql`
    with lost as (delete from lead_emails where lead_id = any(${leadIds}) returning alias, connection_id)
    insert into match_queue (link_id, alias)
    select links.id, alias from lost join links on lost.connection_id in (first_id, second_id)`.execute(db);
}

/** Puts every address of a link's connections up to be matched. */
export async function queueEmails(tx: Transaction<Database>, linkId: string): Promise<void> {
  await sql`
    insert into match_queue (link_id, alias)
    select distinct links.id, alias from links join lead_emails on connection_id in (first_id, second_id)
    where links.id = ${linkId}`.execute(tx);
  // The planner takes a table that was filled a moment ago for empty.
  await sql`analyze lead_emails, match_queue`.execute(tx);
}
