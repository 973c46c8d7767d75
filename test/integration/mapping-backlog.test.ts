import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AttributeMappings } from '../../src/domain/attribute-mappings.ts';
import type { CrmCompany, CrmReader } from '../../src/domain/crm.ts';
import type { Attributes } from '../../src/domain/lead.ts';
import type { MappedPart, MappedValues } from '../../src/domain/mapped-part.ts';
import type { Mapping } from '../../src/domain/mapping.ts';
import * as backlog from '../../src/store/mapping-backlog.ts';
import { replaceMapping } from '../../src/store/mappings.ts';
import { storePage } from '../../src/store/pages.ts';
import type { Run } from '../../src/store/runs.ts';
import { backfill } from '../../src/sync/backfill.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { aLine } from '../support/mapping-lines.ts';
import { aConnection, aCrmLead, aMapping, aRun, pulled } from '../support/sync-house.ts';

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
});
afterAll(() => database.drop());

const live = new AbortController().signal;
const OLD = aLine('Title');

/** A mapping whose leads have these lines. */
const mapped = (attributes: AttributeMappings, company: AttributeMappings = {}): Mapping => ({
  ...aMapping(),
  leads: { contact: { attributes: {} }, lead: { attributes } },
  company: { attributes: company },
});
const beginWith = (mapping: Mapping) =>
  database.db
    .updateTable('connections')
    .set({ mapping: JSON.stringify(mapping) })
    .execute();
const remap = (mapping: Mapping) => replaceMapping(database.db, connectionId, { mapping, mappingText: '' });
const version = async () =>
  (await database.db.selectFrom('connections').select('mapping_version').executeTakeFirstOrThrow()).mapping_version;
const settled = () => database.db.updateTable('leads').set({ is_dirty: false }).execute();
const leads = async () =>
  database.db
    .selectFrom('leads')
    .select(['crm_id', 'attributes', 'is_dirty', 'mapping_version'])
    .orderBy('crm_id')
    .execute();

/** A CRM that tells these values, and what it was asked for. */
function crmWith(values: Readonly<Record<string, Attributes>>) {
  const asked: { readonly ids: readonly string[]; readonly part: MappedPart }[] = [];
  const readMapped: CrmReader['readMapped'] = async (_object, part, ids) => {
    asked.push({ ids, part });
    return ids.map((id): MappedValues | null => {
      const all = values[id];
      if (all === undefined) return null;
      const attributes = Object.fromEntries(part.attributes.map((name) => [name, all[name] ?? null]));
      const scoreFields = Object.fromEntries(part.scoreFields.map((name) => [name, all[name] ?? null]));
      return { attributes, unconverted: [], scoreFields, lifecycleStage: null };
    });
  };
  return { asked, readMapped };
}

/** Does what a run does for one object. */
async function catchUp(connector: Pick<CrmReader, 'readMapped'>, object: 'lead' | 'company' = 'lead', batchSize = 10) {
  const { db } = database;
  const { mapping, mapping_version: mappingVersion } = await db
    .selectFrom('connections')
    .select(['mapping', 'mapping_version'])
    .executeTakeFirstOrThrow();
  const owner = { id: connectionId, mappingVersion };
  const stream = backlog.backfillStream(object);
  await db
    .insertInto('run_streams')
    .values({ run_id: run.id, stream, kind: 'backfill' })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const store = {
    mappingsBehind: () => backlog.mappingsBehind(db, owner, object),
    idsBehind: (from: number, size: number) => backlog.idsBehind(db, owner, { object, version: from }, size),
    catchUp: (
      from: number,
      difference: backlog.Catching['difference'],
      values: Parameters<typeof backlog.catchUp>[2],
    ) => backlog.catchUp(db, { runId: run.id, owner, object, version: from, difference }, values),
    leaveMapping: (from: number, difference: backlog.Catching['difference']) =>
      backlog.leaveMapping(db, { runId: run.id, owner, object, version: from, difference }),
  };
  const done = await backfill(connector, store, { object, mapping, batchSize }, live);
  const counts = await db
    .selectFrom('run_streams')
    .select(['pulled', 'stored', 'excluded'])
    .where('stream', '=', stream)
    .executeTakeFirstOrThrow();
  return { ...done, counts, isBehind: (await backlog.objectsBehind(db, { ...owner, mapping })).includes(object) };
}

describe('a field that is mapped anew', () => {
  beforeEach(async () => {
    await beginWith(mapped({ jobTitle: OLD }));
    await pulled(
      database.db,
      run,
      'leads',
      ['1', '2', '3'].map((id) => aCrmLead(id)),
    );
    await settled();
  });
  const withBudget = mapped({ jobTitle: OLD, budget: aLine('Budget__c', { type: 'number' }) });

  it('is read for the records that are known, and nothing else is (T29)', async () => {
    await remap(withBudget);
    const crm = crmWith({ 1: { budget: 500, jobTitle: 'overwritten' }, 2: { budget: null } });

    const done = await catchUp(crm);

    expect(crm.asked.map(({ ids, part }) => [ids, part.attributes, part.scoreFields])).toEqual([
      [['1', '2', '3'], ['budget'], []],
    ]);
    expect(done).toMatchObject({
      names: ['budget'],
      records: 3,
      counts: { pulled: 3, stored: 1, excluded: { unchanged: 1, gone: 1 } },
      isBehind: false,
    });
    expect((await leads()).map(({ attributes }) => attributes)).toEqual([
      { jobTitle: 'Marketing Director', budget: 500 },
      { jobTitle: 'Marketing Director', budget: null },
      { jobTitle: 'Marketing Director' },
    ]);
  });

  it('makes only the leads due whose inputs changed', async () => {
    await remap(withBudget);
    await catchUp(crmWith({ 1: { budget: 500 }, 2: { budget: null }, 3: { budget: 7 } }));

    expect((await leads()).map(({ is_dirty }) => is_dirty)).toEqual([true, false, true]);
  });

  it('is no change to a lead that is pulled with it, unless the lead has a value there', async () => {
    await remap(withBudget);
    await catchUp(crmWith({ 1: { budget: 500 }, 2: { budget: 1 }, 3: { budget: 7 } }));
    await pulled(database.db, run, 'leads', [aCrmLead('4'), aCrmLead('5')]); // by the first mapping
    await settled();
    const again = (crmId: string, budget: number | null) =>
      aCrmLead(crmId, { attributes: { jobTitle: 'Marketing Director', budget } });
    const page = pageOf([again('1', 500), again('4', null), again('5', 5)]);
    await storePage(database.db, { runId: run.id, connectionId, mappingVersion: 2 }, LEADS, page);

    expect((await leads()).map(({ crm_id, is_dirty }) => [crm_id, is_dirty])).toEqual([
      ['1', false],
      ['2', false],
      ['3', false],
      ['4', false],
      ['5', true],
    ]);
  });

  it('goes on after a crash where it stood, and repeats no record that it had finished', async () => {
    await remap(withBudget);
    const crm = crmWith({ 1: { budget: 1 }, 2: { budget: 2 }, 3: { budget: 3 } });
    let calls = 0;
    const failing: Pick<CrmReader, 'readMapped'> = {
      readMapped: (...asked) => {
        calls += 1;
        return calls === 2 ? Promise.reject(new Error('the power went')) : crm.readMapped(...asked);
      },
    };

    await expect(catchUp(failing, 'lead', 1)).rejects.toThrow('the power went');
    const done = await catchUp(crm, 'lead', 1);

    expect(crm.asked.map(({ ids }) => ids)).toEqual([['1'], ['2'], ['3']]);
    expect(done.counts).toMatchObject({ pulled: 3, stored: 3 });
    expect((await leads()).map(({ attributes }) => attributes.budget)).toEqual([1, 2, 3]);
  });

  it('is not read where a pull has brought it already, and what the pull read stands', async () => {
    await remap(withBudget);
    const newer = aCrmLead('1', { attributes: { jobTitle: 'CFO', budget: 900 }, modifiedAt: new Date('2026-11-20') });
    await storePage(database.db, { runId: run.id, connectionId, mappingVersion: 2 }, LEADS, pageOf([newer]));
    const crm = crmWith({ 1: { budget: 1 }, 2: { budget: 2 }, 3: { budget: 3 } });
    const pulledMeanwhile = {
      readMapped: async (...asked: Parameters<CrmReader['readMapped']>) => {
        const values = await crm.readMapped(...asked);
        const second = aCrmLead('2', {
          attributes: { jobTitle: 'CTO', budget: 800 },
          modifiedAt: new Date('2026-11-20'),
        });
        await storePage(database.db, { runId: run.id, connectionId, mappingVersion: 2 }, LEADS, pageOf([second]));
        return values;
      },
    };

    await catchUp(pulledMeanwhile);

    expect(crm.asked.map(({ ids }) => ids)).toEqual([['2', '3']]);
    expect((await leads()).map(({ attributes }) => attributes.budget)).toEqual([900, 800, 3]);
  });

  it('is read for what a worker stored that had not heard of it yet', async () => {
    await remap(withBudget);
    await catchUp(crmWith({ 1: { budget: 1 }, 2: { budget: 2 }, 3: { budget: 3 } }));
    await pulled(database.db, run, 'leads', [aCrmLead('4'), aCrmLead('3', { modifiedAt: new Date('2026-11-20') })]);
    const crm = crmWith({ 3: { budget: 33 }, 4: { budget: 4 } });

    await catchUp(crm);

    expect(crm.asked.map(({ ids }) => ids)).toEqual([['3', '4']]);
    expect((await leads()).map(({ attributes }) => attributes.budget)).toEqual([1, 2, 33, 4]);
  });

  it('is read together with another that came after it, and each only where it is lacking', async () => {
    await remap(withBudget);
    await catchUp(crmWith({ 1: { budget: 1 }, 2: { budget: 2 }, 3: { budget: 3 } }));
    await pulled(database.db, run, 'leads', [aCrmLead('4')]); // by the first mapping
    await remap(mapped({ ...withBudget.leads.lead!.attributes, city: aLine('City') }));
    const crm = crmWith({ 1: { city: 'a' }, 2: { city: 'b' }, 3: { city: 'c' }, 4: { city: 'd', budget: 4 } });

    await catchUp(crm);

    expect(crm.asked.map(({ ids, part }) => [ids, part.attributes.toSorted()])).toEqual([
      [['4'], ['budget', 'city']],
      [['1', '2', '3'], ['city']],
    ]);
    expect((await leads()).map(({ attributes }) => [attributes.budget, attributes.city])).toEqual([
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
      [4, 'd'],
    ]);
  });

  it('and written makes every lead due, since each may owe a write', async () => {
    await remap(mapped({ jobTitle: OLD, 'score.total': aLine('Total__c', { type: 'number', direction: 'write' }) }));
    const crm = crmWith({ 1: {}, 2: {}, 3: {} });

    await catchUp(crm);

    expect(crm.asked[0]?.part).toMatchObject({ attributes: [], scoreFields: ['attributes.score.total'] });
    expect((await leads()).map(({ is_dirty }) => is_dirty)).toEqual([true, true, true]);
  });

  it('of companies is read as well, and makes the leads due that belong to one that changed', async () => {
    await pulled(database.db, run, 'companies', [aCompany('c1'), aCompany('c2')]);
    await pulled(database.db, run, 'leads', [
      aCrmLead('1', { companyId: 'c1', modifiedAt: new Date('2026-11-20') }),
      aCrmLead('2', { companyId: 'c2', modifiedAt: new Date('2026-11-20') }),
    ]);
    await settled();
    await remap(mapped({ jobTitle: OLD }, { 'company.revenue': aLine('AnnualRevenue') }));

    const done = await catchUp(crmWith({ c1: { 'company.revenue': 5 }, c2: { 'company.revenue': null } }), 'company');

    expect(done.counts).toMatchObject({ pulled: 2, stored: 1, excluded: { unchanged: 1 } });
    expect((await leads()).map(({ is_dirty }) => is_dirty)).toEqual([true, false, false]);
  });
});

describe('a field that is mapped no more', () => {
  beforeEach(async () => {
    await beginWith(mapped({ jobTitle: OLD, phone: aLine('Phone') }));
    await pulled(database.db, run, 'leads', [
      aCrmLead('1', { attributes: { jobTitle: 'CFO', phone: '+33 1' } }),
      aCrmLead('2', { attributes: { jobTitle: 'CFO', phone: null } }),
      aCrmLead('3', { attributes: { jobTitle: 'CFO', phone: '+33 3' } }),
    ]);
    await pulled(database.db, run, 'leads', [aCrmLead('3', { isDeleted: true, modifiedAt: new Date('2026-11-20') })]);
    await settled();
  });

  it('is dropped at once, of deleted leads as well, and makes the leads due that had a value', async () => {
    await remap(mapped({ jobTitle: OLD }));

    expect((await leads()).map(({ attributes, is_dirty }) => [attributes, is_dirty])).toEqual([
      [{ jobTitle: 'CFO' }, true],
      [{ jobTitle: 'CFO' }, false],
      [{ jobTitle: 'CFO' }, false],
    ]);
  });

  it('is dropped from what a worker stores that has not heard of it, and costs no call', async () => {
    await remap(mapped({ jobTitle: OLD }));
    await catchUp(crmWith({}));
    await pulled(database.db, run, 'leads', [
      aCrmLead('1', { attributes: { jobTitle: 'CFO', phone: '+33 1' }, modifiedAt: new Date('2026-11-20') }),
    ]);
    const crm = crmWith({});

    const done = await catchUp(crm);

    expect(crm.asked).toEqual([]);
    expect(done).toMatchObject({ isBehind: false, counts: { pulled: 0 } });
    expect((await leads())[0]?.attributes).toEqual({ jobTitle: 'CFO' });
  });

  it('takes its leads along when it is the last of their object', async () => {
    await remap({ ...mapped({}), leads: { contact: { attributes: {} } } });

    const rows = await database.db.selectFrom('leads').select(['attributes', 'is_deleted', 'is_dirty']).execute();
    expect(rows).toEqual(rows.map(() => ({ attributes: {}, is_deleted: true, is_dirty: false })));
    expect(
      await database.db.selectFrom('checkpoints').select('stream').where('stream', '=', 'leads').execute(),
    ).toEqual([]);
  });
});

describe('a mapping', () => {
  it('that says the same in other words is no new one', async () => {
    const before = await version();
    await replaceMapping(database.db, connectionId, { mapping: aMapping(), mappingText: '# the same' });

    expect(await version()).toBe(before);
    expect(await database.db.selectFrom('connections').select('mapping_text').executeTakeFirst()).toEqual({
      mapping_text: '# the same',
    });
  });

  it('that changes nothing of the records asks for none of them', async () => {
    await pulled(database.db, run, 'leads', [aCrmLead('1')]);
    await settled();
    const { tasks } = aMapping();
    await remap({ ...aMapping(), tasks: { ...tasks, dueWithinMinutes: 5 } });
    const crm = crmWith({});

    const done = await catchUp(crm);

    expect(crm.asked).toEqual([]);
    expect(done.isBehind).toBe(false);
    expect(await leads()).toMatchObject([{ is_dirty: false }]);
  });
});

const LEADS = { name: 'leads', kind: 'lead' } as const;
const pageOf = (records: ReturnType<typeof aCrmLead>[]) => ({ records, rejected: [], cursor: 'place' as never });

const aCompany = (crmId: string): CrmCompany => ({
  crmId,
  modifiedAt: new Date('2026-11-01'),
  attributes: {},
  unconverted: [],
  isDeleted: false,
});
