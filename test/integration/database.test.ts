import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { freshDatabase } from '../support/database.ts';

describe('openDatabase', () => {
  it('reads counts as numbers, instants as dates and days as text', async () => {
    await using database = await freshDatabase();

    const { rows } = await sql`
      select count(*) as many, '2026-03-01T10:00:00.123Z'::timestamptz as at, '2026-03-01'::date as on_day
    `.execute(database.db);

    expect(rows).toEqual([{ many: 1, at: new Date('2026-03-01T10:00:00.123Z'), on_day: '2026-03-01' }]);
  });

  it('refuses an integer that a number cannot hold', async () => {
    await using database = await freshDatabase();

    await expect(sql`select 9007199254740993::int8`.execute(database.db)).rejects.toThrow(/too large/);
  });

  it('says in one line, without the password, that nobody answers', async () => {
    const db = openDatabase('postgres://scorewire:hush@127.0.0.1:1/leads');

    const error = await sql`select 1`.execute(db).catch((thrown) => thrown);

    expect(error).toMatchObject({
      code: 'DATABASE_UNREACHABLE',
      message: 'Postgres at 127.0.0.1:1/leads cannot be used (ECONNREFUSED)',
    });
  });

  it('names the reason when the server refuses the password', async () => {
    await using database = await freshDatabase();
    const url = new URL(database.url);
    url.password = 'wrong';
    const db = openDatabase(url.href);

    await expect(sql`select 1`.execute(db)).rejects.toMatchObject({
      code: 'DATABASE_UNREACHABLE',
      message: expect.stringContaining('28P01'),
    });
  });

  it('goes on with a new connection after the server has ended an idle one', async () => {
    await using database = await freshDatabase();
    await sql`select 1`.execute(database.db);
    const other = openDatabase(database.url, { maxConnections: 1 });
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
              where datname = current_database() and pid <> pg_backend_pid()`.execute(other);
    await other.destroy();

    await expect.poll(() => sql`select 1`.execute(database.db).catch(() => null)).not.toBeNull();
  });
});
