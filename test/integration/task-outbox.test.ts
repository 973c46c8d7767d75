import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { certificateOf } from '../../src/store/certificates.ts';
import type { Run } from '../../src/store/runs.ts';
import { outboxTasks, refuseGone, replanRejected } from '../../src/store/task-outbox.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { aConnection, aCrmLead, aRun, pulled } from '../support/sync-house.ts';

let database: FreshDatabase;
let run: Run;
beforeAll(async () => {
  database = await freshDatabase();
});
beforeEach(async () => {
  await sql`truncate connections cascade`.execute(database.db);
  run = await aRun(database.db, await aConnection(database.db));
  await pulled(database.db, run, 'leads', [aCrmLead('1'), aCrmLead('2')]);
});
afterAll(() => database.drop());

/** Lets a lead turn hot, with its task in some state. */
async function turnHot(crmId: string, state: string, cause: string | null = null): Promise<void> {
  await sql`update leads set hot_spell = 1, hot_since = now() where crm_id = ${crmId}`.execute(database.db);
  await sql`
    insert into tasks (connection_id, run_id, lead_id, object, crm_id, hot_spell, marker, due_at, priority, subject, body,
      state, cause, sending_at)
    select connection_id, ${run.id}, id, object, crm_id, 1, 'task of ' || crm_id, now(), 'HIGH', '', '',
      ${state}, ${cause}, case ${state} when 'sending' then now() end
    from leads where crm_id = ${crmId}`.execute(database.db);
}

const merge = () =>
  pulled(database.db, run, 'leads', [
    aCrmLead('2', { movedTo: { object: 'lead', crmId: '1' }, modifiedAt: new Date('2026-11-20T00:00:00Z') }),
  ]);

/** Tasks that wait for the CRM, with the record at which they are made or looked for. */
const waiting = async (state: 'planned' | 'sending') =>
  (await outboxTasks(database.db, run.connectionId, state, 10)).map(({ marker, lead }) => [marker, lead.crmId]);

describe('the task of a lead that was merged into another', () => {
  it('is made at the winner, if nobody has sent it yet', async () => {
    await turnHot('2', 'planned');
    await merge();
    expect(await waiting('planned')).toEqual([['task of 2', '1']]);
  });

  it('is looked for at the winner, if its answer was lost', async () => {
    await turnHot('2', 'sending');
    await merge();
    expect(await waiting('sending')).toEqual([['task of 2', '1']]);
  });

  it('is made at the winner, if the CRM refused it because the lead was gone', async () => {
    await turnHot('2', 'rejected', 'CRM_RECORD_GONE');
    await merge();
    expect(await waiting('planned')).toEqual([['task of 2', '1']]);
  });

  it('is made at a winner whose own hot spell has ended, as a task of another spell', async () => {
    await turnHot('1', 'created');
    await sql`update leads set hot_since = now() - interval '60 days', spell_ends_at = now() - interval '1 day'
      where crm_id = '1'`.execute(database.db);
    await turnHot('2', 'rejected', 'CRM_RECORD_GONE');
    await merge();
    expect(await waiting('planned')).toEqual([['task of 2', '1']]);
    const { rows } =
      await sql`select hot_spell, hot_since > now() - interval '1 day' as is_new, spell_ends_at from leads
      where crm_id = '1'`.execute(database.db);
    expect(rows).toEqual([{ hot_spell: 2, is_new: true, spell_ends_at: null }]);
  });

  it('is not made any more once its hot spell has ended', async () => {
    await turnHot('2', 'rejected', 'CRM_RECORD_GONE');
    await sql`update leads set spell_ends_at = now() - interval '1 day' where crm_id = '2'`.execute(database.db);
    await merge();
    await replanRejected(database.db, run.connectionId);
    expect(await waiting('planned')).toEqual([]);
  });

  it('is not made at a winner that is hot already and has its own', async () => {
    await turnHot('1', 'created');
    await turnHot('2', 'rejected', 'CRM_RECORD_GONE');
    await merge();
    expect(await waiting('planned')).toEqual([]);
  });
});

it('is made under the id that a merge gives its lead, if the CRM knew the old one no more', async () => {
  await turnHot('1', 'rejected', 'CRM_RECORD_GONE');
  const absorbed = ['1', '2'].map((crmId) => ({ object: 'lead', crmId }) as const);
  await pulled(database.db, run, 'leads', [aCrmLead('3', { absorbed, modifiedAt: new Date('2026-11-20T00:00:00Z') })]);
  expect(await waiting('planned')).toEqual([['task of 1', '3']]);
});

describe('the task of a lead that is gone', () => {
  const sync = () => replanRejected(database.db, run.connectionId);
  const deleted = (isDeleted: boolean, day: string) =>
    pulled(database.db, run, 'leads', [aCrmLead('2', { isDeleted, modifiedAt: new Date(`2026-11-${day}T00:00:00Z`) })]);

  it('is refused before the CRM is asked for it', async () => {
    await turnHot('1', 'planned');
    await turnHot('2', 'planned');
    await deleted(true, '20');
    await refuseGone(database.db, run.connectionId);
    expect(await waiting('planned')).toEqual([['task of 1', '1']]);
    expect((await certificateOf(database.db, run.id)).tasks).toMatchObject({ rejected: { CRM_RECORD_GONE: 1 } });
  });

  it.each(['CRM_RECORD_GONE', 'CRM_REJECTED_RECORD'])(
    'and was refused by %s is made once it is back',
    async (cause) => {
      await turnHot('2', 'rejected', cause);
      await deleted(true, '20');
      await sync();
      expect(await waiting('planned')).toEqual([]);

      await deleted(false, '21');
      await sync();
      expect(await waiting('planned')).toEqual([['task of 2', '2']]);
    },
  );
});
