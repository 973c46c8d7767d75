import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Runs that take another run back. */
export const undo: Migration = {
  up: async (db) => {
    await sql`
      alter table runs
        drop constraint runs_kind_check,
        add constraint runs_kind_check check (kind in ('sync', 'review', 'undo')),
        drop constraint runs_phase_check,
        add constraint runs_phase_check check (phase in ('pulling', 'scoring', 'planned', 'checking', 'undoing',
          'writing', 'verifying', 'tasking', 'untasking', 'done', 'stopped')),
        add column undo_of uuid references runs (id) on delete cascade`.execute(db);
    await sql`alter table writes add column skipped jsonb not null default '[]'`.execute(db);
    await sql`
      alter table tasks
        drop constraint tasks_state_check,
        add constraint tasks_state_check check (state in ('planned', 'sending', 'created', 'rejected', 'removed')),
        add column undone_by uuid,
        add column undo_cause text`.execute(db);
    await sql`create index tasks_undone on tasks (undone_by) where undone_by is not null`.execute(db);
  },
};
