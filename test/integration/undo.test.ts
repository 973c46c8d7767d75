import { afterAll, beforeAll, expect, it } from 'vitest';
import { undoneInPart } from '../../src/store/undo.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { aConnection } from '../support/sync-house.ts';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

it.each<[string, boolean]>([
  ['CRM_QUOTA_EXHAUSTED', true],
  ['CRM_SCOPE_MISSING', false],
  ['INTERNAL', false],
])('an undo that stopped for %s is gone on with by itself: %s', async (stopped_code, isGoneOnWith) => {
  const connection_id = await aConnection(database.db, stopped_code);
  const run = { connection_id, as_of: new Date() };
  const inserted = database.db.insertInto('runs').values({ ...run, kind: 'sync', phase: 'done' });
  const { id } = await inserted.returning('id').executeTakeFirstOrThrow();
  const undo = { ...run, kind: 'undo', phase: 'stopped', undo_of: id, stopped_code } as const;
  await database.db
    .insertInto('runs')
    .values({ ...undo, started_at: new Date(Date.now() + 1_000) })
    .execute();

  expect(await undoneInPart(database.db, connection_id)).toBe(isGoneOnWith ? id : undefined);
});

it('is none to go on with where the last run was no undo', async () => {
  expect(await undoneInPart(database.db, await aConnection(database.db, 'quiet'))).toBeUndefined();
});
