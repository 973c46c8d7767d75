import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { migrate } from '../../src/store/migrate.ts';
import { MIGRATIONS } from '../../src/store/migrations/index.ts';
import { emptyDatabase } from '../support/database.ts';

it('a lead that cooled in an earlier version ends its hot spell by the cool-down of its mapping', async () => {
  await using database = await emptyDatabase();
  const before = Object.entries(MIGRATIONS).filter(([name]) => name < '0051');
  await migrate(database.db, Object.fromEntries(before));
  await sql`
    with connection as (
      insert into connections (name, crm, credentials, mapping_text, mapping, account_id, time_zone, record_url)
      values ('acme', 'hubspot', '', '', '{"tasks": {"coolDownDays": 3}}', '1', 'UTC', '') returning id)
    insert into leads (connection_id, object, crm_id, created_at, modified_at, attributes, crm_fields, input_hash,
      hot_spell, hot_since, cooling_since)
    select id, 'contact', crm_id, now(), now(), '{}', '{}', '', 1, '2026-11-01Z', cooling_since::timestamptz
    from connection, (values ('cooling', '2026-11-10Z'), ('hot', null)) as spell (crm_id, cooling_since)`.execute(
    database.db,
  );

  await migrate(database.db);

  const { rows } = await sql`select crm_id, spell_ends_at from leads order by crm_id`.execute(database.db);
  expect(rows).toEqual([
    { crm_id: 'cooling', spell_ends_at: new Date('2026-11-13T00:00:00Z') },
    { crm_id: 'hot', spell_ends_at: null },
  ]);
});
