import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * What a sync reads, scores and writes.
 *
 * Records of the CRM are kept under the CRM's own ids (`object`, `crm_id`); `lead_aliases` says which of our leads an
 * id stands for, so a merge or a conversion moves one alias and nothing else.
 */
export const sync: Migration = { up: createTables };

async function createTables(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table runs (
      id uuid primary key default gen_random_uuid(),
      connection_id uuid not null references connections (id) on delete cascade,
      kind text not null check (kind in ('sync', 'review')),
      phase text not null default 'pulling'
        check (phase in ('pulling', 'scoring', 'writing', 'verifying', 'tasking', 'done', 'stopped')),
      as_of timestamptz not null,
      started_at timestamptz not null default now(),
      finished_at timestamptz,
      stopped_code text,
      stopped_reason text,
      api_calls integer not null default 0,
      certificate jsonb
    )`.execute(db);
  await sql`create unique index runs_one_open on runs (connection_id)
    where phase not in ('done', 'stopped')`.execute(db);

  await sql`
    create table run_streams (
      run_id uuid not null references runs (id) on delete cascade,
      stream text not null,
      kind text not null,
      is_done boolean not null default false,
      pulled integer not null default 0,
      stored integer not null default 0,
      excluded jsonb not null default '{}',
      primary key (run_id, stream)
    )`.execute(db);

  await sql`
    create table checkpoints (
      connection_id uuid not null references connections (id) on delete cascade,
      stream text not null,
      cursor text not null,
      stored_at timestamptz not null default now(),
      primary key (connection_id, stream)
    )`.execute(db);

  await sql`
    create table leads (
      id uuid primary key default gen_random_uuid(),
      connection_id uuid not null references connections (id) on delete cascade,
      object text not null,
      crm_id text not null,
      created_at timestamptz not null,
      modified_at timestamptz not null,
      attributes jsonb not null,
      company_id text,
      owner_id text,
      lifecycle_stage text,
      lifecycle_set text,
      crm_fields jsonb not null,
      input_hash text not null,
      is_deleted boolean not null default false,
      merged_into uuid references leads (id) on delete set null,
      is_dirty boolean not null default true,
      next_review_at timestamptz,
      pulled_run uuid,
      pulled_stream text,
      scored_run uuid,
      outcome text,
      hot_spell integer not null default 0,
      hot_since timestamptz,
      cooling_since timestamptz,
      stored_at timestamptz not null default clock_timestamp(),
      seen_at timestamptz
    )`.execute(db);
  await sql`create unique index leads_record on leads (connection_id, object, crm_id) where merged_into is null`.execute(
    db,
  );
  await sql`create index leads_dirty on leads (connection_id, id) where is_dirty`.execute(db);
  await sql`create index leads_review on leads (connection_id, next_review_at)
    where next_review_at is not null`.execute(db);
  await sql`create index leads_company on leads (connection_id, company_id) where company_id is not null`.execute(db);

  await sql`
    create table lead_aliases (
      connection_id uuid not null references connections (id) on delete cascade,
      object text not null,
      crm_id text not null,
      lead_id uuid not null references leads (id) on delete cascade,
      primary key (connection_id, object, crm_id)
    )`.execute(db);
  await sql`create index lead_aliases_lead on lead_aliases (lead_id)`.execute(db);

  await sql`
    create table companies (
      connection_id uuid not null references connections (id) on delete cascade,
      crm_id text not null,
      modified_at timestamptz not null,
      attributes jsonb not null,
      is_deleted boolean not null default false,
      primary key (connection_id, crm_id)
    )`.execute(db);

  await sql`
    create table engagements (
      connection_id uuid not null references connections (id) on delete cascade,
      object text not null,
      crm_id text not null,
      id text not null,
      type text not null,
      occurred_at timestamptz not null,
      channel text,
      campaign text,
      properties jsonb not null,
      primary key (connection_id, object, crm_id, id)
    )`.execute(db);

  await sql`
    create index engagements_id on engagements (connection_id, id)`.execute(db);

  await sql`
    create table deals (
      connection_id uuid not null references connections (id) on delete cascade,
      crm_id text not null,
      modified_at timestamptz not null,
      leads jsonb not null,
      company_id text,
      outcome text not null,
      stage text not null,
      amount double precision,
      created_at timestamptz not null,
      closed_at timestamptz,
      is_deleted boolean not null default false,
      primary key (connection_id, crm_id)
    )`.execute(db);

  await sql`
    create table owners (
      connection_id uuid not null references connections (id) on delete cascade,
      crm_id text not null,
      name text not null,
      is_active boolean not null,
      is_queue boolean not null,
      turns double precision not null default 0,
      primary key (connection_id, crm_id)
    )`.execute(db);

  await sql`
    create table campaigns (
      connection_id uuid not null references connections (id) on delete cascade,
      crm_id text not null,
      name text not null,
      type text,
      starts_on text,
      ends_on text,
      primary key (connection_id, crm_id)
    )`.execute(db);

  await sql`
    create table scores (
      lead_id uuid primary key references leads (id) on delete cascade,
      run_id uuid not null,
      as_of timestamptz not null,
      model text not null,
      score integer not null,
      band text not null,
      grade text,
      dimensions jsonb not null,
      ledger jsonb not null,
      fields jsonb not null
    )`.execute(db);

  await sql`
    create table writes (
      run_id uuid not null references runs (id) on delete cascade,
      lead_id uuid not null references leads (id) on delete cascade,
      object text not null,
      crm_id text not null,
      before jsonb not null,
      after jsonb not null,
      stage_before text,
      stage_after text,
      stage_found text,
      state text not null default 'planned'
        check (state in ('planned', 'written', 'unchanged', 'rejected', 'deferred')),
      cause text,
      primary key (run_id, lead_id)
    )`.execute(db);
  await sql`create index writes_planned on writes (run_id, object, crm_id) where state = 'planned'`.execute(db);
  await sql`create index writes_unverified on writes (run_id, object, crm_id)
    where state = 'written' and stage_after is not null and stage_found is null`.execute(db);

  await sql`
    create table tasks (
      id uuid primary key default gen_random_uuid(),
      connection_id uuid not null references connections (id) on delete cascade,
      run_id uuid not null,
      lead_id uuid not null references leads (id) on delete cascade,
      object text not null,
      crm_id text not null,
      hot_spell integer not null,
      marker text not null,
      owner_id text,
      due_at timestamptz not null,
      priority text not null,
      subject text not null,
      body text not null,
      state text not null default 'planned' check (state in ('planned', 'sending', 'created', 'rejected')),
      sending_at timestamptz,
      crm_task_id text,
      cause text,
      unique (connection_id, marker),
      unique (lead_id, hot_spell)
    )`.execute(db);
  await sql`create index tasks_open on tasks (connection_id, marker) where state in ('planned', 'sending')`.execute(db);

  await sql`
    create table quarantine (
      id uuid primary key default gen_random_uuid(),
      connection_id uuid not null references connections (id) on delete cascade,
      stage text not null check (stage in ('pull', 'score', 'write', 'task')),
      stream text not null,
      crm_id text not null,
      cause text not null,
      message text not null,
      attempts integer not null default 1,
      first_at timestamptz not null default now(),
      last_at timestamptz not null default now(),
      unique (connection_id, stage, stream, crm_id)
    )`.execute(db);

  await sql`
    create table models (
      name text not null,
      version integer not null,
      yaml text not null,
      published_at timestamptz not null default now(),
      primary key (name, version)
    )`.execute(db);
}
