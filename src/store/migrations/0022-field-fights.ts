import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Fields of ours that somebody else keeps overwriting, by lead. */
export const fieldFights: Migration = {
  up: async (db) => {
    await sql`
      create table field_fights (
        lead_id uuid not null references leads (id) on delete cascade,
        connection_id uuid not null references connections (id) on delete cascade,
        field text not null,
        rounds integer not null default 1,
        first_at timestamptz not null default now(),
        last_at timestamptz not null default now(),
        primary key (lead_id, field)
      )`.execute(db);
    await sql`create index field_fights_connection on field_fights (connection_id, field)`.execute(db);
  },
};
