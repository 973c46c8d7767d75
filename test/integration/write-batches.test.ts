import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LeadWrite, WriteOutcome } from '../../src/domain/crm.ts';
import { type ErrorCode, LeadScoringError } from '../../src/errors.ts';
import { certificateOf } from '../../src/store/certificates.ts';
import { formBatches } from '../../src/store/plan-batches.ts';
import { listQuarantine } from '../../src/store/quarantine.ts';
import { openRun, type Run } from '../../src/store/runs.ts';
import { scoreBatch } from '../../src/store/scoring-batches.ts';
import { stopRun } from '../../src/store/stop-run.ts';
import { writeBatch } from '../../src/store/write-batches.ts';
import { scoreLeads } from '../../src/sync/score-leads.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { AS_OF, aConnection, aCrmLead, aRun, noModelRules, pulled, STREAMS } from '../support/sync-house.ts';

let database: FreshDatabase;
let connectionId: string;
let run: Run;
beforeAll(async () => {
  database = await freshDatabase();
});
beforeEach(async () => {
  await sql`truncate connections cascade`.execute(database.db);
  connectionId = await aConnection(database.db);
  run = await aRun(database.db, connectionId);
  await pulled(database.db, run, 'leads', [aCrmLead('1'), aCrmLead('2')]);
  await score();
});
afterAll(() => database.drop());

const rules = noModelRules();
const score = () => scoreBatch(database.db, run, 10, (leads) => scoreLeads(leads, rules));
const ok: WriteOutcome = { ok: true, modifiedAt: new Date('2026-11-23T10:00:01Z') };
const refused = (code: ErrorCode): WriteOutcome => ({ ok: false, error: new LeadScoringError(code, 'no') });
const write = async (...outcomes: WriteOutcome[]) => {
  await inBatches();
  return writeBatch(database.db, run, async () => outcomes);
};
const inBatches = (size = 10) => database.db.transaction().execute((tx) => formBatches(tx, run.id, size));
const leads = () =>
  database.db
    .selectFrom('leads')
    .select(['crm_id', 'is_dirty', 'is_deleted', 'crm_fields'])
    .orderBy('crm_id')
    .execute();
/** Ends the run and begins the next one. */
const nextRun = async () => {
  await database.db.updateTable('runs').set({ phase: 'done' }).execute();
  run = (await openRun(database.db, connectionId, 'sync', AS_OF, STREAMS)).run;
};

describe('a batch of writes', () => {
  it('keeps in mind what the CRM holds now', async () => {
    await write(ok, ok);

    expect((await leads())[0]?.crm_fields).toMatchObject({ score: 0, status: 'no model applies' });
    expect(await score()).toBe(0);
  });

  it('lets a refused record go that needs no write any more', async () => {
    await write(refused('CRM_REJECTED_RECORD'), ok);
    // Somebody has set in the CRM what it would not take from us.
    await sql`update leads set crm_fields = scores.fields from scores where lead_id = leads.id`.execute(database.db);
    await nextRun();
    expect(await score()).toBe(1);

    expect(await listQuarantine(database.db)).toEqual([]);
  });

  it('sets a refused record aside with its cause, and the others go on', async () => {
    await write(refused('CRM_REJECTED_RECORD'), ok);

    expect(await listQuarantine(database.db)).toMatchObject([{ crm_id: '1', cause: 'CRM_REJECTED_RECORD' }]);
    expect((await certificateOf(database.db, run.id)).writes).toMatchObject({
      planned: 2,
      written: 1,
      rejected: { CRM_REJECTED_RECORD: 1 },
    });
  });

  it('tries a refused record again with the next sync, and lets it go once it passes', async () => {
    await write(refused('CRM_REJECTED_RECORD'), ok);
    await nextRun();
    expect(await score()).toBe(1);
    await write(ok);

    expect(await listQuarantine(database.db)).toEqual([]);
    await nextRun();
    expect(await score()).toBe(0);
  });

  it('forgets a lead that the CRM has deleted meanwhile', async () => {
    await write(refused('CRM_RECORD_GONE'), ok);

    expect(await leads()).toMatchObject([{ is_deleted: true }, { is_deleted: false }]);
    expect(await listQuarantine(database.db)).toEqual([]);
  });

  it('is undone as a whole when the connection cannot go on', async () => {
    await inBatches();
    const failing = writeBatch(database.db, run, async () => {
      throw { code: 'CRM_UNAVAILABLE', message: 'away', resumeAt: null };
    });

    await expect(failing).rejects.toMatchObject({ code: 'CRM_UNAVAILABLE' });
    expect(await write(ok, ok)).toBe(true);
    expect((await certificateOf(database.db, run.id)).writes).toMatchObject({ planned: 2, written: 2 });
  });

  it('is full however many workers take batches at once, the hot leads first', async () => {
    await pulled(
      database.db,
      run,
      'leads',
      Array.from({ length: 95 }, (_, n) => aCrmLead(`x${n}`)),
    );
    while ((await score()) > 0);
    await sql`update writes set lane = 0 where crm_id in ('x7', 'x50', 'x93')`.execute(database.db);
    await inBatches(25);
    const sizes: number[] = [];
    const sent: string[] = [];
    const worker = async () => {
      const send = async (writes: readonly LeadWrite[]) => {
        sizes.push(writes.length);
        sent.push(...writes.map(({ crmId }) => crmId));
        return writes.map(() => ok);
      };
      while (await writeBatch(database.db, run, send));
    };
    await writeBatch(database.db, run, async (first) => {
      sent.push(...first.map(({ crmId }) => crmId));
      sizes.push(first.length);
      return first.map(() => ok);
    });
    await Promise.all([worker(), worker(), worker(), worker()]);

    expect(sizes.toSorted((a, b) => b - a)).toEqual([25, 25, 25, 22]);
    expect(sent.slice(0, 25)).toEqual(expect.arrayContaining(['x7', 'x50', 'x93']));
    expect(new Set(sent).size).toBe(97);
  });

  it('lets go of a refused record that is converted afterwards', async () => {
    await write(refused('CRM_RECORD_CONVERTED'), ok);
    await pulled(database.db, run, 'leads', [aCrmLead('1', { movedTo: { object: 'contact', crmId: '3' } })]);

    expect(await listQuarantine(database.db)).toEqual([]);
  });
});

describe('a run that is stopped', () => {
  it('defers what was planned, and the next run plans it again', async () => {
    await stopRun(database.db, run.id, { code: 'CRM_QUOTA_EXHAUSTED', message: 'used up', resumeAt: null });
    expect(await certificateOf(database.db, run.id)).toMatchObject({
      state: 'stopped',
      stopped: { code: 'CRM_QUOTA_EXHAUSTED' },
      writes: { planned: 2, deferred: 2 },
      unaccounted: 0,
    });

    await nextRun();
    expect(await score()).toBe(2);
    expect(await write(ok, ok)).toBe(true);
  });

  it('keeps its certificate when its leads go on in the next run', async () => {
    const { id } = run;
    await stopRun(database.db, id, { code: 'CRM_QUOTA_EXHAUSTED', message: 'used up', resumeAt: null });
    const told = await certificateOf(database.db, id);
    await nextRun();
    await pulled(database.db, run, 'leads', [aCrmLead('1'), aCrmLead('2')]);
    await score();

    expect(await certificateOf(database.db, id)).toEqual(told);
  });

  it('says which pulled leads it has not reached', async () => {
    await pulled(database.db, run, 'leads', [aCrmLead('9')]);
    await stopRun(database.db, run.id, { code: 'CRM_UNAVAILABLE', message: 'away', resumeAt: null });

    expect(await certificateOf(database.db, run.id)).toMatchObject({
      streams: { leads: { pulled: 3, excluded: { 'no model applies': 2, 'not reached': 1 } } },
      unaccounted: 0,
    });
  });
});
