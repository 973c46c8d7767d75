import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addressesOf } from '../../connectors/emails.ts';
import type { CrmLead } from '../../src/domain/crm.ts';
import { removeConnection } from '../../src/store/connections.ts';
import { ambiguousRecords, listLinks } from '../../src/store/link-counts.ts';
import { joinRecords, linkedLead, splitRecords } from '../../src/store/linked-leads.ts';
import { unlinkConnections } from '../../src/store/links.ts';
import { reconcileStore } from '../../src/store/reconciliation.ts';
import type { Run } from '../../src/store/runs.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { ended, linked, matched, reviewed } from '../support/linked-house.ts';
import { aCall, aConnection, aCrmLead, aRun, pulled } from '../support/sync-house.ts';

let database: FreshDatabase;
let hub: string;
let sales: string;
beforeAll(async () => {
  database = await freshDatabase();
});
beforeEach(async () => {
  await sql`truncate connections cascade`.execute(database.db);
  hub = await aConnection(database.db, 'hub');
  sales = await aConnection(database.db, 'sales');
});
afterAll(() => database.drop());

/** A record with addresses, parted by `;`. None is mapped, so that hashes are all that is known of them. */
const person = (crmId: string, emails: string, with_: Partial<CrmLead> = {}) =>
  aCrmLead(crmId, { emails: addressesOf(emails.split(';')), ...with_ });
const later = new Date('2026-11-05T00:00:00Z');

/** One pull of a connection, with the matching at its end. */
async function pull(connectionId: string, leads: readonly CrmLead[], stream: 'leads' | 'contacts' = 'leads') {
  const run = await aRun(database.db, connectionId);
  await pulled(database.db, run, stream, leads);
  await matched(database.db, run);
  await ended(database.db, run);
}
async function during(connectionId: string, work: (run: Run) => Promise<void>) {
  const run = await aRun(database.db, connectionId);
  await work(run);
  await matched(database.db, run);
  await ended(database.db, run);
}
/** The records that are one lead with a record, without itself. */
const partners = async (record: string) =>
  (await linkedLead(database.db, record)).records
    .map(({ connection, crmId }) => `${connection}:${crmId}`)
    .filter((name) => name !== record);

describe('linking two connections', () => {
  it('makes one lead of two records with the same address, however it is spelt', async () => {
    await pull(hub, [person('h1', 'Ada@acme.example'), person('h2', 'bob@acme.example')]);
    await pull(sales, [person('s1', ' ada@ACME.example '), person('s3', 'eve@acme.example')]);
    const counts = await linked(database.db, hub, sales);

    expect(counts).toMatchObject({ matched: 1, ambiguous: 0, unmatched: { hub: 1, sales: 1 }, tasksIn: 'sales' });
    expect(await partners('hub:h1')).toEqual(['sales:s1']);
    expect(await partners('sales:s3')).toEqual([]);
  });

  it('counts and changes nothing in a dry run', async () => {
    await pull(hub, [person('h1', 'ada@acme.example')]);
    await pull(sales, [person('s1', 'ada@acme.example')]);

    expect(await linked(database.db, hub, sales, { isTrial: true })).toMatchObject({ matched: 1 });
    expect(await listLinks(database.db)).toEqual([]);
    expect(await partners('hub:h1')).toEqual([]);
  });

  it('leaves an address that two leads of one connection bear to a person, and lists it by ids', async () => {
    await pull(hub, [person('h1', 'ada@acme.example'), person('h2', 'ada@acme.example')]);
    await pull(sales, [person('s1', 'ada@acme.example')]);
    const counts = await linked(database.db, hub, sales);
    const records = await ambiguousRecords(database.db, 10);

    expect(counts).toMatchObject({ matched: 0, ambiguous: 1 });
    expect(records.map(({ group, connection, crmId }) => `${group} ${connection}:${crmId}`)).toEqual([
      '1 hub:h1',
      '1 hub:h2',
      '1 sales:s1',
    ]);
    expect(JSON.stringify(records)).not.toContain('acme');
  });

  it.each(['info@acme.example', 'Sales@acme.example', 'not an address'])('takes %s for nobody', async (address) => {
    await pull(hub, [person('h1', address)]);
    await pull(sales, [person('s1', address)]);

    expect(await linked(database.db, hub, sales)).toMatchObject({ matched: 0, ambiguous: 0 });
  });

  it('does not trust an address whose mail came back', async () => {
    await during(hub, async (run) => {
      await pulled(database.db, run, 'leads', [person('h1', 'ada@acme.example')]);
      await pulled(database.db, run, 'calls', [
        aCall('email:1', { type: 'email_bounce', leads: [{ object: 'lead', crmId: 'h1' }] }),
      ]);
    });
    await pull(sales, [person('s1', 'ada@acme.example')]);

    expect(await linked(database.db, hub, sales)).toMatchObject({ matched: 0 });
  });

  it('does not trust the first address of a record that says its mail comes back, but the others', async () => {
    await pull(hub, [person('h1', 'ada@acme.example;ada@home.example', { hasEmailBounced: true })]);
    await pull(sales, [person('s1', 'ada@acme.example'), person('s2', 'ada@home.example')]);
    await linked(database.db, hub, sales);

    expect(await partners('hub:h1')).toEqual(['sales:s2']);
  });

  it('refuses a connection that is linked, and one with an open run', async () => {
    await linked(database.db, hub, sales);
    const third = await aConnection(database.db, 'third');
    const run = await aRun(database.db, third);

    await expect(linked(database.db, hub, third)).rejects.toMatchObject({ code: 'RUN_UNDER_WAY' });
    await ended(database.db, run);
    await expect(linked(database.db, hub, third)).rejects.toMatchObject({ code: 'LINK_REFUSED' });
    await expect(linked(database.db, third, sales)).rejects.toMatchObject({ code: 'LINK_REFUSED' });
  });
});

describe('linked connections', () => {
  beforeEach(async () => {
    await pull(hub, [person('h1', 'ada@acme.example')]);
    await linked(database.db, hub, sales);
    await pull(sales, [person('s1', 'ada@acme.example')]);
  });

  it('match a lead that is pulled after they were linked', async () => {
    expect(await partners('hub:h1')).toEqual(['sales:s1']);
  });

  it('stay one lead when the address changes (T44)', async () => {
    await pull(hub, [person('h1', 'ada@new.example', { modifiedAt: later })]);
    await pull(sales, [person('s2', 'ada@new.example')]);

    expect(await partners('hub:h1')).toEqual(['sales:s1']);
    expect(await partners('sales:s2')).toEqual([]);
  });

  it('stay one lead when the lead is converted', async () => {
    await pull(sales, [person('s1', 'ada@acme.example', { movedTo: { object: 'contact', crmId: 'c1' } })]);
    await pull(sales, [person('c1', 'ada@acme.example', { object: 'contact' })], 'contacts');

    expect(await partners('hub:h1')).toEqual(['sales:c1']);
    expect(await partners('sales:s1')).toEqual(['hub:h1', 'sales:c1']);
  });

  it('go on under the winner of a merge', async () => {
    await pull(sales, [person('s2', 'other@acme.example')]);
    await pull(sales, [
      person('s2', 'other@acme.example', { absorbed: [{ object: 'lead', crmId: 's1' }], modifiedAt: later }),
    ]);

    expect(await partners('hub:h1')).toEqual(['sales:s2']);
  });

  it('leave a winner that is somebody else what it is, and the other record alone', async () => {
    await pull(hub, [person('h2', 'bob@acme.example')]);
    await pull(sales, [person('s2', 'bob@acme.example')]);
    await pull(sales, [
      person('s2', 'bob@acme.example', { absorbed: [{ object: 'lead', crmId: 's1' }], modifiedAt: later }),
    ]);

    expect(await partners('hub:h2')).toEqual(['sales:s2']);
    expect(await partners('hub:h1')).toEqual([]);
  });

  it('match an address that became unique because one of its bearers was deleted', async () => {
    await pull(hub, [person('h5', 'eve@acme.example'), person('h6', 'eve@acme.example')]);
    await pull(sales, [person('s5', 'eve@acme.example')]);
    const before = await partners('sales:s5');
    await pull(hub, [person('h6', 'eve@acme.example', { isDeleted: true })]);

    expect([before, await partners('sales:s5')]).toEqual([[], ['hub:h5']]);
  });

  it('match it too when it is the nightly list that shows the deletion', async () => {
    await pull(hub, [person('h5', 'eve@acme.example'), person('h6', 'eve@acme.example')]);
    await pull(sales, [person('s5', 'eve@acme.example')]);
    await reconcileStore(database.db, { id: hub, mappingVersion: 1 }).markDeleted([{ object: 'lead', crmId: 'h6' }]);
    await pull(sales, []);

    expect(await partners('sales:s5')).toEqual(['hub:h5']);
  });

  it('let a new record take the place of a deleted one', async () => {
    await pull(sales, [person('s1', 'ada@acme.example', { isDeleted: true })]);
    await pull(sales, [person('s9', 'ada@acme.example')]);

    expect(await partners('hub:h1')).toEqual(['sales:s9']);
  });

  it('never match again what a person has split, not even when linked anew', async () => {
    await splitRecords(database.db, 'hub:h1', 'sales:s1');
    await pull(hub, [person('h1', 'ada@new.example', { modifiedAt: later })]);
    await pull(hub, [person('h1', 'ada@acme.example', { modifiedAt: new Date('2026-11-06T00:00:00Z') })]);
    const whileLinked = await partners('hub:h1');
    await unlinkConnections(database.db, { id: hub, name: 'hub' }, { id: sales, name: 'sales' });
    const again = await linked(database.db, hub, sales);

    expect([whileLinked, again.matched]).toEqual([[], 0]);
    expect((await linkedLead(database.db, 'sales:s1')).splitFrom).toMatchObject([{ connection: 'hub', crmId: 'h1' }]);
  });

  it('keep a split when one of the two is merged away', async () => {
    await splitRecords(database.db, 'hub:h1', 'sales:s1');
    await pull(sales, [person('s2', 'other@acme.example')]);
    await pull(sales, [
      person('s2', 'ada@acme.example', { absorbed: [{ object: 'lead', crmId: 's1' }], modifiedAt: later }),
    ]);

    expect(await partners('hub:h1')).toEqual([]);
  });

  it('are joined and split by a person, whatever their addresses', async () => {
    await pull(hub, [person('h2', 'info@acme.example')]);
    await pull(sales, [person('s2', 'bob@acme.example')]);
    await joinRecords(database.db, [{ records: ['sales:s2', 'hub:h2'] }]);
    await joinRecords(database.db, [{ records: ['hub:h2', 'sales:s2'] }]);

    expect(await linkedLead(database.db, 'hub:h2')).toMatchObject({ matchedBy: 'person', tasksIn: 'sales' });
    expect(await partners('hub:h2')).toEqual(['sales:s2']);
    await splitRecords(database.db, 'hub:h2', 'sales:s2');
    await joinRecords(database.db, [{ records: ['hub:h2', 'sales:s2'] }]);
    expect(await partners('hub:h2')).toEqual(['sales:s2']);
  });

  it('refuse to join a third record, and then join none of the list', async () => {
    await pull(hub, [person('h2', 'x@acme.example'), person('h3', 'y@acme.example')]);
    await pull(sales, [person('s2', 'z@acme.example')]);
    const pairs = [
      { records: ['hub:h2', 'sales:s2'], said: 'pairs.csv line 1' },
      { records: ['hub:h3', 'sales:s1'], said: 'pairs.csv line 2' },
    ] as const;

    await expect(joinRecords(database.db, pairs)).rejects.toMatchObject({
      code: 'LINK_REFUSED',
      message: 'pairs.csv line 2: sales:s1 is one lead with hub:h1; split them first',
    });
    expect(await partners('hub:h2')).toEqual([]);
  });

  it('refuse records that nobody knows or that are of one connection', async () => {
    await pull(hub, [person('h2', 'x@acme.example')]);

    await expect(splitRecords(database.db, 'hub:h9', 'sales:s1')).rejects.toMatchObject({ code: 'RECORD_UNKNOWN' });
    await expect(joinRecords(database.db, [{ records: ['hub:h1', 'hub:h2'] }])).rejects.toMatchObject({
      code: 'LINK_REFUSED',
    });
    await expect(joinRecords(database.db, [{ records: ['hbu:h1', 'sales:s1'] }])).rejects.toMatchObject({
      code: 'CONNECTION_UNKNOWN',
    });
  });

  it('are scored each alone again when they are unlinked', async () => {
    await reviewed(database.db, hub);
    await reviewed(database.db, sales);
    await unlinkConnections(database.db, { id: hub, name: 'hub' }, { id: sales, name: 'sales' });

    expect(await reviewed(database.db, hub)).toBe(1);
    expect(await partners('hub:h1')).toEqual([]);
    await expect(
      unlinkConnections(database.db, { id: hub, name: 'hub' }, { id: sales, name: 'sales' }),
    ).rejects.toMatchObject({ code: 'LINK_REFUSED' });
  });

  it('are scored each alone again when one is removed, but not during a run of the other', async () => {
    await reviewed(database.db, hub);
    await reviewed(database.db, sales);
    const run = await aRun(database.db, hub);

    await expect(removeConnection(database.db, 'sales')).rejects.toMatchObject({ code: 'RUN_UNDER_WAY' });
    expect(await partners('hub:h1')).toEqual(['sales:s1']);
    await ended(database.db, run);
    await removeConnection(database.db, 'sales');
    expect(await reviewed(database.db, hub)).toBe(1);
    expect(await listLinks(database.db)).toEqual([]);
  });
});
