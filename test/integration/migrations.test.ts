import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { MIGRATIONS } from '../../src/store/migrations/index.ts';
import { emptyDatabase, freshDatabase } from '../support/database.ts';

describe('migrate', () => {
  it('applies every migration in order to an empty database', async () => {
    await using database = await emptyDatabase();

    expect(await migrate(database.db)).toEqual(Object.keys(MIGRATIONS).sort());
  });

  it('has nothing to do the second time', async () => {
    await using database = await freshDatabase();

    expect(await migrate(database.db)).toEqual([]);
  });

  it('applies each migration once when several processes migrate at the same time', async () => {
    await using database = await emptyDatabase();
    const pools = [1, 2, 3, 4].map(() => openDatabase(database.url, { maxConnections: 2 }));

    const applied = await Promise.all(pools.map((db) => migrate(db)));

    expect(applied.flat().sort()).toEqual(Object.keys(MIGRATIONS).sort());
    await Promise.all(pools.map((db) => db.destroy()));
  });

  it('refuses a database that a newer version has migrated', async () => {
    await using database = await emptyDatabase();
    await migrate(database.db, { ...MIGRATIONS, '9999-of-tomorrow': aMigration('select 1') });

    const error = await migrate(database.db).catch((thrown) => thrown);

    expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('9999-of-tomorrow') });
  });

  it('leaves nothing of the others when one fails', async () => {
    await using database = await emptyDatabase();
    const broken = { '0001-good': aMigration('create table good (id int)'), '0002-bad': aMigration('select nonsense') };

    await expect(migrate(database.db, broken)).rejects.toThrow(/nonsense/);
    const { rows } = await sql<{ name: string | null }>`select to_regclass('good')::text as name`.execute(database.db);

    expect(rows).toEqual([{ name: null }]);
  });

  it('names its migrations by number, in the order of the list', () => {
    const names = Object.keys(MIGRATIONS);

    expect(names).toEqual([...names].sort());
    expect(names.every((name) => /^\d{4}-[a-z0-9-]+$/.test(name))).toBe(true);
  });
});

function aMigration(statement: string): Migration {
  return { up: async (db) => void (await sql.raw(statement).execute(db)) };
}
