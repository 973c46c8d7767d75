import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Calls counted by the day, and runs that wait for calls to come back. */
export const dailyCalls: Migration = {
  up: async (db) => {
    // One row holds all that counts, so that a call is counted and limited by the lock of this row alone.
    await sql`
      create table daily_calls (
        account text primary key,
        calls jsonb not null,
        daily_limit integer,
        daily_left integer,
        told_at timestamptz
      ) with (fillfactor = 50)`.execute(db);
    await sql`alter table runs drop column daily_calls_left, add column resume_at timestamptz`.execute(db);
    await sql`create index runs_latest on runs (connection_id, started_at desc)`.execute(db);
  },
};
