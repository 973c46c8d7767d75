import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/start.ts';
import type { CrmConnector, Page, RecordKind, RecordOf, Stream, SyncCursor } from '../../src/domain/crm.ts';
import { clockOf } from '../support/clock.ts';
import { connectorTo, SIGNAL } from './salesforce-fixture.ts';

const NOW = new Date('2026-11-23T09:30:00Z');
const MINUTE_MS = 60_000;

let sandbox: Sandbox;
let connector: CrmConnector;

beforeAll(async () => {
  sandbox = await startSandbox({ crms: ['salesforce'], leads: 1_500, seed: 7, now: NOW, frozen: true });
});
afterAll(() => sandbox.close());

const opened = () => connectorTo(sandbox.salesforceUrl, { clock: clockOf(() => sandbox.clock.now()), lagMs: 0 });
/** A connector of an org in which nothing has happened for longer than the overlap. */
const quietly = () => {
  sandbox.clock.advance(60 * MINUTE_MS);
  return opened();
};
const stream = <K extends RecordKind>(name: string, _kind: K): Stream<K> => {
  const found = connector.streams.find((each) => each.name === name);
  return found as Stream<K>; // the test names the kind it knows the stream to have
};

async function drain<K extends RecordKind>(from: Stream<K>, cursor: SyncCursor | null = null) {
  const pages: Page<RecordOf[K]>[] = [];
  for await (const page of connector.pull(from, cursor, SIGNAL)) pages.push(page);
  return { pages, records: pages.flatMap(({ records }) => records), cursor: pages.at(-1)?.cursor ?? null };
}

describe('a first pull from Salesforce', () => {
  beforeAll(() => {
    connector = opened();
  });

  it('delivers every lead and every contact once', async () => {
    const leads = await drain(stream('leads', 'lead'));
    const contacts = await drain(stream('contacts', 'lead'));
    const people = Array.from({ length: sandbox.world.size }, (_, n) => sandbox.world.person(n));
    expect(leads.records).toHaveLength(people.filter(({ isContact }) => !isContact).length);
    expect(new Set(leads.records.map(({ crmId }) => crmId)).size).toBe(leads.records.length);
    expect(contacts.records).toHaveLength(people.filter(({ isContact, deal }) => isContact || deal !== null).length);
    expect([...leads.pages, ...contacts.pages].flatMap(({ rejected }) => rejected)).toEqual([]);
  });

  it('reads attributes under our names', async () => {
    const { records } = await drain(stream('leads', 'lead'));
    const person = sandbox.world.person(peopleWhere(({ isContact, deal }) => !isContact && deal === null)[0]!);
    const lead = records.find(({ crmId }) => crmId === sandbox.twin('salesforce').leadId(person.n));
    expect(lead?.attributes).toMatchObject({
      jobTitle: person.jobTitle,
      city: person.city,
      optedOut: person.hasOptedOut,
    });
    expect(lead).toMatchObject({ object: 'lead', movedTo: null, isDeleted: false, absorbed: [] });
    expect(Object.values(lead?.scoreFields ?? { none: 1 }).every((value) => value === null)).toBe(true);
  });

  it('names the contact that a converted lead goes on as (T40)', async () => {
    const { records } = await drain(stream('leads', 'lead'));
    const contacts = new Set((await drain(stream('contacts', 'lead'))).records.map(({ crmId }) => crmId));
    const converted = records.filter(({ movedTo }) => movedTo !== null);
    expect(converted.length).toBeGreaterThan(0);
    expect(converted.every(({ movedTo }) => movedTo?.object === 'contact' && contacts.has(movedTo.crmId))).toBe(true);
  });

  it('gives each deal its people and its end', async () => {
    const { records } = await drain(stream('deals', 'deal'));
    const deals = peopleWhere(({ deal }) => deal !== null).map((n) => sandbox.world.person(n).deal!);
    const count = (outcome: string) => deals.filter((deal) => deal.outcome === outcome).length;
    expect(records.every(({ leads }) => leads.length > 0)).toBe(true);
    for (const outcome of ['open', 'won', 'lost']) {
      expect(records.filter((deal) => deal.outcome === outcome)).toHaveLength(count(outcome));
    }
    expect(records.every(({ outcome, closedAt }) => (outcome === 'open') === (closedAt === null))).toBe(true);
  });

  it('delivers owners with whether they are active, and queues', async () => {
    const owners = (await drain(stream('owners', 'owner'))).records;
    const queues = (await drain(stream('queues', 'owner'))).records;
    expect(owners.filter(({ isActive }) => !isActive)).toHaveLength(
      sandbox.world.reps.filter((rep) => !rep.isActive).length,
    );
    expect(queues.every(({ isQueue }) => isQueue)).toBe(true);
    expect(queues.length).toBeGreaterThan(0);
  });

  it('delivers every engagement of the world under its type', async () => {
    const engagements = (
      await Promise.all(['tasks', 'events', 'campaign-members'].map((name) => drain(stream(name, 'engagement'))))
    ).flatMap(({ records }) => records);
    const activities = peopleWhere(() => true).flatMap((n) => sandbox.world.person(n).activities);
    const ofType = (type: string) => engagements.filter((engagement) => engagement.type === type).length;
    for (const type of [
      'page_view',
      'email_open',
      'email_click',
      'form_submission',
      'demo_request',
      'call_connected',
    ]) {
      expect([type, ofType(type)]).toEqual([type, activities.filter((activity) => activity.type === type).length]);
    }
    expect(engagements.filter(({ type }) => type.startsWith('custom:'))).toEqual([]);
    expect(new Set(engagements.map(({ id }) => id)).size).toBe(engagements.length);
    expect(engagements.every(({ occurredAt }) => occurredAt <= NOW)).toBe(true);
  });

  it('costs a description, a query a page and a look-up a page of deals', async () => {
    connector = opened();
    for (const each of connector.streams) await drain(each);
    const spent = connector.calls;
    let pages = 0;
    for (const each of connector.streams) pages += (await drain(each)).pages.length;
    expect(spent).toBe(1 + pages + 1);
  });
});

describe('a later pull from Salesforce', () => {
  it('costs one query a stream when nothing has changed', async () => {
    connector = quietly();
    const cursors = new Map<string, SyncCursor | null>();
    for (const each of connector.streams) cursors.set(each.name, (await drain(each)).cursor);
    sandbox.clock.advance(60 * MINUTE_MS);
    for (const each of connector.streams) {
      const before = connector.calls;
      const { records } = await drain(each, cursors.get(each.name));
      expect([each.name, connector.calls - before, records.length]).toEqual([each.name, 1, 0]);
    }
  });

  it('delivers a changed lead, and no other', async () => {
    connector = quietly();
    const { cursor } = await drain(stream('leads', 'lead'));
    sandbox.clock.advance(60 * MINUTE_MS);
    const leadId = sandbox.twin('salesforce').leadId(unconverted()[0]!);
    sandbox.editLead('salesforce', leadId, { Title: 'Chief Scorer' }, 'a user');
    const { records } = await drain(stream('leads', 'lead'), cursor);
    expect(records.map(({ crmId, attributes }) => [crmId, attributes.jobTitle])).toEqual([[leadId, 'Chief Scorer']]);
  });

  it('reads the overlap again, where a long transaction may have come to light (T25)', async () => {
    connector = quietly();
    const leadId = sandbox.twin('salesforce').leadId(unconverted()[1]!);
    sandbox.editLead('salesforce', leadId, { City: 'Ghent' }, 'a user');
    const { cursor } = await drain(stream('leads', 'lead'));
    sandbox.clock.advance(11 * MINUTE_MS);
    const second = await drain(stream('leads', 'lead'), cursor);
    expect(second.records.map(({ crmId }) => crmId)).toEqual([leadId]);
    const third = await drain(stream('leads', 'lead'), second.cursor);
    expect(third.records).toEqual([]);
  });

  it('delivers a change that came to light with a stamp that was pulled past (T25)', async () => {
    connector = quietly();
    sandbox.clock.advance(60 * MINUTE_MS);
    const { cursor } = await drain(stream('leads', 'lead'));
    const leadId = sandbox.twin('salesforce').leadId(unconverted()[5]!);
    // A transaction of nine minutes: its stamp is that of its beginning.
    sandbox.clock.advance(-9 * MINUTE_MS);
    sandbox.editLead('salesforce', leadId, { Title: 'Late Riser' }, 'user');
    sandbox.clock.advance(10 * MINUTE_MS);
    const { records } = await drain(stream('leads', 'lead'), cursor);
    expect(records.map(({ crmId, attributes }) => [crmId, attributes.jobTitle])).toEqual([[leadId, 'Late Riser']]);
  });

  it('tells who stands for the loser of a merge (T17, T18)', async () => {
    connector = quietly();
    const { cursor } = await drain(stream('leads', 'lead'));
    sandbox.clock.advance(60 * MINUTE_MS);
    const twin = sandbox.twin('salesforce');
    const [winner, loser] = unconverted()
      .slice(2, 4)
      .map((n) => twin.leadId(n)) as [string, string];
    twin.mergeLeads(winner, loser);
    const { records } = await drain(stream('leads', 'lead'), cursor);
    expect(records.find(({ crmId }) => crmId === loser)).toMatchObject({
      isDeleted: true,
      movedTo: { object: 'lead', crmId: winner },
    });
    expect(await connector.readLeads([{ object: 'lead', crmId: loser }], SIGNAL)).toEqual([null]);
  });

  it('tells that a lead was deleted', async () => {
    connector = quietly();
    const { cursor } = await drain(stream('leads', 'lead'));
    sandbox.clock.advance(60 * MINUTE_MS);
    const leadId = sandbox.twin('salesforce').leadId(unconverted()[4]!);
    sandbox.twin('salesforce').deleteLead(leadId);
    const { records } = await drain(stream('leads', 'lead'), cursor);
    expect(records.map(({ crmId, isDeleted }) => [crmId, isDeleted])).toEqual([[leadId, true]]);
  });
});

function peopleWhere(holds: (person: ReturnType<Sandbox['world']['person']>) => boolean): number[] {
  const all = Array.from({ length: sandbox.world.size }, (_, n) => n);
  return all.filter((n) => holds(sandbox.world.person(n)));
}

function unconverted(): number[] {
  return peopleWhere(({ isContact, deal }) => !isContact && deal === null);
}
