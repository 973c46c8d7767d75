import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { migrate } from '../../src/store/migrate.ts';
import { MIGRATIONS } from '../../src/store/migrations/index.ts';
import { emptyDatabase } from '../support/database.ts';

const OLD_MAPPING = {
  crm: 'hubspot',
  leads: { contact: { attributes: { jobTitle: { field: 'jobtitle', type: 'any' } }, lifecycle: { field: 'stage' } } },
  company: { attributes: { 'company.name': { field: 'name', type: 'text' } } },
};

it('a mapping of an earlier version reads every one of its lines', async () => {
  await using database = await emptyDatabase();
  const before = Object.entries(MIGRATIONS).filter(([name]) => name < '0030');
  await migrate(database.db, Object.fromEntries(before));
  await sql`
    insert into connections (name, crm, credentials, mapping_text, mapping, account_id, time_zone, record_url)
    values ('acme', 'hubspot', '', '', ${JSON.stringify(OLD_MAPPING)}::jsonb, '1', 'UTC', '')`.execute(database.db);

  await migrate(database.db);

  const { rows } = await sql<{ mapping: unknown }>`select mapping from connections`.execute(database.db);
  const { lifecycle } = OLD_MAPPING.leads.contact;
  expect(rows).toEqual([
    {
      mapping: {
        crm: 'hubspot',
        leads: {
          contact: { attributes: { jobTitle: { field: 'jobtitle', type: 'any', direction: 'read' } }, lifecycle },
        },
        company: { attributes: { 'company.name': { field: 'name', type: 'text', direction: 'read' } } },
      },
    },
  ]);
});
