import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * A plan that can wait for a person, and writes that are sent in batches formed before the first is sent.
 *
 * Workers share the batches and not the rows: each call to a CRM is full, however many workers there are.
 */
export const plans: Migration = {
  up: async (db) => {
    await sql`
      alter table runs
        drop constraint runs_phase_check,
        add constraint runs_phase_check check (phase in
          ('pulling', 'scoring', 'planned', 'checking', 'writing', 'verifying', 'tasking', 'done', 'stopped')),
        add column plan_only boolean not null default false,
        add column asks jsonb,
        add column approved_by text check (approved_by in ('automatic', 'person')),
        add column approved_at timestamptz,
        add column daily_calls_left integer`.execute(db);
    await sql`
      create table write_batches (
        run_id uuid not null references runs (id) on delete cascade,
        number integer not null,
        is_checked boolean not null default false,
        is_sent boolean not null default false,
        primary key (run_id, number)
      )`.execute(db);
    await sql`
      alter table writes
        drop constraint writes_state_check,
        add constraint writes_state_check check (state in
          ('planned', 'withdrawn', 'written', 'unchanged', 'rejected', 'deferred')),
        add column lane smallint not null default 2,
        add column batch integer`.execute(db);
    await sql`drop index writes_planned`.execute(db);
    await sql`create index writes_planned on writes (run_id, batch) where state = 'planned'`.execute(db);
  },
};
