import { afterEach, describe, expect, it } from 'vitest';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/start.ts';
import type { Mapping } from '../../src/domain/mapping.ts';
import { aLine } from '../support/mapping-lines.ts';
import { live, pulled } from './contract-bench.ts';
import { connectorTo, MAPPING } from './hubspot-fixture.ts';
import { pacingBudget } from './recording-budget.ts';

const NOW = new Date('2026-11-23T15:00:00Z');
const CONTACTS = { name: 'contacts', kind: 'lead' } as const;
const DEALS = { name: 'deals', kind: 'deal' } as const;
const EVENTS = { name: 'events', kind: 'engagement' } as const;
const engagements = (name: string) => ({ name, kind: 'engagement' }) as const;

describe('pulling from HubSpot', () => {
  const open: Sandbox[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((sandbox) => sandbox.close()));
  });

  async function start(options: SandboxOptions = {}): Promise<Sandbox> {
    const sandbox = await startSandbox({ crms: ['hubspot'], leads: 60, now: NOW, frozen: true, ...options });
    open.push(sandbox);
    return sandbox;
  }

  it('finds a change that the search index shows only later (T6)', async () => {
    const sandbox = await start({ settings: { hubspot: { searchLagMs: 20_000 } } });
    const connector = connectorTo(sandbox.hubspotUrl);
    const id = sandbox.twin('hubspot').leadId(3);
    const first = await pulled(connector, CONTACTS, null);
    sandbox.clock.advance(60_000);
    sandbox.editLead('hubspot', id, { city: 'Ulaanbaatar' }, 'user');
    sandbox.clock.advance(10_000);
    const early = await pulled(connector, CONTACTS, first.cursor);
    sandbox.clock.advance(20_000);
    const late = await pulled(connector, CONTACTS, early.cursor);

    const cities = ({ records }: typeof first) =>
      records.filter(({ crmId }) => crmId === id).map(({ attributes }) => attributes.city);
    expect(cities(early)).not.toContain('Ulaanbaatar');
    expect(cities(late)).toContain('Ulaanbaatar');
  });

  it('finds a lead that changes while the first list is read (T2)', async () => {
    const sandbox = await start({ leads: 250 });
    const connector = connectorTo(sandbox.hubspotUrl);
    const id = sandbox.twin('hubspot').leadId(0);
    const list = connector.pull(CONTACTS, null, live)[Symbol.asyncIterator]();
    await list.next();
    sandbox.clock.advance(5_000);
    sandbox.editLead('hubspot', id, { city: 'Ulaanbaatar' }, 'user');
    let cursor = null;
    for (let step = await list.next(); !step.done; step = await list.next()) cursor = step.value.cursor;
    sandbox.clock.advance(60_000);

    const { records } = await pulled(connector, CONTACTS, cursor);

    expect(records.find(({ crmId }) => crmId === id)?.attributes.city).toBe('Ulaanbaatar');
  });

  it('does not move its window when the clock of HubSpot stands still', async () => {
    const sandbox = await start();
    const connector = connectorTo(sandbox.hubspotUrl);
    const { cursor } = await pulled(connector, CONTACTS, null);
    const next = await pulled(connector, CONTACTS, cursor);
    expect((await pulled(connector, CONTACTS, next.cursor)).cursor).toBe(next.cursor);
  });

  it('knows the same of a deal whether all are pulled or only the changed ones (T13)', async () => {
    const sandbox = await start({ leads: 200 });
    const connector = connectorTo(sandbox.hubspotUrl);
    const all = await pulled(connector, DEALS, null);
    const deal = all.records.find(({ outcome }) => outcome === 'open') ?? all.records[0]!;
    sandbox.clock.advance(60_000);
    await fetch(`${sandbox.hubspotUrl}/crm/objects/2026-09/deals/${deal.crmId}`, {
      method: 'PATCH',
      headers: { authorization: 'Bearer pat-sandbox', 'content-type': 'application/json' },
      body: JSON.stringify({ properties: { amount: '4711' } }),
    });
    sandbox.clock.advance(60_000);

    const changed = (await pulled(connector, DEALS, all.cursor)).records.find(({ crmId }) => crmId === deal.crmId);
    const listed = (await pulled(connector, DEALS, null)).records.find(({ crmId }) => crmId === deal.crmId);

    expect(changed).toMatchObject({ amount: 4711, leads: deal.leads, companyId: deal.companyId });
    expect(changed).toEqual(listed);
  });

  it.each([
    ['call_connected', 'calls'],
    ['email_reply', 'emails'],
    ['meeting_held', 'meetings'],
    ['chat', 'communications'],
    ['page_view', 'events'],
    ['email_click', 'events'],
    ['webinar_attendance', 'events'],
    ['demo_request', 'form-submissions'],
  ])('brings a new %s in the stream %s, once', async (type, name) => {
    const sandbox = await start();
    const connector = connectorTo(sandbox.hubspotUrl);
    const stream = engagements(name);
    const { records, cursor } = await pulled(connector, stream, null);
    sandbox.clock.advance(3_600_000);
    const at = sandbox.clock.now();
    sandbox.addActivity(5, { type, at, page: '/pricing' }, 'hubspot');
    sandbox.clock.advance(60_000);

    const next = await pulled(connector, stream, cursor);

    const known = new Set(records.map(({ id }) => id));
    const news = next.records.filter(({ id }) => !known.has(id));
    expect(news).toHaveLength(1);
    expect(news[0]).toMatchObject({ type, occurredAt: at });
    const person = { crmId: sandbox.twin('hubspot').leadId(5), email: sandbox.world.person(5).email };
    if (name === 'form-submissions') expect(news[0]).toMatchObject({ email: person.email.toLowerCase() });
    else expect(news[0]?.leads).toEqual([{ object: 'contact', crmId: person.crmId }]);
  });

  it('brings every activity of the world exactly once over all streams', async () => {
    const sandbox = await start({ leads: 150 });
    const connector = connectorTo(sandbox.hubspotUrl);
    const brought: string[] = [];
    for (const stream of connector.streams.filter(({ kind }) => kind === 'engagement')) {
      brought.push(...(await pulled(connector, engagements(stream.name), null)).records.map(({ type }) => type));
    }
    const done = Array.from({ length: 150 }, (_, n) => sandbox.world.person(n).activities.map(({ type }) => type));
    expect(brought.sort()).toEqual(done.flat().sort());
  });

  it('resumes within the events after any page', async () => {
    const sandbox = await start({ leads: 300 });
    const all = await pulled(connectorTo(sandbox.hubspotUrl), EVENTS, null);
    const found = new Set<string>();
    let cursor = null;
    for (let page = 0; page < all.pages.length; page += 1) {
      for await (const { records, cursor: next } of connectorTo(sandbox.hubspotUrl).pull(EVENTS, cursor, live)) {
        for (const { id } of records) found.add(id);
        cursor = next;
        break;
      }
    }
    expect(found.size).toBe(all.records.length);
    const next = await pulled(connectorTo(sandbox.hubspotUrl), EVENTS, cursor);
    expect(next.records.length).toBeLessThan(all.records.length / 10);
  });

  it('finds no events, and no fault, in an account without the Enterprise tier', async () => {
    const sandbox = await start({ settings: { hubspot: { isEnterprise: false } } });
    const connector = connectorTo(sandbox.hubspotUrl);
    expect((await pulled(connector, EVENTS, null)).records).toEqual([]);
    expect((await connector.check(live)).faults).toEqual([]);
  });

  it.each(['gone', 'resolve'] as const)('reads a lead that a merge has retired, its id %s', async (mergedIds) => {
    const sandbox = await start({ settings: { hubspot: { mergedIds } } });
    const connector = connectorTo(sandbox.hubspotUrl);
    const [winner, loser] = [0, 1].map((n) => sandbox.twin('hubspot').leadId(n)) as [string, string];
    const merged = sandbox.twin('hubspot').mergeLeads(winner, loser);
    const [byNewId, byOldId] = await connector.readLeads(
      [merged, loser].map((crmId) => ({ object: 'contact', crmId }) as const),
      live,
    );
    expect(byNewId?.absorbed.map(({ crmId }) => crmId).sort()).toEqual([winner, loser].sort());
    // Asked for together with what stands for it, the retired id is known in either account.
    expect(byOldId?.crmId).toBe(merged);
  });

  it('reads on when a record has more associations than a page', async () => {
    const sandbox = await start({ leads: 200, settings: { hubspot: { associationPageSize: 1 } } });
    const connector = connectorTo(sandbox.hubspotUrl);
    const { records } = await pulled(connector, DEALS, null);
    expect(records.length).toBeGreaterThan(0);
    expect(records.filter(({ leads }) => leads.length === 0)).toEqual([]);
    const lead = { object: 'contact', crmId: sandbox.twin('hubspot').leadId(0) } as const;
    const tasks = [1, 2, 3].map((n) => ({
      lead,
      marker: `SW-contact-${lead.crmId}-${n}`,
      ownerId: null,
      dueAt: NOW,
      priority: 'low' as const,
      subject: 'Hot lead',
      body: 'Why: x',
    }));
    await connector.createTasks(tasks, live);
    const found = await connector.findTasks(tasks, live);
    expect(new Set(found).size).toBe(3);
    expect(found).not.toContain(null);
  });

  it('tells the addresses of all who were merged into a contact, its own first (T17, T18)', async () => {
    const sandbox = await start();
    const twin = sandbox.twin('hubspot');
    const people = [2, 5, 9].map((n) => sandbox.world.person(n).email);
    const first = twin.mergeLeads(twin.leadId(2), twin.leadId(5));
    const crmId = twin.mergeLeads(first, twin.leadId(9));
    const [lead] = await connectorTo(sandbox.hubspotUrl).readLeads([{ object: 'contact', crmId }], live);
    expect(lead?.emails).toEqual(people);
    expect(lead?.absorbed).toHaveLength(4);
  });

  it('searches for more properties than the body of a search may name (T20)', async () => {
    const sandbox = await start({ settings: { hubspot: { searchLagMs: 0 } } });
    const connector = connectorTo(sandbox.hubspotUrl, { mapping: withManyProperties() });
    const { cursor } = await pulled(connector, CONTACTS, null);
    const id = sandbox.twin('hubspot').leadId(3);
    sandbox.clock.advance(60_000);
    sandbox.editLead('hubspot', id, { city: 'Ulaanbaatar' }, 'user');
    const { records } = await pulled(connector, CONTACTS, cursor);
    expect(records.find(({ crmId }) => crmId === id)?.attributes.city).toBe('Ulaanbaatar');
  });

  it('keeps to the pace that a small account states', { timeout: 60_000 }, async () => {
    const limits = { burst: 100, associations: 100 };
    const sandbox = await start({ leads: 2_500, frozen: false, speed: 20, settings: { hubspot: { limits } } });
    const connector = connectorTo(sandbox.hubspotUrl, { budget: pacingBudget() });
    for (const { name } of connector.streams.filter(({ kind }) => kind === 'engagement')) {
      await pulled(connector, engagements(name), null);
    }
    expect(connector.calls).toBeGreaterThan(200);
    expect(sandbox.stats().hubspot.rateLimited).toBe(0);
  });
});

function withManyProperties(): Mapping {
  const { contact } = MAPPING.leads;
  const more = Array.from({ length: 200 }, (_, n) => [`more${n}`, aLine(`some_property_${n}`)]);
  return {
    ...MAPPING,
    leads: { contact: { ...contact, attributes: { ...contact.attributes, ...Object.fromEntries(more) } } },
  };
}
