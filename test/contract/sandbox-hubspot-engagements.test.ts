import { describe, expect, it } from 'vitest';
import { EVENT_NAMES, eventOf, formOf, objectOf } from '../../sandbox/hubspot/event-types.ts';
import type { Sandbox } from '../../sandbox/start.ts';
import { ENGAGEMENT_TYPES } from '../../src/domain/lead.ts';
import { aPortal, type PortalUnderTest } from './sandbox-hubspot-portal.ts';

const EVENTS = '/events/event-occurrences/2026-09';
const OFF = { settings: { hubspot: { limits: { enforced: false } } } };

/** Activities of everybody that a test picks out. */
function activitiesOf({ world }: Sandbox, isWanted: (type: string, page: string | undefined) => boolean): number {
  const everybody = Array.from({ length: world.size }, (_, n) => world.person(n).activities).flat();
  return everybody.filter(({ type, page }) => isWanted(type, page)).length;
}

/** All results of a paged GET. */
async function all({ call }: PortalUnderTest, path: string): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  for (let after = ''; ; ) {
    const { body } = await call('GET', `${path}${after}`);
    found.push(...body.results);
    if (!body.paging) return found;
    after = `&after=${body.paging.next.after}`;
  }
}

describe('engagements in the local HubSpot', () => {
  it('have exactly one place each', () => {
    const places = ENGAGEMENT_TYPES.map(
      (type) => [objectOf(type), formOf(type, '/'), eventOf(type, 1)].filter(Boolean).length,
    );

    expect(places).toEqual(ENGAGEMENT_TYPES.map(() => 1));
  });

  it.each(['calls', 'emails', 'meetings', 'communications'] as const)(
    'are all there as %s, each with its contact',
    async (object) => {
      const portal = await aPortal({ leads: 200, ...OFF });

      const listed = await all(portal, `/crm/objects/2026-09/${object}?limit=100&associations=contacts`);

      expect(listed.length).toBe(activitiesOf(portal.sandbox, (type) => objectOf(type) === object));
      expect(listed.length).toBeGreaterThan(0);
      expect(listed.every(({ associations }) => associations !== undefined)).toBe(true);
    },
  );

  it('are event occurrences of every contact, page by page, by type and time', async () => {
    const portal = await aPortal({ leads: 200, ...OFF });
    const name = EVENT_NAMES.page_view!;

    const events = await all(portal, `${EVENTS}?objectType=contact&eventType=${name}&limit=100`);

    expect(events.length).toBe(activitiesOf(portal.sandbox, (type) => type === 'page_view'));
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    const half = new Date(portal.sandbox.world.now.getTime() - 30 * 86_400_000).toISOString();
    const recent = await all(portal, `${EVENTS}?objectType=contact&eventType=${name}&limit=100&occurredAfter=${half}`);
    expect(recent).toEqual(events.filter(({ occurredAt }) => String(occurredAt) >= half));
  });

  it('are event types of the list', async () => {
    const { call, sandbox } = await aPortal();
    const { body } = await call('GET', `${EVENTS}/event-types`);

    const everybody = Array.from({ length: 30 }, (_, n) => sandbox.world.person(n).activities).flat();
    const used = everybody.map(({ type }) => eventOf(type, 48_000_001)).filter((name) => name !== null);
    expect(body.eventTypes).toEqual(expect.arrayContaining(used));
  });

  it('are no event occurrences without a hub of the Enterprise tier', async () => {
    const { call } = await aPortal({ settings: { hubspot: { isEnterprise: false } } });

    expect((await call('GET', `${EVENTS}/event-types`)).status).toBe(403);
  });

  it('are form submissions, newest first, known by e-mail address', async () => {
    const portal = await aPortal({ leads: 400, ...OFF });
    const forms = (await portal.call('GET', '/marketing/v3/forms')).body.results;

    let total = 0;
    for (const { id } of forms) {
      const submissions = await all(portal, `/form-integrations/v1/submissions/forms/${id}?limit=50`);
      const instants = submissions.map(({ submittedAt }) => Number(submittedAt));
      expect(instants).toEqual(instants.toSorted((a, b) => b - a));
      total += submissions.length;
    }

    expect(total).toBe(activitiesOf(portal.sandbox, (type, page) => formOf(type, page) !== null));
  });

  it('leave no trace of whom gdpr-delete has erased', async () => {
    const portal = await aPortal(OFF);
    const { sandbox, call, lead } = portal;
    const form = '/form-integrations/v1/submissions/forms/5a4db0c5-00f0-4000-8000-000000000000?limit=1';
    sandbox.addActivity(2, { type: 'demo_request', at: sandbox.clock.now(), page: '/demo' });
    sandbox.addActivity(2, { type: 'page_view', at: sandbox.clock.now(), page: '/' });

    await call('POST', '/crm/objects/2026-09/contacts/gdpr-delete', { objectId: lead(2) });

    const events = await call('GET', `${EVENTS}?objectType=contact&objectId=${lead(2)}`);
    expect([events.body.results, (await call('GET', form)).body.results]).toEqual([[], []]);
  });

  it('count in the properties of the contact', async () => {
    const { call, sandbox, lead } = await aPortal();
    const path = `/crm/objects/2026-09/contacts/${lead(0)}?properties=hs_email_click,hs_email_last_click_date`;
    const before = await call('GET', path);
    sandbox.clock.advance(3_600_000);

    sandbox.addActivity(0, { type: 'email_click', at: sandbox.clock.now() });

    const after = await call('GET', path);
    expect(Number(after.body.properties.hs_email_click)).toBe(Number(before.body.properties.hs_email_click ?? 0) + 1);
    expect(after.body.properties.hs_email_last_click_date).toBe(sandbox.clock.now().toISOString());
    expect(after.body.updatedAt).toBe(sandbox.clock.now().toISOString());
  });

  it('that are added are read where their kind is kept', async () => {
    const portal = await aPortal(OFF);
    const { sandbox } = portal;
    const path = '/crm/objects/2026-09/meetings?limit=100';
    const form = '/form-integrations/v1/submissions/forms/5a4db0c5-00f0-4000-8000-000000000000?limit=1';
    const before = await all(portal, path);
    await portal.call('GET', form); // so that the submissions are known before the new one comes
    sandbox.clock.advance(60_000);

    sandbox.addActivity(1, { type: 'meeting_held', at: sandbox.clock.now() });
    sandbox.addActivity(2, { type: 'demo_request', at: sandbox.clock.now(), page: '/demo' });

    expect(await all(portal, path)).toHaveLength(before.length + 1);
    const newest = (await portal.call('GET', form)).body.results[0];
    expect(newest).toMatchObject({
      submittedAt: sandbox.clock.now().getTime(),
      values: [{ name: 'email', value: sandbox.world.person(2).email }],
    });
  });
});

describe('associations in the local HubSpot', () => {
  it('are read in batches with type ids, the primary company first', async () => {
    const { call, sandbox, lead } = await aPortal();
    const employed = [...Array(30).keys()].find((n) => sandbox.world.person(n).company !== null)!;

    const { body } = await call('POST', '/crm/v4/associations/contacts/companies/batch/read', {
      inputs: [{ id: lead(employed) }],
    });

    expect(body.results[0].to[0].associationTypes.map(({ typeId }: { typeId: number }) => typeId)).toEqual([1, 279]);
  });

  it('lead from a company to all its people', async () => {
    const { call, sandbox, lead } = await aPortal();
    const employed = [...Array(30).keys()].filter((n) => sandbox.world.person(n).company === 0);

    const { body } = await call('GET', '/crm/objects/2026-09/companies/1000000001/associations/contacts?limit=100');

    expect(body.results.map(({ toObjectId }: { toObjectId: string }) => toObjectId)).toEqual(
      employed.map((n) => lead(n)),
    );
  });

  it('answer 207 when a record has none', async () => {
    const { call } = await aPortal();

    const { status, body } = await call('POST', '/crm/associations/2026-09/contacts/calls/batch/read', {
      inputs: [{ id: '999' }],
    });

    expect([status, body.results, body.numErrors]).toEqual([207, [], 1]);
  });

  it('come in pages where there are many', async () => {
    const { call, sandbox, lead } = await aPortal({ settings: { hubspot: { associationPageSize: 2 } } });
    for (let n = 0; n < 3; n++) sandbox.addActivity(0, { type: 'call_attempted', at: sandbox.clock.now() });
    const read = (input: object) =>
      call('POST', '/crm/associations/2026-09/contacts/calls/batch/read', { inputs: [{ id: lead(0), ...input }] });

    const first = await read({});
    const second = await read({ after: first.body.results[0].paging.next.after });

    expect(first.body.results[0].to).toHaveLength(2);
    expect(second.body.results[0].to.length).toBeGreaterThan(0);
  });

  it('are created in batches, and refuse more than 1,000 reads', async () => {
    const { call, lead } = await aPortal();
    const note = await call('POST', '/crm/objects/2026-09/notes', {
      properties: { hs_timestamp: '2026-11-02T09:00:00Z' },
    });

    const created = await call('POST', '/crm/associations/2026-09/notes/contacts/batch/create', {
      inputs: [
        {
          from: { id: note.body.id },
          to: { id: lead(0) },
          types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 202 }],
        },
      ],
    });
    const tooMany = await call('POST', '/crm/associations/2026-09/notes/contacts/batch/read', {
      inputs: Array(1_001).fill({ id: note.body.id }),
    });

    expect([created.status, tooMany.status]).toEqual([201, 400]);
    const linked = await call('GET', `/crm/objects/2026-09/contacts/${lead(0)}/associations/notes`);
    expect(linked.body.results).toMatchObject([{ toObjectId: note.body.id }]);
  });
});

describe('the account of the local HubSpot', () => {
  it('tells who it is', async () => {
    const { call } = await aPortal();

    const { body } = await call('GET', '/account-info/v3/details');

    expect(body).toMatchObject({ portalId: 48_000_001, timeZone: 'America/New_York', uiDomain: 'app.hubspot.com' });
  });

  it('archives owners who have left', async () => {
    const { client } = await aPortal();

    const active = await client.crm.owners.ownersApi.getPage();
    const left = await client.crm.owners.ownersApi.getPage(undefined, undefined, 100, true);

    expect([active.results.length, left.results.length, left.results[0]?.archived]).toEqual([7, 1, true]);
  });

  it('has stages whose metadata is text', async () => {
    const { client } = await aPortal();

    const { results } = await client.crm.pipelines.pipelinesApi.getAll('deals');

    const won = results[0]?.stages.find(({ id }) => id === 'closedwon');
    expect(won?.metadata).toEqual({ probability: '1.0', isClosed: 'true' });
  });

  it('lists campaigns with the properties asked for', async () => {
    const { call } = await aPortal();

    const { body } = await call('GET', '/marketing/campaigns/2026-09?properties=hs_name&limit=3');

    expect([body.total, body.results.length, Object.keys(body.results[0].properties)]).toEqual([10, 3, ['hs_name']]);
  });

  it('tells whether somebody has unsubscribed', async () => {
    const { call, sandbox } = await aPortal({ leads: 200 });
    const left = [...Array(200).keys()].find((n) => sandbox.world.person(n).hasOptedOut)!;

    const path = `/communication-preferences/2026-09/statuses/${sandbox.world.person(left).email}?channel=EMAIL`;

    expect((await call('GET', path)).body.results[0].status).toBe('UNSUBSCRIBED');
  });
});
