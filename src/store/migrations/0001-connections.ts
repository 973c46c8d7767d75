import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Connections to CRM accounts. */
export const connections: Migration = {
  up: async (db) => {
    await sql`
      create table connections (
        id            uuid primary key default gen_random_uuid(),
        name          text not null unique,
        crm           text not null check (crm in ('hubspot', 'salesforce')),
        base_url      text,
        credentials   bytea not null,
        mapping_text  text not null,
        mapping       jsonb not null,
        account_id    text not null,
        time_zone     text not null,
        record_url    text not null,
        state         text not null default 'active' check (state in ('active', 'halted')),
        halted_code   text,
        halted_reason text,
        settings      jsonb not null default '{}',
        created_at    timestamptz not null default now(),
        constraint connections_account_key unique (crm, account_id),
        check ((state = 'halted') = (halted_code is not null))
      )`.execute(db);
  },
};
