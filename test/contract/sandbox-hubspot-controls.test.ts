import { describe, expect, it } from 'vitest';
import { startSandbox } from '../../sandbox/start.ts';
import { aPortal, NOW } from './sandbox-hubspot-portal.ts';

const CONTACTS = '/crm/objects/2026-09/contacts';

describe('the controls of the sandbox', () => {
  it('move the clock, and every answer bears its time', async () => {
    const { call } = await aPortal();

    await call('POST', '/__sandbox/clock', { advanceMs: 3_600_000 });

    const { headers } = await call('GET', '/account-info/2026-09/details');
    expect(headers.get('date')).toBe('Mon, 02 Nov 2026 10:00:00 GMT');
    expect((await call('POST', '/__sandbox/clock', { now: '2026-12-01T00:00:00Z' })).body.now).toBe(
      '2026-12-01T00:00:00.000Z',
    );
  });

  it('count calls by route and leave themselves out', async () => {
    const { call, lead } = await aPortal();
    await call('GET', `/crm/v3/objects/contacts/${lead(0)}`);
    await call('GET', `${CONTACTS}/${lead(1)}`);

    const { body } = await call('GET', '/__sandbox/stats');

    expect(body.hubspot.byRoute).toEqual({ 'GET /crm/objects/2026-09/contacts/{id}': 2 });
    await call('DELETE', '/__sandbox/stats');
    expect((await call('GET', '/__sandbox/stats')).body.hubspot.calls).toBe(0);
  });

  it('replace the fault plan', async () => {
    const { call } = await aPortal();
    await call('PUT', '/__sandbox/faults', [{ route: 'GET /**', fault: { kind: 'server-error' } }]);

    expect((await call('GET', CONTACTS)).status).toBe(500);
    await call('PUT', '/__sandbox/faults', []);
    expect((await call('GET', CONTACTS)).status).toBe(200);
  });

  it('refuse a fault plan that is none, and say where', async () => {
    const { call } = await aPortal();

    const { status, body } = await call('PUT', '/__sandbox/faults', [{ route: 'contacts', fault: { kind: 'reset' } }]);

    expect(status).toBe(400);
    expect(body.error).toContain('expected a method and a path');
  });

  it('let people do more', async () => {
    const { call, lead } = await aPortal();
    const path = `${CONTACTS}/${lead(0)}?properties=hs_analytics_num_page_views`;
    const before = Number((await call('GET', path)).body.properties.hs_analytics_num_page_views);

    await call('POST', '/__sandbox/activities', [
      { person: 0, type: 'page_view', page: '/pricing' },
      { person: 0, type: 'page_view', page: '/pricing', at: NOW.toISOString() },
    ]);

    expect(Number((await call('GET', path)).body.properties.hs_analytics_num_page_views)).toBe(before + 2);
  });

  it('edit leads as a user would, all with one stamp', async () => {
    const { call, lead, sandbox } = await aPortal();
    sandbox.clock.advance(60_000);

    await call('POST', '/__sandbox/edit', { ids: [lead(0), lead(1)], values: { city: 'Oslo' } });

    const { body } = await call('GET', `${CONTACTS}?limit=2&properties=city`);
    expect(body.results.map((each: { updatedAt: string }) => each.updatedAt)).toEqual(
      Array(2).fill('2026-11-02T09:01:00.000Z'),
    );
  });

  it('refuse to edit with a property that does not exist', async () => {
    const { call, lead } = await aPortal();

    expect((await call('POST', '/__sandbox/edit', { ids: [lead(0)], values: { foo: '1' } })).status).toBe(400);
  });

  it('merge and delete leads, and tell under which id a person is known', async () => {
    const { call } = await aPortal();
    const merged = await call('POST', '/__sandbox/merge', { winner: '100000001', loser: '100000002' });
    await call('POST', '/__sandbox/delete', { id: '100000003' });

    expect((await call('GET', '/__sandbox/lead/1')).body.id).toBe(merged.body.id);
    expect((await call('GET', `${CONTACTS}/100000003`)).status).toBe(404);
  });
});

describe('the state of the local HubSpot', () => {
  const workedOn = async (order: readonly number[]) => {
    const { call, lead, sandbox } = await aPortal();
    await call('POST', '/crm/properties/2026-09/contacts', {
      name: 'x_score',
      label: 'Score',
      type: 'number',
      fieldType: 'number',
      groupName: 'contactinformation',
    });
    for (const n of order) {
      await call('PATCH', `${CONTACTS}/${lead(n)}`, { properties: { x_score: String(n), lifecyclestage: 'customer' } });
      await call('POST', '/crm/objects/2026-09/tasks', {
        properties: { hs_timestamp: '2026-11-03T09:00:00Z', hs_task_subject: 'Call', hs_task_body: `lead ${n}` },
        associations: [{ to: { id: lead(n) }, types: [{ associationTypeId: 204 }] }],
      });
      sandbox.clock.advance(1_000);
    }
    return (await call('GET', '/__sandbox/state')).text;
  };

  it('is equal byte for byte after the same work in another order', async () => {
    expect(await workedOn([4, 2, 9])).toBe(await workedOn([9, 4, 2]));
  });

  it('holds scores, stage, owner and tasks, and no built-in property', async () => {
    const state = JSON.parse(await workedOn([4]));

    expect(state.leads[4]).toMatchObject({ crmId: '100000005', values: { x_score: '4' }, lifecycleStage: 'customer' });
    expect(state.tasks).toEqual([
      {
        leads: ['100000005'],
        subject: 'Call',
        body: 'lead 4',
        owner: null,
        dueAt: '2026-11-03T09:00:00.000Z',
        priority: null,
        status: null,
      },
    ]);
    expect(state.leads[0].values).toEqual({});
  });
});

describe('a sandbox', () => {
  it('shows the same people for the same seed, and others for another', async () => {
    const people = async (seed: number) =>
      (await (await aPortal({ seed })).call('GET', `${CONTACTS}?limit=30`)).text.replaceAll(/127.0.0.1:\d+/g, '');

    expect(await people(5)).toBe(await people(5));
    expect(await people(5)).not.toBe(await people(6));
  });

  it('says that its port is taken', async () => {
    const { sandbox } = await aPortal();
    const hubspotPort = Number(new URL(sandbox.hubspotUrl).port);

    await expect(startSandbox({ crms: ['hubspot'], leads: 1, hubspotPort })).rejects.toMatchObject({
      code: 'PORT_TAKEN',
    });
  });

  it('opens both CRMs over the same people', async () => {
    const { sandbox } = await aPortal({ crms: ['hubspot', 'salesforce'] });

    const [lead] = sandbox.state('salesforce').leads;

    expect(lead?.owner === null || lead?.owner.endsWith('@sales.example')).toBe(true);
    expect(sandbox.salesforceUrl).not.toBe(sandbox.hubspotUrl);
  });
});
