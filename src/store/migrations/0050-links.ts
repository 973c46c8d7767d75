import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Linked connections: one person's records in two CRMs are one lead.
 *
 * A row of `leads` stays what it was, a person's place in one CRM; `places` says which of them are the same person.
 * Nothing of this holds a row for a connection that is not linked.
 */
export const links: Migration = {
  up: async (db) => {
    await createLinks(db);
    await createPersons(db);
    await createMatching(db);
  },
};

async function createLinks(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table links (
      id uuid primary key default gen_random_uuid(),
      first_id uuid not null unique references connections (id) on delete cascade,
      second_id uuid not null unique references connections (id) on delete cascade,
      tasks_in uuid not null references connections (id) on delete cascade,
      linked_at timestamptz not null default now(),
      check (first_id <> second_id and tasks_in in (first_id, second_id))
    )`.execute(db);
}

async function createPersons(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table persons (
      id uuid primary key default gen_random_uuid(),
      link_id uuid not null references links (id) on delete cascade,
      matched_by text not null check (matched_by in ('email', 'person')),
      matched_at timestamptz not null default now(),
      hot_spell integer not null default 0,
      hot_since timestamptz,
      cooling_since timestamptz,
      scored_lead uuid,
      next_review_at timestamptz,
      owes boolean not null default true
    )`.execute(db);
  await sql`create index persons_link on persons (link_id)`.execute(db);
  await sql`create index persons_owing on persons (id) where owes`.execute(db);
  await sql`
    create table places (
      lead_id uuid primary key references leads (id) on delete cascade,
      person_id uuid not null references persons (id) on delete cascade,
      connection_id uuid not null,
      unique (person_id, connection_id)
    )`.execute(db);
}

async function createMatching(db: Kysely<unknown>): Promise<void> {
  // Of leads and not of a link: what a person has split stays split when connections are linked anew.
  await sql`
    create table splits (
      lead_id uuid not null references leads (id) on delete cascade,
      other_id uuid not null references leads (id) on delete cascade,
      primary key (lead_id, other_id),
      check (lead_id < other_id)
    )`.execute(db);
  await sql`create index splits_other on splits (other_id)`.execute(db);
  await sql`
    create table lead_emails (
      lead_id uuid not null references leads (id) on delete cascade,
      alias text not null,
      connection_id uuid not null,
      is_evidence boolean not null,
      primary key (lead_id, alias)
    )`.execute(db);
  await sql`create index lead_emails_alias on lead_emails (alias)`.execute(db);
  await sql`create index lead_emails_connection on lead_emails (connection_id)`.execute(db);
  // Only ever added to and emptied, without a key, so that two pages stored at once never wait for each other.
  await sql`
    create table match_queue (
      link_id uuid not null references links (id) on delete cascade,
      alias text not null
    )`.execute(db);
  await sql`create index match_queue_link on match_queue (link_id)`.execute(db);
}
