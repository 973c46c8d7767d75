import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Shared API budgets. */
export const budgets: Migration = {
  up: async (db) => {
    // fillfactor leaves room in each page, so that the row that moves with every call is updated in place.
    await sql`
      create table budgets (
        account text not null,
        bucket  text not null,
        next_at timestamptz not null,
        paused_until timestamptz,
        primary key (account, bucket)
      ) with (fillfactor = 50)`.execute(db);
  },
};
