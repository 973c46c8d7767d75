import { describe, expect, it } from 'vitest';
import { aPortal, type PortalUnderTest } from './sandbox-hubspot-portal.ts';

const CONTACTS = '/crm/objects/2026-09/contacts';

interface Version {
  readonly value: string;
  readonly timestamp: string;
  readonly sourceType: string;
  readonly sourceId?: string;
  readonly updatedByUserId?: number;
}

const historyOf = async ({ call }: PortalUnderTest, id: string, name: string): Promise<readonly Version[]> => {
  const body = { properties: [], propertiesWithHistory: [name], inputs: [{ id }] };
  return (await call('POST', `${CONTACTS}/batch/read`, body)).body.results[0].propertiesWithHistory[name];
};

describe('the history of a property in the local HubSpot', () => {
  it('tells every value, newest first, with its instant and the app that set it', async () => {
    const portal = await aPortal();
    const { call, lead, sandbox } = portal;
    const [before] = await historyOf(portal, lead(0), 'jobtitle');
    sandbox.clock.advance(60_000);
    await call('PATCH', `${CONTACTS}/${lead(0)}`, { properties: { jobtitle: 'First' } });
    sandbox.clock.advance(60_000);
    await call('PATCH', `${CONTACTS}/${lead(0)}`, { properties: { jobtitle: '' } });

    expect(await historyOf(portal, lead(0), 'jobtitle')).toEqual([
      { value: '', timestamp: '2026-11-02T09:02:00.000Z', sourceType: 'INTEGRATION', sourceId: '1000001' },
      { value: 'First', timestamp: '2026-11-02T09:01:00.000Z', sourceType: 'INTEGRATION', sourceId: '1000001' },
      ...(before === undefined ? [] : [before]),
    ]);
  });

  it('has no new entry for the same value again', async () => {
    const portal = await aPortal();
    const { call, lead, sandbox } = portal;
    for (let times = 0; times < 3; times += 1) {
      sandbox.clock.advance(60_000);
      await call('PATCH', `${CONTACTS}/${lead(0)}`, { properties: { zip: '8000' } });
    }
    expect(await historyOf(portal, lead(0), 'zip')).toMatchObject([{ timestamp: '2026-11-02T09:01:00.000Z' }]);
  });

  it.each([
    ['user', { sourceType: 'CRM_UI', sourceId: 'userId:9000001', updatedByUserId: 9_000_001 }],
    ['rep.3@sales.example', { sourceType: 'CRM_UI', sourceId: 'userId:9000003', updatedByUserId: 9_000_003 }],
    ['workflow', { sourceType: 'AUTOMATION_PLATFORM' }],
    ['integration', { sourceType: 'INTEGRATION', sourceId: '2000001' }],
    ['import', { sourceType: 'IMPORT' }],
  ])('tells of an edit by %s what HubSpot would', async (by, source) => {
    const portal = await aPortal();
    const { call, lead } = portal;
    await call('POST', '/__sandbox/edit', { ids: [lead(4)], values: { zip: '8000' }, by });
    expect(await historyOf(portal, lead(4), 'zip')).toMatchObject([{ value: '8000', ...source }]);
  });

  it('is told for one record and in lists as well, and for no property that does not exist', async () => {
    const { call, lead } = await aPortal();
    const query = 'propertiesWithHistory=lifecyclestage,no_such';
    const one = await call('GET', `${CONTACTS}/${lead(0)}?${query}`);
    const listed = await call('GET', `${CONTACTS}?limit=50&${query}`);
    expect(one.body.propertiesWithHistory).toEqual(listed.body.results[0].propertiesWithHistory);
    expect(Object.keys(one.body.propertiesWithHistory)).toEqual(['lifecyclestage']);
  });

  it('is refused for more than 50 records a call', async () => {
    const { call, lead } = await aPortal({ leads: 60 });
    const inputs = Array.from({ length: 51 }, (_, n) => ({ id: lead(n) }));
    const read = await call('POST', `${CONTACTS}/batch/read`, {
      properties: [],
      propertiesWithHistory: ['zip'],
      inputs,
    });
    expect(read).toMatchObject({ status: 400, body: { message: expect.stringContaining('property histories is 50') } });
    expect((await call('GET', `${CONTACTS}?limit=100&propertiesWithHistory=zip`)).status).toBe(400);
  });

  it('begins anew in the record that a merge makes', async () => {
    const portal = await aPortal();
    const { call, lead } = portal;
    await call('PATCH', `${CONTACTS}/${lead(0)}`, { properties: { zip: '8000' } });
    const { body } = await call('POST', '/__sandbox/merge', { winner: lead(0), loser: lead(1) });
    expect(await historyOf(portal, body.id, 'zip')).toMatchObject([{ value: '8000', sourceType: 'MERGE_OBJECTS' }]);
  });

  it('is kept for tasks, which a rep may change', async () => {
    const { call } = await aPortal();
    const properties = { hs_timestamp: '2026-11-03T09:00:00Z', hs_task_subject: 'Call' };
    const task = await call('POST', '/crm/objects/2026-09/tasks', { properties, associations: [] });
    await call('POST', '/__sandbox/edit-tasks', { ids: [task.body.id], values: { hs_task_subject: 'Visit' } });
    const { body } = await call(
      'GET',
      `/crm/objects/2026-09/tasks/${task.body.id}?propertiesWithHistory=hs_task_subject`,
    );
    const subjects = body.propertiesWithHistory.hs_task_subject;
    expect(subjects.map(({ value, sourceType }: Version) => [value, sourceType])).toEqual([
      ['Visit', 'CRM_UI'],
      ['Call', 'INTEGRATION'],
    ]);
  });
});
