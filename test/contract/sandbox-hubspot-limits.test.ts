import { describe, expect, it } from 'vitest';
import { aPortal } from './sandbox-hubspot-portal.ts';

const DETAILS = '/account-info/2026-09/details';
const SEARCH = '/crm/objects/2026-09/contacts/search';
const LIMIT_HEADER = 'x-hubspot-ratelimit-';

describe('the burst limit of the local HubSpot', () => {
  const limits = (burst: number) => ({ settings: { hubspot: { limits: { burst } } } });

  it('refuses the call beyond it, with the policy and without Retry-After', async () => {
    const { call, sandbox } = await aPortal(limits(3));
    for (let n = 0; n < 3; n++) expect((await call('GET', DETAILS)).status).toBe(200);

    const { status, body, headers } = await call('GET', DETAILS);

    expect({ status, policy: body.policyName, type: body.errorType }).toEqual({
      status: 429,
      policy: 'TEN_SECONDLY_ROLLING',
      type: 'RATE_LIMIT',
    });
    expect(headers.get('retry-after')).toBeNull();
    expect(sandbox.stats().hubspot.rateLimited).toBe(1);
  });

  it('rolls: each call makes room ten sandbox seconds after it', async () => {
    const { call, sandbox } = await aPortal(limits(2));
    const statuses: number[] = [];
    for (const advanceMs of [0, 6_000, 0, 4_000, 0]) {
      sandbox.clock.advance(advanceMs);
      statuses.push((await call('GET', DETAILS)).status);
    }

    expect(statuses).toEqual([200, 200, 429, 200, 429]);
  });

  it('tells in headers how many calls are left, and the window in the caller’s own time', async () => {
    const { call } = await aPortal({ ...limits(5), frozen: false, speed: 20 });

    const { headers } = await call('GET', DETAILS);

    const told = ['max', 'remaining', 'interval-milliseconds', 'daily'].map((name) => headers.get(LIMIT_HEADER + name));
    expect(told).toEqual(['5', '4', '500', '625000']);
  });

  it('can be switched off', async () => {
    const { call } = await aPortal({ settings: { hubspot: { limits: { burst: 1, enforced: false } } } });
    await call('GET', DETAILS);

    expect((await call('GET', DETAILS)).status).toBe(200);
  });
});

describe('other limits of the local HubSpot', () => {
  it('lets five searches a second pass, tells nothing in headers, and counts them apart from the burst', async () => {
    const { call, sandbox } = await aPortal({ settings: { hubspot: { limits: { burst: 1 } } } });
    const answers = [];
    for (let n = 0; n < 6; n++) answers.push(await call('POST', SEARCH, { filterGroups: [] }));

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429]);
    expect(answers[5]!.body.policyName).toBe('SECONDLY');
    expect([...answers[0]!.headers.keys()].filter((name) => name.startsWith(LIMIT_HEADER))).toEqual([]);
    expect((await call('GET', DETAILS)).status).toBe(200);
    sandbox.clock.advance(1_000);
    expect((await call('POST', SEARCH, { filterGroups: [] })).status).toBe(200);
  });

  it('counts batch calls on associations apart', async () => {
    const { call, lead } = await aPortal({ settings: { hubspot: { limits: { associations: 1, burst: 2 } } } });
    const read = () =>
      call('POST', '/crm/associations/2026-09/contacts/calls/batch/read', { inputs: [{ id: lead(0) }] });

    const first = await read();
    const statuses = [first.status, (await read()).status, (await call('GET', DETAILS)).status];

    expect(statuses.slice(1)).toEqual([429, 200]);
    expect(statuses[0]).toBeLessThan(300);
    expect(first.headers.get(`${LIMIT_HEADER}max`)).toBe('2');
  });

  it('ends the day at midnight of the account’s time zone', async () => {
    const { call, sandbox } = await aPortal({
      now: new Date('2026-11-02T04:50:00Z'), // 23:50 in New York
      settings: { hubspot: { limits: { daily: 1 } } },
    });
    await call('GET', DETAILS);

    const refused = await call('GET', DETAILS);
    sandbox.clock.advance(10 * 60_000);
    const nextDay = await call('GET', DETAILS);

    expect([refused.status, refused.body.policyName, nextDay.status]).toEqual([429, 'DAILY', 200]);
  });
});

describe('authentication at the local HubSpot', () => {
  it.each([
    ['no token', {}],
    ['an unknown token', { authorization: 'Bearer pat-nobody' }],
  ])('refuses %s', async (_what, headers) => {
    const { call } = await aPortal();

    const { status, body } = await call('GET', DETAILS, undefined, headers);

    expect({ status, category: body.category }).toEqual({ status: 401, category: 'INVALID_AUTHENTICATION' });
  });

  it('names the scope that a token lacks', async () => {
    const { call } = await aPortal({ settings: { hubspot: { tokens: { reader: ['crm.objects.contacts.read'] } } } });
    const headers = { authorization: 'Bearer reader' };

    const read = await call('GET', '/crm/objects/2026-09/contacts', undefined, headers);
    const write = await call('POST', '/crm/objects/2026-09/contacts', { properties: {} }, headers);

    expect([read.status, write.status, write.body.category]).toEqual([200, 403, 'MISSING_SCOPES']);
    expect(write.body.errors[0].context.requiredGranularScopes).toEqual(['crm.objects.contacts.write']);
  });

  it('issues OAuth tokens that expire in sandbox time', async () => {
    const { sandbox, call, client } = await aPortal();
    const token = await client.oauth.tokensApi.create(
      'refresh_token',
      undefined,
      undefined,
      'sandbox-client',
      'sandbox-secret',
      'sandbox-refresh',
    );
    const headers = { authorization: `Bearer ${token.accessToken}` };

    const fresh = await call('GET', DETAILS, undefined, headers);
    sandbox.clock.advance(1_800_000);
    const stale = await call('GET', DETAILS, undefined, headers);

    expect(token.expiresIn).toBe(1_800);
    expect([fresh.status, fresh.headers.get(`${LIMIT_HEADER}daily`)]).toEqual([200, null]);
    expect([stale.status, stale.body.category]).toEqual([401, 'EXPIRED_AUTHENTICATION']);
  });

  it('refuses a refresh token that nobody issued, and tells what a good one may do', async () => {
    const { sandbox } = await aPortal();
    const send = async (path: string, fields: Record<string, string>) => {
      const client = { client_id: 'sandbox-client', client_secret: 'sandbox-secret' };
      const body = new URLSearchParams({ ...client, ...fields });
      const answer = await fetch(`${sandbox.hubspotUrl}/oauth/2026-09/${path}`, { method: 'POST', body });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    };

    const refused = await send('token', { grant_type: 'refresh_token', refresh_token: 'stolen' });
    const told = await send('token/introspect', { refresh_token: 'sandbox-refresh' });

    expect(refused).toMatchObject({ status: 400, body: { error: 'invalid_grant', status: 'BAD_REFRESH_TOKEN' } });
    expect(told).toMatchObject({ status: 200, body: { active: true, hub_id: 48_000_001 } });
  });
});
