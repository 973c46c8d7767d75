import { describe, expect, it } from 'vitest';
import { aPortal, NOW } from './sandbox-hubspot-portal.ts';

const CONTACTS = '/crm/objects/2026-09/contacts';

describe('a batch update in the local HubSpot', () => {
  it('writes every input and moves lastmodifieddate', async () => {
    const { client, sandbox, lead } = await aPortal();
    sandbox.clock.advance(60_000);

    const answer = await client.crm.contacts.batchApi.update({
      inputs: [0, 1].map((n) => ({ id: lead(n), properties: { jobtitle: `Title ${n}` } })),
    });

    expect(answer.results.map(({ updatedAt }) => updatedAt)).toEqual(Array(2).fill(new Date(NOW.getTime() + 60_000)));
    const read = await client.crm.contacts.basicApi.getById(lead(1), ['jobtitle']);
    expect(read.properties.jobtitle).toBe('Title 1');
  });

  it('refuses more than 100 inputs', async () => {
    const { call, lead } = await aPortal();
    const inputs = Array.from({ length: 101 }, () => ({ id: lead(0), properties: {} }));

    expect((await call('POST', `${CONTACTS}/batch/update`, { inputs })).status).toBe(400);
  });

  it('fails whole on one bad value when inputs bear no trace ids', async () => {
    const { call, lead } = await aPortal();

    const { status } = await call('POST', `${CONTACTS}/batch/update`, {
      inputs: [
        { id: lead(0), properties: { jobtitle: 'Written?' } },
        { id: lead(1), properties: { hs_lead_status: 'NO_SUCH_OPTION' } },
      ],
    });

    expect(status).toBe(400);
    const untouched = await call('GET', `${CONTACTS}/${lead(0)}?properties=jobtitle`);
    expect(untouched.body.properties.jobtitle).not.toBe('Written?');
  });

  it('answers 207 with the failed trace id when every input bears one, status COMPLETE all the same', async () => {
    const { call, lead } = await aPortal();

    const { status, body } = await call('POST', `${CONTACTS}/batch/update`, {
      inputs: [
        { id: lead(0), properties: { jobtitle: 'Written' }, objectWriteTraceId: 't0' },
        { id: lead(1), properties: { hs_lead_status: 'NO_SUCH_OPTION' }, objectWriteTraceId: 't1' },
      ],
    });

    expect(status).toBe(207);
    expect(body).toMatchObject({
      status: 'COMPLETE',
      numErrors: 1,
      results: [{ id: lead(0), objectWriteTraceId: 't0' }],
    });
    expect(body.errors[0]).toMatchObject({ category: 'VALIDATION_ERROR', context: { objectWriteTraceId: ['t1'] } });
  });

  it('fails whole when two inputs share a trace id', async () => {
    const { call, lead } = await aPortal();

    const { status } = await call('POST', `${CONTACTS}/batch/update`, {
      inputs: [
        { id: lead(0), properties: { jobtitle: 'x' }, objectWriteTraceId: 'same' },
        { id: lead(1), properties: { foo: 'x' }, objectWriteTraceId: 'same' },
      ],
    });

    expect(status).toBe(400);
  });

  it('fails whole in spite of trace ids where the account is set so', async () => {
    const { call, lead } = await aPortal({ settings: { hubspot: { partialBatches: false } } });

    const { status } = await call('POST', `${CONTACTS}/batch/update`, {
      inputs: [
        { id: lead(0), properties: { jobtitle: 'x' }, objectWriteTraceId: 't0' },
        { id: lead(1), properties: { foo: 'x' }, objectWriteTraceId: 't1' },
      ],
    });

    expect(status).toBe(400);
  });

  it('names an id that is not there in a 207 and writes the others', async () => {
    const { call, lead } = await aPortal();

    const { status, body } = await call('POST', `${CONTACTS}/batch/update`, {
      inputs: [
        { id: '999', properties: { jobtitle: 'x' } },
        { id: lead(0), properties: { jobtitle: 'x' } },
      ],
    });

    expect({ status, ids: body.errors[0].context.ids, category: body.errors[0].category }).toEqual({
      status: 207,
      ids: ['999'],
      category: 'OBJECT_NOT_FOUND',
    });
    expect(body.results).toHaveLength(1);
  });
});

describe('a value written to the local HubSpot', () => {
  const refusal = async (properties: Record<string, unknown>) => {
    const { call, lead } = await aPortal();
    const { status, body } = await call('PATCH', `${CONTACTS}/${lead(0)}`, { properties });
    return {
      status,
      category: body.category,
      code: body.errors?.[0]?.code,
      names: body.errors?.[0]?.context?.propertyName,
    };
  };

  it('is refused when the property does not exist', async () => {
    expect(await refusal({ foo: '1' })).toEqual({
      status: 400,
      category: 'VALIDATION_ERROR',
      code: 'PROPERTY_DOESNT_EXIST',
      names: ['foo'],
    });
  });

  it.each([
    ['a number with a comma', { associatedcompanyid: '1,5' }, 'INVALID_INTEGER'],
    ['an option that is not in the list', { hs_lead_status: 'new' }, 'INVALID_OPTION'],
    ['a truth that is neither true nor false', { hs_email_optout: 'yes' }, 'INVALID_OPTION'],
    ['a value of a calculated property', { hs_analytics_num_page_views: '3' }, 'READ_ONLY_VALUE'],
    ['an e-mail address without a domain', { email: 'somebody' }, 'INVALID_EMAIL'],
  ])('is refused when it is %s', async (_what, properties, code) => {
    expect(await refusal(properties)).toMatchObject({ status: 400, code });
  });

  it('is refused when it is no text', async () => {
    expect(await refusal({ jobtitle: 5 })).toMatchObject({ status: 400, category: 'VALIDATION_ERROR' });
  });

  it('is cleared by an empty text', async () => {
    const { call, lead } = await aPortal();
    const path = `${CONTACTS}/${lead(0)}`;
    await call('PATCH', path, { properties: { jobtitle: '' } });

    expect((await call('GET', `${path}?properties=jobtitle`)).body.properties.jobtitle).toBeNull();
  });
});

describe('other batches of the local HubSpot', () => {
  it('read gives what is there and names what is not, each record once', async () => {
    const { call, lead } = await aPortal();

    const { status, body } = await call('POST', `${CONTACTS}/batch/read`, {
      properties: ['email'],
      inputs: [{ id: lead(1) }, { id: '999' }, { id: lead(1) }],
    });

    expect({
      status,
      ids: body.results.map(({ id }: { id: string }) => id),
      missing: body.errors[0].context.ids,
    }).toEqual({
      status: 207,
      ids: [lead(1)],
      missing: ['999'],
    });
  });

  it('create links tasks to contacts in one call', async () => {
    const { client, call, lead } = await aPortal();
    // The client's types know more fields than HubSpot needs.
    const input = {
      properties: { hs_timestamp: '2026-11-03T09:00:00Z', hs_task_subject: 'Call', hs_task_priority: 'HIGH' },
      associations: [
        { to: { id: lead(2) }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 204 }] },
      ],
    } as Parameters<typeof client.crm.objects.tasks.batchApi.create>[0]['inputs'][number];

    const created = await client.crm.objects.tasks.batchApi.create({ inputs: [input] });

    const { body } = await call('POST', '/crm/associations/2026-09/contacts/tasks/batch/read', {
      inputs: [{ id: lead(2) }],
    });
    expect(body.results[0].to).toMatchObject([{ toObjectId: Number(created.results[0]!.id) }]);
  });

  it('create refuses a task without a due date', async () => {
    const { call } = await aPortal();

    const { status, body } = await call('POST', '/crm/objects/2026-09/tasks/batch/create', {
      inputs: [{ properties: { hs_task_subject: 'Call' } }],
    });

    expect({ status, names: body.errors[0].context.propertyName }).toEqual({ status: 400, names: ['hs_timestamp'] });
  });

  it('upsert updates whom the unique value finds and creates the rest', async () => {
    const { call, sandbox } = await aPortal();
    const inputs = [sandbox.world.person(0).email, 'new@people.example'].map((id) => ({
      id,
      idProperty: 'email',
      properties: { jobtitle: 'Buyer' },
    }));

    const { body } = await call('POST', `${CONTACTS}/batch/upsert`, { inputs });

    expect(body.results.map((result: { new: boolean }) => result.new)).toEqual([false, true]);
  });

  it('archive puts records into the recycling bin and passes over those that are not there', async () => {
    const { call, lead } = await aPortal();

    const { status } = await call('POST', `${CONTACTS}/batch/archive`, { inputs: [{ id: lead(0) }, { id: '999' }] });

    expect(status).toBe(204);
    expect((await call('GET', `${CONTACTS}/${lead(0)}?archived=true`)).status).toBe(200);
  });
});
