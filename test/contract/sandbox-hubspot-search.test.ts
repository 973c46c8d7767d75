import { describe, expect, it } from 'vitest';
import { aPortal, NOW } from './sandbox-hubspot-portal.ts';

const SEARCH = '/crm/objects/2026-09/contacts/search';
const filtered = (...filters: object[]) => ({ filterGroups: [{ filters }], limit: 200 });
const since = (at: Date) => ({ propertyName: 'lastmodifieddate', operator: 'GTE', value: String(at.getTime()) });
const idsOf = (body: { results: { id: string }[] }) => body.results.map(({ id }) => id);
const NO_LAG = { settings: { hubspot: { searchLagMs: 0, limits: { enforced: false } } } };

describe('search in the local HubSpot', () => {
  it('sees a write only after the index lag, and the old values until then', async () => {
    const { call, sandbox, lead } = await aPortal();
    sandbox.clock.advance(60_000);
    await call('PATCH', `/crm/objects/2026-09/contacts/${lead(0)}`, { properties: { jobtitle: 'Astronaut' } });
    const isAstronaut = filtered({ propertyName: 'jobtitle', operator: 'EQ', value: 'Astronaut' });

    const before = await call('POST', SEARCH, isAstronaut);
    const modifiedBefore = await call('POST', SEARCH, filtered(since(sandbox.clock.now())));
    sandbox.clock.advance(2_000);
    const after = await call('POST', SEARCH, isAstronaut);

    expect([before.body.total, modifiedBefore.body.total, after.body.total]).toEqual([0, 0, 1]);
    expect(idsOf(after.body)).toEqual([lead(0)]);
  });

  it('does not find a new record within the lag', async () => {
    const { call, sandbox } = await aPortal();
    await call('POST', '/crm/objects/2026-09/contacts', { properties: { email: 'new@people.example' } });
    const isNew = filtered({ propertyName: 'email', operator: 'EQ', value: 'new@people.example' });

    const before = await call('POST', SEARCH, isNew);
    sandbox.clock.advance(2_000);
    const after = await call('POST', SEARCH, isNew);

    expect([before.body.total, after.body.total]).toEqual([0, 1]);
  });

  it('serves a keyset over 25,000 records that share one stamp', async () => {
    const { call, sandbox } = await aPortal({ leads: 25_000, ...NO_LAG });
    sandbox.clock.advance(60_000);
    const everybody = Array.from({ length: 25_000 }, (_, n) => sandbox.twin('hubspot').leadId(n));
    sandbox.twin('hubspot').editLeads(everybody, { city: 'Oslo' }, 'an import');

    const seen: string[] = [];
    for (let last = '0', more = true; more; ) {
      const beyond = { propertyName: 'hs_object_id', operator: 'GT', value: last };
      const { body } = await call('POST', SEARCH, {
        ...filtered(since(sandbox.clock.now()), beyond),
        sorts: [{ propertyName: 'hs_object_id', direction: 'ASCENDING' }],
      });
      expect(body.total).toBe(25_000 - seen.length);
      seen.push(...idsOf(body));
      last = seen.at(-1)!;
      more = body.total > 200;
    }

    expect(seen).toEqual(everybody);
  });

  it('sees what was written between two equal searches', async () => {
    const { call, sandbox, lead } = await aPortal(NO_LAG);
    const ofNow = filtered(since(new Date(NOW.getTime() + 1)));
    const before = await call('POST', SEARCH, ofNow);
    sandbox.clock.advance(1_000);

    sandbox.editLead('hubspot', lead(3), { city: 'Oslo' }, 'a user');

    const after = await call('POST', SEARCH, ofNow);
    expect([idsOf(before.body), idsOf(after.body)]).toEqual([[], [lead(3)]]);
  });

  it('refuses to page beyond 10,000 results', async () => {
    const { call } = await aPortal({ leads: 10_300, ...NO_LAG });
    const all = { filterGroups: [], limit: 200 };

    const last = await call('POST', SEARCH, { ...all, after: '9800' });
    const beyond = await call('POST', SEARCH, { ...all, after: '9801' });

    expect([last.status, last.body.results.length, last.body.total, beyond.status]).toEqual([200, 200, 10_300, 400]);
  });

  it.each([
    ['more than 200 a page', { filterGroups: [], limit: 201 }],
    ['two sorts', { filterGroups: [], sorts: ['email', 'city'] }],
    ['an after that is no number', { filterGroups: [], after: 'next' }],
    ['more than 3,000 characters', { filterGroups: [], query: 'x'.repeat(3_001) }],
    ['an unknown property', filtered({ propertyName: 'foo', operator: 'EQ', value: '1' })],
    ['six filter groups', { filterGroups: Array(6).fill({ filters: [] }) }],
  ])('refuses %s', async (_what, body) => {
    const { call } = await aPortal();

    expect((await call('POST', SEARCH, body)).status).toBe(400);
  });

  it('never finds archived records', async () => {
    const { call, lead } = await aPortal(NO_LAG);
    await call('DELETE', `/crm/objects/2026-09/contacts/${lead(0)}`);

    const { body } = await call('POST', SEARCH, { filterGroups: [], limit: 200 });

    expect(idsOf(body)).not.toContain(lead(0));
    expect(body.total).toBe(29);
  });

  it('fails in silence on hs_lastmodifieddate of contacts', async () => {
    const { call } = await aPortal();

    const { body } = await call(
      'POST',
      SEARCH,
      filtered({ propertyName: 'hs_lastmodifieddate', operator: 'GTE', value: '0' }),
    );

    expect(body.total).toBe(0);
  });

  it('finds calls by hs_lastmodifieddate', async () => {
    const { call, sandbox } = await aPortal(NO_LAG);
    sandbox.clock.advance(60_000);
    sandbox.addActivity(3, { type: 'call_connected', at: sandbox.clock.now(), seconds: 90 });

    const recent = { propertyName: 'hs_lastmodifieddate', operator: 'GT', value: String(NOW.getTime()) };
    const { body } = await call('POST', '/crm/objects/2026-09/calls/search', {
      ...filtered(recent),
      properties: ['hs_call_duration'],
    });

    expect(body.results).toMatchObject([{ properties: { hs_call_duration: '90000' } }]);
  });
});

describe('an operator of search in the local HubSpot', () => {
  const found = async (...filters: object[]) => {
    const { call, lead, sandbox } = await aPortal(NO_LAG);
    const values = [
      { jobtitle: 'Chief Astronaut', annualrevenue: '5', associatedcompanyid: '5' },
      { jobtitle: 'Astronaut', annualrevenue: '50', associatedcompanyid: '50' },
      { jobtitle: '', annualrevenue: '', associatedcompanyid: '' },
    ];
    for (const [n, properties] of values.entries()) sandbox.twin('hubspot').editLeads([lead(n)], properties, 'a user');
    const among = { propertyName: 'hs_object_id', operator: 'LTE', value: lead(2) };
    const { body } = await call('POST', SEARCH, filtered(among, ...filters));
    return idsOf(body).map((id) => Number(id) - Number(lead(0)));
  };
  const title = (operator: string, value: object) => ({ propertyName: 'jobtitle', operator, ...value });
  const number = (operator: string, value: object) => ({ propertyName: 'associatedcompanyid', operator, ...value });

  it.each([
    ['EQ, whatever the case', title('EQ', { value: 'astronaut' }), [1]],
    ['NEQ, but no empty value', title('NEQ', { value: 'Astronaut' }), [0]],
    ['CONTAINS_TOKEN', title('CONTAINS_TOKEN', { value: 'astro*' }), [0, 1]],
    ['NOT_CONTAINS_TOKEN', title('NOT_CONTAINS_TOKEN', { value: 'chief' }), [1]],
    ['IN with lower-case values', title('IN', { values: ['astronaut'] }), [1]],
    ['nothing by IN with capitals', title('IN', { values: ['Astronaut'] }), []],
    ['NOT_IN', title('NOT_IN', { values: ['astronaut'] }), [0]],
    ['HAS_PROPERTY', title('HAS_PROPERTY', {}), [0, 1]],
    ['NOT_HAS_PROPERTY', title('NOT_HAS_PROPERTY', {}), [2]],
    ['GT by number and not by text', number('GT', { value: '6' }), [1]],
    ['GTE', number('GTE', { value: '5' }), [0, 1]],
    ['LT', number('LT', { value: '50' }), [0]],
    ['LTE', number('LTE', { value: '50' }), [0, 1]],
    ['BETWEEN with both ends', number('BETWEEN', { value: '5', highValue: '49' }), [0]],
  ])('finds %s', async (_what, filter, expected) => {
    expect(await found(filter)).toEqual(expected);
  });
});
