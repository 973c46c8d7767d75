import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { certificateOf } from '../../src/store/certificates.ts';
import { reconcileStore } from '../../src/store/reconciliation.ts';
import type { Run } from '../../src/store/runs.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { aCall, aConnection, aCrmLead, aRun, NO_FIELDS, pulled } from '../support/sync-house.ts';

let database: FreshDatabase;
let run: Run;
beforeAll(async () => {
  database = await freshDatabase();
});
beforeEach(async () => {
  await sql`truncate connections cascade`.execute(database.db);
  run = await aRun(database.db, await aConnection(database.db));
});
afterAll(() => database.drop());

const leads = () =>
  database.db
    .selectFrom('leads')
    .select(['id', 'object', 'crm_id', 'is_dirty', 'outcome', 'merged_into', 'is_deleted', 'hot_spell'])
    .orderBy('crm_id')
    .execute();
const aliases = async () =>
  (await database.db.selectFrom('lead_aliases').select(['crm_id', 'lead_id']).orderBy('crm_id').execute()).map(
    ({ crm_id, lead_id }) => [crm_id, lead_id],
  );
const settled = () => database.db.updateTable('leads').set({ is_dirty: false }).execute();
const counts = (stream: string) =>
  database.db
    .selectFrom('run_streams')
    .select(['pulled', 'stored', 'excluded'])
    .where('run_id', '=', run.id)
    .where('stream', '=', stream)
    .executeTakeFirstOrThrow();

describe('a page of leads', () => {
  it('makes a new lead due for scoring', async () => {
    await pulled(database.db, run, 'leads', [aCrmLead('1')]);

    expect(await leads()).toMatchObject([{ crm_id: '1', is_dirty: true, outcome: 'pending' }]);
  });

  it('leaves a lead alone that only our own write has touched', async () => {
    await pulled(database.db, run, 'leads', [aCrmLead('1')]);
    const fields = { ...NO_FIELDS, score: 42 };
    await database.db
      .updateTable('leads')
      .set({ is_dirty: false, crm_fields: JSON.stringify(fields) })
      .execute();
    await pulled(database.db, run, 'leads', [
      aCrmLead('1', { modifiedAt: new Date('2026-11-02T00:00:00Z'), scoreFields: fields }),
    ]);

    expect(await leads()).toMatchObject([{ is_dirty: false, outcome: 'unchanged' }]);
  });

  it('makes a lead due again when somebody has overwritten our fields', async () => {
    await pulled(database.db, run, 'leads', [aCrmLead('1')]);
    await settled();
    await pulled(database.db, run, 'leads', [
      aCrmLead('1', { modifiedAt: new Date('2026-11-02T00:00:00Z'), scoreFields: { ...NO_FIELDS, score: 7 } }),
    ]);

    expect(await leads()).toMatchObject([{ is_dirty: true }]);
  });

  it('takes nothing from a copy that is older than what we hold', async () => {
    await pulled(database.db, run, 'leads', [aCrmLead('1')]);
    await settled();
    await pulled(database.db, run, 'leads', [
      aCrmLead('1', { modifiedAt: new Date('2026-10-01T00:00:00Z'), attributes: { jobTitle: 'Intern' } }),
    ]);

    expect(await leads()).toMatchObject([{ is_dirty: false }]);
  });

  it('counts a record that comes twice once as a duplicate', async () => {
    await pulled(database.db, run, 'leads', [aCrmLead('1'), aCrmLead('1')]);
    await pulled(database.db, run, 'leads', [aCrmLead('1')]);

    expect(await counts('leads')).toMatchObject({ pulled: 3, excluded: { duplicate: 2 } });
  });

  it('forgets a lead that the CRM has deleted', async () => {
    await pulled(database.db, run, 'leads', [aCrmLead('1')]);
    await pulled(database.db, run, 'leads', [aCrmLead('1', { isDeleted: true })]);

    expect(await leads()).toMatchObject([{ is_deleted: true, is_dirty: false }]);
  });
});

describe('a converted lead (T40)', () => {
  const converted = aCrmLead('00Q', { movedTo: { object: 'contact', crmId: '003' } });
  const contact = aCrmLead('003', { object: 'contact' });

  it('keeps its identity and its hot spell as the contact', async () => {
    await pulled(database.db, run, 'leads', [aCrmLead('00Q')]);
    await database.db.updateTable('leads').set({ hot_spell: 1 }).execute();
    const [before] = await leads();
    await pulled(database.db, run, 'leads', [converted]);
    await pulled(database.db, run, 'contacts', [contact]);

    expect(await leads()).toMatchObject([{ id: before?.id, object: 'contact', crm_id: '003', hot_spell: 1 }]);
  });

  it('is one lead with its contact whichever is pulled first', async () => {
    await pulled(database.db, run, 'contacts', [contact]);
    await pulled(database.db, run, 'leads', [converted]);
    const contactFirst = await aliases();
    await sql`truncate leads cascade`.execute(database.db);
    await pulled(database.db, run, 'leads', [converted]);
    await pulled(database.db, run, 'contacts', [contact]);

    for (const found of [contactFirst, await aliases()]) {
      expect(found.map(([crmId]) => crmId)).toEqual(['003', '00Q']);
      expect(found[0]?.[1]).toBe(found[1]?.[1]);
    }
  });

  it.each<['leads' | 'contacts', 'leads' | 'contacts']>([
    ['leads', 'contacts'],
    ['contacts', 'leads'],
  ])('is as old as its contact when %s are pulled before %s', async (...streams) => {
    const createdAt = new Date('2026-10-01T00:00:00Z');
    const records = { leads: [converted], contacts: [{ ...contact, createdAt }] };
    for (const stream of streams) await pulled(database.db, run, stream, records[stream]);

    const lead = database.db.selectFrom('leads').select('created_at').where('merged_into', 'is', null);
    expect(await lead.execute()).toEqual([{ created_at: createdAt }]);
  });

  it('is not scored before its contact has been read', async () => {
    await pulled(database.db, run, 'leads', [converted]);

    expect(await leads()).toMatchObject([{ crm_id: '003', is_dirty: false }]);
  });

  it('counts each record once, although both are one lead', async () => {
    await pulled(database.db, run, 'leads', [aCrmLead('00Q')]);
    await pulled(database.db, run, 'leads', [converted]);
    await pulled(database.db, run, 'contacts', [contact]);

    expect([await counts('leads'), await counts('contacts')]).toMatchObject([
      { pulled: 2, excluded: { moved: 2 } },
      { pulled: 1, excluded: {} },
    ]);
  });
});

describe('a merge that mints a new id (T19)', () => {
  it('carries one lead over to the new id and folds the other in', async () => {
    await pulled(database.db, run, 'contacts', [
      aCrmLead('1', { object: 'contact' }),
      aCrmLead('2', { object: 'contact' }),
    ]);
    await database.db
      .updateTable('leads')
      .set({ hot_spell: 1, hot_since: new Date() })
      .where('crm_id', '=', '2')
      .execute();
    const merged = aCrmLead('3', {
      object: 'contact',
      modifiedAt: new Date('2026-11-20T00:00:00Z'),
      absorbed: [
        { object: 'contact', crmId: '1' },
        { object: 'contact', crmId: '2' },
      ],
    });
    await pulled(database.db, run, 'contacts', [merged]);

    const alive = (await leads()).filter(({ merged_into }) => merged_into === null);
    expect(alive).toMatchObject([{ crm_id: '3', is_dirty: true, hot_spell: 1 }]);
    expect(new Set((await aliases()).map(([, leadId]) => leadId))).toEqual(new Set([alive[0]?.id]));
  });
});

describe('a page that shows a record twice', () => {
  const gone = aCrmLead('1', { movedTo: { object: 'lead', crmId: '2' } });

  it.each([
    ['moved, its target behind it', [gone, aCrmLead('2')]],
    ['moved, its target before it', [aCrmLead('2'), gone]],
    ['moved, twice', [gone, gone, aCrmLead('2')]],
    ['a target, twice', [gone, aCrmLead('2'), aCrmLead('2')]],
    ['a target, about one that was moved to it', [aCrmLead('2'), gone, aCrmLead('2')]],
  ])('stores one lead of it: %s', async (_, records) => {
    await pulled(database.db, run, 'leads', records);
    expect(await leads()).toMatchObject([{ crm_id: '2', is_dirty: true, outcome: 'pending' }]);
    expect(await counts('leads')).toMatchObject({ pulled: records.length });
  });
});

describe('a reconciliation in the middle of a run', () => {
  const newer = { modifiedAt: new Date('2026-11-20T00:00:00Z'), attributes: { jobTitle: 'Student' } };
  const unaccounted = async () => (await certificateOf(database.db, run.id)).unaccounted;

  it('leaves the run the leads that it has pulled, to be scored as they are now', async () => {
    await pulled(database.db, run, 'leads', [aCrmLead('1'), aCrmLead('2')]);
    await database.db.updateTable('leads').set({ is_dirty: false, outcome: 'scored' }).execute();
    await reconciled().storeLeads({ name: 'leads', kind: 'lead' }, [aCrmLead('1', newer)]);

    expect(await leads()).toMatchObject([{ is_dirty: true, outcome: 'scored' }, { is_dirty: false }]);
    expect(await unaccounted()).toBe(0);
  });

  it('ends a lead that is gone before the run has come to it', async () => {
    await pulled(database.db, run, 'leads', [aCrmLead('1')]);
    await reconciled().markDeleted([{ object: 'lead', crmId: '1' }]);

    expect(await leads()).toMatchObject([{ is_deleted: true, is_dirty: false, outcome: 'deleted' }]);
    expect(await unaccounted()).toBe(0);
  });

  const reconciled = () => reconcileStore(database.db, { id: run.connectionId, mappingVersion: 1 });
});

describe('a page of engagements', () => {
  const ref = { object: 'lead', crmId: '1' } as const;

  it('makes its lead due for scoring', async () => {
    await pulled(database.db, run, 'leads', [aCrmLead('1'), aCrmLead('2')]);
    await settled();
    await pulled(database.db, run, 'calls', [aCall('call 1', { leads: [ref] })]);

    expect((await leads()).map(({ is_dirty }) => is_dirty)).toEqual([true, false]);
  });

  it('changes nothing when it comes again', async () => {
    await pulled(database.db, run, 'leads', [aCrmLead('1')]);
    await pulled(database.db, run, 'calls', [aCall('call 1', { leads: [ref] })]);
    await settled();
    await pulled(database.db, run, 'calls', [aCall('call 1', { leads: [ref] })]);

    expect(await leads()).toMatchObject([{ is_dirty: false }]);
    expect(await counts('calls')).toEqual({ pulled: 2, stored: 1, excluded: { unchanged: 1 } });
  });

  it('makes a lead due when an engagement of its own is deleted', async () => {
    await pulled(database.db, run, 'leads', [aCrmLead('1')]);
    await pulled(database.db, run, 'calls', [aCall('call 1', { leads: [ref] })]);
    await settled();
    await pulled(database.db, run, 'calls', [aCall('call 1', { isDeleted: true })]);

    expect(await leads()).toMatchObject([{ is_dirty: true }]);
    expect(await database.db.selectFrom('engagements').selectAll().execute()).toEqual([]);
  });

  it('finds by e-mail address the lead that is read later', async () => {
    await pulled(database.db, run, 'calls', [aCall('form 1', { email: 'ada@example.com' })]);
    await pulled(database.db, run, 'leads', [aCrmLead('1', { emails: ['ada@example.com'] })]);

    const joined = await database.db
      .selectFrom('engagements')
      .innerJoin('lead_aliases', 'lead_aliases.crm_id', 'engagements.crm_id')
      .innerJoin('leads', 'leads.id', 'lead_aliases.lead_id')
      .select(['engagements.id', 'leads.crm_id'])
      .execute();
    expect(joined).toEqual([{ id: 'form 1', crm_id: '1' }]);
  });

  it('is due when a further address of the lead becomes known', async () => {
    await pulled(database.db, run, 'calls', [aCall('form 1', { email: 'ada@example.com' })]);
    await pulled(database.db, run, 'leads', [aCrmLead('1', { emails: ['ada@home.example'] }), aCrmLead('2')]);
    await settled();
    const modifiedAt = new Date('2026-11-02T00:00:00Z');
    await pulled(database.db, run, 'leads', [
      aCrmLead('1', { emails: ['ada@home.example', 'ada@example.com'], modifiedAt }),
      aCrmLead('2', { emails: ['eve@example.com'], modifiedAt }),
    ]);

    expect(await leads()).toMatchObject([{ is_dirty: true }, { is_dirty: false }]);
  });
});
