import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CrmLead } from '../../src/domain/crm.ts';
import { certificateOf } from '../../src/store/certificates.ts';
import { checkBatch } from '../../src/store/plan-checks.ts';
import { planLines } from '../../src/store/plan-lines.ts';
import { approvePlan, askForApproval, discardPlan, planFacts } from '../../src/store/plans.ts';
import { advance, getRun, type Run } from '../../src/store/runs.ts';
import { scoreBatch } from '../../src/store/scoring-batches.ts';
import { writeBatch } from '../../src/store/write-batches.ts';
import type { Scoring, ScoringRules } from '../../src/sync/lead-to-score.ts';
import { scoreLeads } from '../../src/sync/score-leads.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { AS_OF, aConnection, aCrmLead, aMapping, aRun, NO_FIELDS, pulled } from '../support/sync-house.ts';

let database: FreshDatabase;
let run: Run;
const LEADS = ['1', '2', '3'].map((id) => aCrmLead(id));

beforeAll(async () => {
  database = await freshDatabase();
});
beforeEach(async () => {
  await sql`truncate connections cascade`.execute(database.db);
  run = await aRun(database.db, await aConnection(database.db));
  await pulled(database.db, run, 'leads', LEADS);
  await score();
  await sql`update run_streams set is_done = true`.execute(database.db);
  await advance(database.db, run.id);
  await askForApproval(database.db, run.id, ['asked for']);
});
afterAll(() => database.drop());

const hot: Scoring = {
  model: 'm v1',
  score: 90,
  band: 'hot',
  grade: null,
  dimensions: {},
  ledger: [],
  reasons: 'Demo request +90',
  nextReviewAt: null,
};
const rules: ScoringRules = {
  asOf: AS_OF,
  mapping: aMapping(),
  recordUrl: 'https://crm.example/{object}/{id}',
  limits: {},
  scoreBy: () => null,
  // A student is not hot, whoever asked for the demo.
  score: ({ lead }) => (lead.attributes.jobTitle === 'Student' ? { ...hot, score: 1, band: 'cold' } : hot),
};
const score = async () => {
  run = await getRun(database.db, run.id);
  return scoreBatch(database.db, run, 10, (leads) => scoreLeads(leads, rules));
};
const present = (changed: Readonly<Record<string, CrmLead | null>>) => (leads: readonly { crmId: string }[]) =>
  Promise.resolve(leads.map(({ crmId }) => changed[crmId] ?? (crmId in changed ? null : aCrmLead(crmId))));
const approve = async (changed: Readonly<Record<string, CrmLead | null>> = {}) => {
  await approvePlan(database.db, run.id, 'person', 200);
  while (await checkBatch(database.db, await getRun(database.db, run.id), 1, present(changed)));
  return advance(database.db, run.id);
};
const tasks = () => database.db.selectFrom('tasks').select(['crm_id', 'state', 'marker']).orderBy('crm_id').execute();
const spells = async () =>
  (await database.db.selectFrom('leads').select('hot_spell').orderBy('crm_id').execute()).map((row) => row.hot_spell);
const states = async () =>
  Object.fromEntries(
    (await database.db.selectFrom('writes').select(['crm_id', 'state']).execute()).map((row) => [
      row.crm_id,
      row.state,
    ]),
  );

describe('a plan that waits', () => {
  it('says what it would do', async () => {
    expect(await planFacts(database.db, run)).toMatchObject({
      leads: 3,
      writes: 3,
      bandMoves: [{ from: null, to: 'hot', leads: 3 }],
      tasks: [{}, {}, {}],
    });
    expect((await certificateOf(database.db, run.id)).state).toBe('waiting');
  });

  it('lists the exact before and after of each lead, narrowed down as asked', async () => {
    const all = await Array.fromAsync(planLines(database.db, run, {}));
    const one = await Array.fromAsync(planLines(database.db, run, { crmId: '2', band: 'hot', hasTask: true }));
    const none = await Array.fromAsync(planLines(database.db, run, { band: 'cold' }));

    expect(all.map(({ crmId }) => crmId)).toEqual(['1', '2', '3']);
    expect(one).toMatchObject([
      { crmId: '2', fields: { score: { before: null, after: 90 } }, task: { subject: 'Hot lead: score 90' } },
    ]);
    expect(none).toEqual([]);
  });

  it('is written as it is while the CRM stands still', async () => {
    expect(await approve()).toBe('planned'); // to be let through without asking again
    await approvePlan(database.db, run.id, 'automatic', 200);

    expect(await getRun(database.db, run.id)).toMatchObject({ phase: 'writing', approvedBy: 'person' });
    expect(await states()).toEqual({ 1: 'planned', 2: 'planned', 3: 'planned' });
  });

  it('is computed anew for the leads that the CRM has moved, and for no other', async () => {
    const student = aCrmLead('2', { attributes: { jobTitle: 'Student' } });
    const written = aCrmLead('3', { scoreFields: { ...NO_FIELDS, score: 7 } });
    // A model that was published meanwhile makes the others due, but they were approved as they are.
    await sql`update leads set is_dirty = true`.execute(database.db);

    expect(await approve({ 2: student, 3: written })).toBe('scoring');
    expect(await states()).toEqual({ 1: 'planned', 2: 'withdrawn', 3: 'withdrawn' });
    expect((await tasks()).map(({ crm_id }) => crm_id)).toEqual(['1']);
    expect(await spells()).toEqual([1, 0, 0]);

    expect([await score(), await score()]).toEqual([2, 0]);
    expect(await advance(database.db, run.id)).toBe('planned');
    const lines = await Array.fromAsync(planLines(database.db, run, {}));
    expect(lines.map(({ crmId, fields }) => [crmId, fields.score])).toEqual([
      ['1', { before: null, after: 90 }],
      ['3', { before: 7, after: 90 }],
      ['2', { before: null, after: 1 }],
    ]);
    expect((await tasks()).map(({ crm_id }) => crm_id)).toEqual(['1', '3']);
  });

  it('leaves out what is gone, or holds the values already, and still adds up', async () => {
    const fields = Object.assign({}, NO_FIELDS, await plannedFields('3'));
    await approve({ 2: null, 3: aCrmLead('3', { scoreFields: fields }) });
    await score();
    await advance(database.db, run.id);
    await approvePlan(database.db, run.id, 'automatic', 200);
    await writeBatch(database.db, run, async (writes) => writes.map(() => ({ ok: true, modifiedAt: AS_OF })));

    expect(await states()).toEqual({ 1: 'written', 2: 'unchanged', 3: 'unchanged' });
    expect(await certificateOf(database.db, run.id)).toMatchObject({
      streams: { leads: { pulled: 4, scored: 2, excluded: { duplicate: 1, deleted: 1 } } },
      writes: { planned: 3, written: 1, unchanged: 2 },
      unaccounted: 0,
    });
  });

  it('can be approved once', async () => {
    await approve();

    await expect(approvePlan(database.db, run.id, 'person', 200)).rejects.toMatchObject({ code: 'PLAN_NOT_WAITING' });
  });

  it('leaves nothing behind when it is discarded: its leads are due, its tasks and hot spells were never there', async () => {
    await discardPlan(database.db, run.id);

    expect(await certificateOf(database.db, run.id)).toMatchObject({
      state: 'stopped',
      stopped: { code: 'PLAN_DISCARDED' },
      writes: { planned: 3, deferred: 3 },
      unaccounted: 0,
    });
    expect(await tasks()).toEqual([]);
    expect(await spells()).toEqual([0, 0, 0]);

    run = await aRun(database.db, run.connectionId);
    expect(await score()).toBe(3);
    expect((await tasks()).map(({ marker }) => marker)).toEqual(['SW-lead-1-1', 'SW-lead-2-1', 'SW-lead-3-1']);
  });
});

async function plannedFields(crmId: string) {
  const { after } = await database.db
    .selectFrom('writes')
    .select('after')
    .where('crm_id', '=', crmId)
    .executeTakeFirstOrThrow();
  return after;
}
