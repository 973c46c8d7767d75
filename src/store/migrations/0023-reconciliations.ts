import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What each comparison with a CRM found and repaired. */
export const reconciliations: Migration = {
  up: async (db) => {
    await sql`
      create table reconciliations (
        id uuid primary key default gen_random_uuid(),
        connection_id uuid not null references connections (id) on delete cascade,
        started_at timestamptz not null,
        finished_at timestamptz not null default now(),
        streams jsonb not null
      )`.execute(db);
    await sql`create index reconciliations_latest on reconciliations (connection_id, finished_at)`.execute(db);
  },
};
