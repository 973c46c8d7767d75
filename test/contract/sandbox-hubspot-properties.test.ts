import { describe, expect, it } from 'vitest';
import { aPortal } from './sandbox-hubspot-portal.ts';

const PROPERTIES = '/crm/properties/2026-09/contacts';
const aScore = {
  name: 'x_score',
  label: 'Score',
  type: 'number',
  fieldType: 'number',
  groupName: 'contactinformation',
};
const aGrade = {
  ...aScore,
  name: 'x_grade',
  type: 'enumeration',
  fieldType: 'select',
  options: [
    { label: 'A', value: 'a' },
    { label: 'B', value: 'b' },
  ],
};

describe('a property of the local HubSpot', () => {
  it('can be written once it is created', async () => {
    const { client, call, lead } = await aPortal();
    const path = `/crm/objects/2026-09/contacts/${lead(0)}`;
    const before = await call('PATCH', path, { properties: { x_score: '7' } });

    await client.crm.properties.coreApi.create(
      'contacts',
      aScore as Parameters<typeof client.crm.properties.coreApi.create>[1],
    );
    const after = await call('PATCH', path, { properties: { x_score: '7' } });

    expect([before.status, after.status]).toEqual([400, 200]);
    expect((await call('GET', `${path}?properties=x_score`)).body.properties.x_score).toBe('7');
  });

  it('is refused under a name that exists, and left as it was', async () => {
    const { call } = await aPortal();
    await call('POST', PROPERTIES, aScore);

    const again = await call('POST', PROPERTIES, { ...aScore, type: 'string', fieldType: 'text' });

    expect([again.status, again.body.category, again.body.subCategory]).toEqual([
      409,
      'OBJECT_ALREADY_EXISTS',
      'Properties.PROPERTY_WITH_NAME_EXISTS',
    ]);
    expect((await call('GET', `${PROPERTIES}/x_score`)).body.type).toBe('number');
  });

  it('comes back with its old instant of creation when it was archived', async () => {
    const { call, sandbox } = await aPortal();
    const created = await call('POST', PROPERTIES, aScore);
    await call('DELETE', `${PROPERTIES}/x_score`);
    const archived = await call('GET', `${PROPERTIES}?archived=true`);
    sandbox.clock.advance(60_000);

    const restored = await call('POST', PROPERTIES, aScore);

    expect(archived.body.results).toMatchObject([{ name: 'x_score', archived: true }]);
    expect([restored.status, restored.body.createdAt]).toEqual([201, created.body.createdAt]);
  });

  it('loses the options that a change leaves out', async () => {
    const { call } = await aPortal();
    await call('POST', PROPERTIES, aGrade);

    await call('PATCH', `${PROPERTIES}/x_grade`, { options: [{ label: 'C', value: 'c' }] });
    await call('PATCH', `${PROPERTIES}/x_grade`, { label: 'Grade' });

    const { body } = await call('GET', `${PROPERTIES}/x_grade`);
    expect([body.label, body.options.map(({ value }: { value: string }) => value)]).toEqual(['Grade', ['c']]);
  });

  it.each([
    ['a field type that does not fit', { ...aScore, fieldType: 'text' }],
    ['a group that is not there', { ...aScore, groupName: 'nowhere' }],
    ['a name in capitals', { ...aScore, name: 'X_Score' }],
    ['an enumeration without options', { ...aGrade, options: [] }],
  ])('is refused with %s', async (_what, property) => {
    const { call } = await aPortal();

    expect((await call('POST', PROPERTIES, property)).status).toBe(400);
  });

  it('is unknown with 404 and category OBJECT_NOT_FOUND', async () => {
    const { call } = await aPortal();

    const { status, body } = await call('GET', `${PROPERTIES}/x_score`);

    expect([status, body.category]).toEqual([404, 'OBJECT_NOT_FOUND']);
  });

  it('of HubSpot’s own tells its type, and whether it may be written', async () => {
    const { client } = await aPortal();

    const { results } = await client.crm.properties.coreApi.getAll('contacts');

    const of = (name: string) => results.find((property) => property.name === name);
    expect(of('hs_analytics_num_page_views')).toMatchObject({
      type: 'number',
      modificationMetadata: { readOnlyValue: true },
    });
    expect(
      of('lifecyclestage')
        ?.options.map(({ value }) => value)
        .slice(0, 2),
    ).toEqual(['subscriber', 'lead']);
  });

  it('needs the schema scope, for which the object scope is not enough', async () => {
    const { call } = await aPortal({ settings: { hubspot: { tokens: { t: ['crm.objects.contacts.write'] } } } });

    const { status, body } = await call('POST', PROPERTIES, aScore, { authorization: 'Bearer t' });

    expect([status, body.errors[0].context.requiredGranularScopes]).toEqual([403, ['crm.schemas.contacts.write']]);
  });

  it('fails alone in a batch', async () => {
    const { call } = await aPortal();
    await call('POST', PROPERTIES, aScore);

    const { status, body } = await call('POST', `${PROPERTIES}/batch/create`, { inputs: [aScore, aGrade] });

    expect([status, body.results.length, body.numErrors]).toEqual([207, 1, 1]);
  });
});

describe('a property group of the local HubSpot', () => {
  it('is created once', async () => {
    const { call } = await aPortal();
    const group = { name: 'scorewire', label: 'Scorewire' };

    const first = await call('POST', `${PROPERTIES}/groups`, group);
    const second = await call('POST', `${PROPERTIES}/groups`, group);
    const read = await call('GET', `${PROPERTIES}/groups/scorewire`);

    expect([first.status, second.status, read.body.label]).toEqual([201, 409, 'Scorewire']);
  });

  it('is kept while it has properties', async () => {
    const { call } = await aPortal();

    const { status, body } = await call('DELETE', `${PROPERTIES}/groups/contactinformation`);

    expect([status, body.subCategory]).toEqual([400, 'PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES']);
  });
});
