import { describe, expect, it } from 'vitest';
import { aPortal } from './sandbox-hubspot-portal.ts';

const CONTACTS = '/crm/objects/2026-09/contacts';

describe('the list of the local HubSpot', () => {
  it('pages through everybody once, in order of ids', async () => {
    const { client } = await aPortal({ leads: 250 });

    const ids: number[] = [];
    for (let after: string | undefined, more = true; more; more = after !== undefined) {
      const page = await client.crm.contacts.basicApi.getPage(100, after, ['email']);
      ids.push(...page.results.map(({ id }) => Number(id)));
      after = page.paging?.next?.after;
    }

    expect(ids).toHaveLength(250);
    expect(ids).toEqual([...new Set(ids)].toSorted((a, b) => a - b));
  });

  it('answers the same on v3 and on dated paths, by name and by type id', async () => {
    const { call } = await aPortal();

    const answers = await Promise.all(
      ['/crm/v3/objects/contacts', CONTACTS, '/crm/objects/2026-03/0-1'].map((path) => call('GET', `${path}?limit=5`)),
    );

    expect(new Set(answers.map(({ body }) => JSON.stringify(body.results))).size).toBe(1);
  });

  it('shows defaults unless properties are asked for, and ignores unknown ones in silence', async () => {
    const { call } = await aPortal();

    const usual = await call('GET', `${CONTACTS}?limit=1`);
    const asked = await call('GET', `${CONTACTS}?limit=1&properties=jobtitle,no_such_thing`);

    expect(Object.keys(usual.body.results[0].properties)).toContain('firstname');
    expect(Object.keys(asked.body.results[0].properties).toSorted()).toEqual([
      'createdate',
      'hs_object_id',
      'jobtitle',
      'lastmodifieddate',
    ]);
  });

  it('refuses more than 100 a page', async () => {
    const { call } = await aPortal();

    expect((await call('GET', `${CONTACTS}?limit=101`)).status).toBe(400);
  });

  it('shows the company of a contact twice, the primary link first', async () => {
    const { call, sandbox } = await aPortal();
    const employed = [...Array(30).keys()].find((n) => sandbox.world.person(n).company !== null)!;

    const { body } = await call('GET', `${CONTACTS}?limit=30&associations=companies`);

    const links = body.results[employed].associations.companies.results;
    expect(links.map(({ type }: { type: string }) => type)).toEqual([
      'contact_to_company',
      'contact_to_company_unlabeled',
    ]);
    expect(links[0].id).toBe(links[1].id);
  });

  it('answers 414 to a URL that is too long', async () => {
    const { call } = await aPortal();

    expect((await call('GET', `${CONTACTS}?properties=${'x'.repeat(9_000)}`)).status).toBe(414);
  });

  it('keeps archived records apart from live ones', async () => {
    const { call, lead } = await aPortal();
    await call('DELETE', `${CONTACTS}/${lead(3)}`);

    const live = await call('GET', `${CONTACTS}?limit=100`);
    const archived = await call('GET', `${CONTACTS}?limit=100&archived=true`);

    expect(live.body.results.map(({ id }: { id: string }) => id)).not.toContain(lead(3));
    expect(archived.body.results).toMatchObject([{ id: lead(3), archived: true, archivedAt: expect.any(String) }]);
    expect((await call('GET', `${CONTACTS}/${lead(3)}`)).status).toBe(404);
  });

  it('leaves out an archived record that the API had created', async () => {
    const { call } = await aPortal();
    const created = await call('POST', CONTACTS, { properties: { email: 'new@people.example' } });
    await call('DELETE', `${CONTACTS}/${created.body.id}`);

    const { body } = await call('GET', `${CONTACTS}?limit=100`);

    expect(body.results).toHaveLength(30);
  });
});

describe('a single record of the local HubSpot', () => {
  it('is found by its id and by its e-mail address in any case', async () => {
    const { client, lead, sandbox } = await aPortal();
    const email = sandbox.world.person(4).email.toUpperCase();

    const byEmail = await client.crm.contacts.basicApi.getById(email, undefined, undefined, undefined, false, 'email');

    expect(byEmail.id).toBe(lead(4));
  });

  it('has nothing but text or null as values', async () => {
    const { call } = await aPortal();
    const names = 'email,hs_analytics_num_page_views,hs_email_optout,jobtitle,associatedcompanyid';

    const { body } = await call('GET', `${CONTACTS}?limit=30&properties=${names}`);

    const values = body.results.flatMap(({ properties }: { properties: object }) => Object.values(properties));
    expect(values.every((value: unknown) => value === null || typeof value === 'string')).toBe(true);
  });

  it('is refused with an e-mail address that another contact has', async () => {
    const { call, lead, sandbox } = await aPortal();

    const { status, body } = await call('POST', CONTACTS, { properties: { email: sandbox.world.person(2).email } });

    expect({ status, message: body.message }).toEqual({
      status: 409,
      message: `Contact already exists. Existing ID: ${lead(2)}`,
    });
  });

  it('is gone for good after gdpr-delete', async () => {
    const { call, lead, sandbox } = await aPortal();

    const erased = await call('POST', `${CONTACTS}/gdpr-delete`, {
      objectId: sandbox.world.person(5).email,
      idProperty: 'email',
    });

    expect(erased.status).toBe(204);
    const archived = await call('GET', `${CONTACTS}?archived=true`);
    expect(archived.body.results).toEqual([]);
    expect((await call('GET', `${CONTACTS}/${lead(5)}`)).status).toBe(404);
  });
});

describe('a merge in the local HubSpot', () => {
  it('makes a contact with a new id that names both old ones', async () => {
    const { call, lead, sandbox } = await aPortal();

    const { body } = await call('POST', `${CONTACTS}/merge`, { primaryObjectId: lead(0), objectIdToMerge: lead(1) });

    expect([lead(0), lead(1)]).toEqual([body.id, body.id]);
    const merged = await call('GET', `${CONTACTS}/${body.id}?properties=hs_merged_object_ids,email`);
    expect(merged.body.properties).toMatchObject({
      hs_merged_object_ids: '100000001;100000002',
      email: sandbox.world.person(0).email,
    });
    const listed = await call('GET', `${CONTACTS}?limit=100`);
    const ids = listed.body.results.map(({ id }: { id: string }) => id);
    expect(ids).toContain(body.id);
    expect(ids).not.toContain('100000001');
  });

  it('leads the calls, deals and tasks of both to the new contact', async () => {
    const { call, lead } = await aPortal();
    const task = await call('POST', '/crm/objects/2026-09/tasks', {
      properties: { hs_timestamp: '2026-11-03T09:00:00Z', hs_task_subject: 'Call back' },
      associations: [
        { to: { id: lead(1) }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 204 }] },
      ],
    });

    const merged = await call('POST', `${CONTACTS}/merge`, { primaryObjectId: lead(0), objectIdToMerge: lead(1) });

    const tasks = await call('GET', `${CONTACTS}/${merged.body.id}/associations/tasks`);
    expect(tasks.body.results).toMatchObject([{ toObjectId: task.body.id }]);
    const back = await call('GET', `/crm/objects/2026-09/tasks/${task.body.id}/associations/contacts`);
    expect(back.body.results).toMatchObject([{ toObjectId: merged.body.id }]);
  });

  it('counts what both did', async () => {
    const { call, lead, sandbox } = await aPortal();
    const [first, second] = [0, 1].map((n) => sandbox.world.person(n).activities);
    const views = [...first!, ...second!].filter(({ type }) => type === 'page_view').length;

    const { body } = await call('POST', `${CONTACTS}/merge`, { primaryObjectId: lead(0), objectIdToMerge: lead(1) });

    const merged = await call('GET', `${CONTACTS}/${body.id}?properties=hs_analytics_num_page_views`);
    expect(second!.some(({ type }) => type === 'page_view')).toBe(true);
    expect(merged.body.properties.hs_analytics_num_page_views).toBe(String(views));
  });

  it('lets the old id answer 404, or the new contact where the account is set so', async () => {
    const gone = await aPortal();
    const resolving = await aPortal({ settings: { hubspot: { mergedIds: 'resolve' } } });

    const answers = [];
    for (const { sandbox, call } of [gone, resolving]) {
      sandbox.twin('hubspot').mergeLeads('100000001', '100000002');
      answers.push((await call('GET', `${CONTACTS}/100000002`)).status);
    }

    expect(answers).toEqual([404, 200]);
  });
});

describe('a lifecycle stage in the local HubSpot', () => {
  const stageOf = async ({ call }: Awaited<ReturnType<typeof aPortal>>, id: string) =>
    (await call('GET', `${CONTACTS}/${id}?properties=lifecyclestage`)).body.properties.lifecyclestage;

  it('moves forward, and ignores a step backward without a word', async () => {
    const portal = await aPortal();
    const path = `${CONTACTS}/${portal.lead(0)}`;
    await portal.call('PATCH', path, { properties: { lifecyclestage: 'customer' } });

    const backward = await portal.call('PATCH', path, { properties: { lifecyclestage: 'lead' } });

    expect(backward.status).toBe(200);
    expect(await stageOf(portal, portal.lead(0))).toBe('customer');
  });

  it('moves backward over an empty value', async () => {
    const portal = await aPortal();
    const path = `${CONTACTS}/${portal.lead(0)}`;
    for (const lifecyclestage of ['customer', '', 'lead'])
      await portal.call('PATCH', path, { properties: { lifecyclestage } });

    expect(await stageOf(portal, portal.lead(0))).toBe('lead');
  });

  it('refuses a step backward where the account is set so', async () => {
    const portal = await aPortal({ settings: { hubspot: { backwardLifecycle: 'refuse' } } });
    const path = `${CONTACTS}/${portal.lead(0)}`;
    await portal.call('PATCH', path, { properties: { lifecyclestage: 'customer' } });

    expect((await portal.call('PATCH', path, { properties: { lifecyclestage: 'lead' } })).status).toBe(400);
  });
});
