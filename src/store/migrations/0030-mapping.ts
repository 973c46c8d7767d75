import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Mappings that change: those that were replaced are kept, and each record says by which one it was read.
 *
 * What a record lacks of the present mapping follows from the two, so that only that is read anew.
 */
export const mapping: Migration = { up: addVersions };

async function addVersions(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table connections
      add column mapping_version integer not null default 1,
      add column field_limits jsonb not null default '{}'`.execute(db);
  await sql`
    create table mappings (
      connection_id uuid not null references connections (id) on delete cascade,
      version integer not null,
      mapping jsonb not null,
      mapping_text text not null,
      replaced_at timestamptz not null default now(),
      primary key (connection_id, version)
    )`.execute(db);
  await sql`alter table leads add column mapping_version integer not null default 1`.execute(db);
  await sql`alter table companies add column mapping_version integer not null default 1`.execute(db);
  await sql`create index leads_mapping on leads (connection_id, object, mapping_version)`.execute(db);
  await sql`create index companies_mapping on companies (connection_id, mapping_version)`.execute(db);
  await sql`alter table run_streams add column unconverted jsonb not null default '{}'`.execute(db);
  await sql`alter table runs add column unwritable jsonb not null default '{}'`.execute(db);
  await giveDirections(db);
}

interface StoredMapping {
  readonly leads: Readonly<Record<string, { readonly attributes: Lines }>>;
  readonly company: { readonly attributes: Lines };
}
type Lines = Readonly<Record<string, object>>;

/** Lines of earlier versions were all read. */
async function giveDirections(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ id: string; mapping: StoredMapping }>`select id, mapping from connections`.execute(db);
  const withDirections = <T extends { readonly attributes: Lines }>(part: T) => ({
    ...part,
    attributes: Object.fromEntries(
      Object.entries(part.attributes).map(([name, line]) => [name, { direction: 'read', ...line }]),
    ),
  });
  for (const { id, mapping: old } of rows) {
    const leads = Object.fromEntries(Object.entries(old.leads).map(([object, part]) => [object, withDirections(part)]));
    const json = JSON.stringify({ ...old, leads, company: withDirections(old.company) });
    await sql`update connections set mapping = ${json}::jsonb where id = ${id}`.execute(db);
  }
}
