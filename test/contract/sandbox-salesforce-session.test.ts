import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LeadScoringError } from '../../src/errors.ts';
import { NOW, openOrg, signIn, type TestOrg } from './sandbox-salesforce-org.ts';

const USERNAME = 'integration@sandbox.example';
const JWT_GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

let org: TestOrg;
beforeAll(async () => {
  org = await openOrg();
});
afterAll(() => org.close());

const client = { client_id: 'sandbox-client', client_secret: 'sandbox-secret' };
const whoAmI = (url: string, token: string) =>
  fetch(`${url}/services/data/v68.0/limits`, { headers: { authorization: `Bearer ${token}` } });

describe('client credentials', () => {
  it('answer where the org is and who the token stands for', async () => {
    const { status, body } = await signIn(org.url);
    expect(status).toBe(200);
    expect(body).toMatchObject({ instance_url: org.url, token_type: 'Bearer', issued_at: String(NOW.getTime()) });
    expect(Object.keys(body).sort()).toEqual(
      ['access_token', 'id', 'instance_url', 'issued_at', 'scope', 'signature', 'token_type'].sort(),
    );
    expect(body.id).toMatch(/\/id\/00D\w{15}\/005\w{15}$/);
    const identity = await fetch(body.id, { headers: { authorization: `Bearer ${body.access_token}` } });
    expect(await identity.json()).toMatchObject({ username: USERNAME });
  });

  it.each([
    [{ client_id: 'nobody', client_secret: 'sandbox-secret' }, 'invalid_client_id', 'client identifier invalid'],
    [{ client_id: 'sandbox-client', client_secret: 'no' }, 'invalid_client', 'invalid client credentials'],
  ])('refuse %o', async (credentials, error, description) => {
    const { status, body } = await signIn(org.url, { grant_type: 'client_credentials', ...credentials });
    expect([status, body]).toEqual([400, { error, error_description: description }]);
  });

  it('refuse a grant that is none', async () => {
    const { body } = await signIn(org.url, { grant_type: 'password', ...client });
    expect(body.error).toBe('unsupported_grant_type');
  });
});

describe('JWT bearer', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const assertion = (claims: { iss?: string; sub?: string; aud?: string; exp?: number } = {}) =>
    new SignJWT({ iss: claims.iss ?? 'jwt-client', sub: claims.sub ?? USERNAME })
      .setProtectedHeader({ alg: 'RS256' })
      .setAudience(claims.aud ?? 'https://login.salesforce.com')
      .setExpirationTime(claims.exp ?? Math.floor(NOW.getTime() / 1000) + 180)
      .sign(privateKey);
  const grant = async (claims = {}) => signIn(org.url, { grant_type: JWT_GRANT, assertion: await assertion(claims) });
  beforeAll(() => org.control('/salesforce/public-key', { clientId: 'jwt-client', publicKey: pem }));

  it('signs in with a key registered at the control, and hands out no refresh token', async () => {
    const { status, body } = await grant();
    expect(status).toBe(200);
    expect(body).not.toHaveProperty('refresh_token');
    expect((await whoAmI(org.url, body.access_token)).status).toBe(200);
  });

  it.each([
    ['another audience', { aud: 'https://example.com' }, 'invalid_grant', 'invalid assertion'],
    ['an assertion that is over', { exp: Math.floor(NOW.getTime() / 1000) - 1 }, 'invalid_grant', 'invalid assertion'],
    ['another user', { sub: 'who@sandbox.example' }, 'invalid_grant', "user hasn't approved this consumer"],
    ['another client', { iss: 'nobody' }, 'invalid_client_id', 'client identifier invalid'],
  ])('refuses %s', async (_what, claims, error, description) => {
    const { status, body } = await grant(claims);
    expect([status, body]).toEqual([400, { error, error_description: description }]);
  });

  it('refuses what another key signed', async () => {
    const [head, claims] = (await assertion()).split('.');
    const { body } = await signIn(org.url, { grant_type: JWT_GRANT, assertion: `${head}.${claims}.AAAA` });
    expect(body.error_description).toBe('invalid assertion');
  });
});

describe('refresh tokens', () => {
  const refresh = (url: string, token: string) =>
    signIn(url, { grant_type: 'refresh_token', refresh_token: token, ...client });

  it('work again and again without rotation', async () => {
    const first = await refresh(org.url, 'sandbox-refresh');
    const second = await refresh(org.url, 'sandbox-refresh');
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(first.body).not.toHaveProperty('refresh_token');
    expect((await refresh(org.url, 'made up')).body).toEqual({
      error: 'invalid_grant',
      error_description: 'expired access/refresh token',
    });
  });

  it('work once with rotation, and a second use revokes the family', async () => {
    const rotating = await openOrg({ settings: { rotateRefreshTokens: true } });
    const first = await refresh(rotating.url, 'sandbox-refresh');
    const second = await refresh(rotating.url, first.body.refresh_token);
    expect(second.status).toBe(200);
    expect((await refresh(rotating.url, first.body.refresh_token)).status).toBe(400);
    expect((await refresh(rotating.url, second.body.refresh_token)).status).toBe(400);
    await rotating.close();
  });

  it('refuse a second refresh while the first is under way', async () => {
    const rotating = await openOrg({ settings: { rotateRefreshTokens: true } });
    const both = await Promise.all([
      refresh(rotating.url, 'sandbox-refresh'),
      refresh(rotating.url, 'sandbox-refresh'),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 400]);
    const { body } = both.find(({ status }) => status === 400)!;
    expect(body.error_description).toBe('token request is already being processed');
    await rotating.close();
  });
});

describe('sessions', () => {
  it('end idle after two hours, revoked, or at the control', async () => {
    const own = await openOrg();
    own.clock.advance(119 * 60_000);
    expect((await whoAmI(own.url, own.token)).status).toBe(200);
    own.clock.advance(119 * 60_000);
    expect((await whoAmI(own.url, own.token)).status).toBe(200);
    own.clock.advance(121 * 60_000);
    const dead = await whoAmI(own.url, own.token);
    expect([dead.status, await dead.json()]).toEqual([
      401,
      [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }],
    ]);
    const { body } = await signIn(own.url);
    const form = { method: 'POST', body: new URLSearchParams({ token: body.access_token }) };
    expect((await fetch(`${own.url}/services/oauth2/revoke`, form)).status).toBe(200);
    expect((await whoAmI(own.url, body.access_token)).status).toBe(401);
    const again = await signIn(own.url);
    await own.control('/salesforce/expire-sessions', {});
    expect((await whoAmI(own.url, again.body.access_token)).status).toBe(401);
    await own.close();
  });
});

describe('versions', () => {
  it('are listed without a token, from 31.0 to 68.0', async () => {
    const versions = (await (await fetch(`${org.url}/services/data`)).json()) as object[];
    expect(versions).toHaveLength(38);
    expect(versions[0]).toEqual({ label: "Summer '14", url: '/services/data/v31.0', version: '31.0' });
    expect(versions.at(-1)).toEqual({ label: "Winter '27", url: '/services/data/v68.0', version: '68.0' });
  });

  it.each([
    ['v66.0', 200],
    ['v69.0', 404],
    ['v25.0', 410],
  ])('answer %s with %i', async (version, status) => {
    const headers = { authorization: `Bearer ${org.token}` };
    expect((await fetch(`${org.url}/services/data/${version}/limits`, { headers })).status).toBe(status);
  });
});

describe('the daily limit', () => {
  it('refuses with 403 until the rolling day has passed', async () => {
    const small = await openOrg({ settings: { dailyCalls: 3, sessionMinutes: 10_000 } });
    for (let call = 0; call < 3; call++) expect((await small.call('GET', '/limits')).status).toBe(200);
    const refused = await small.call('GET', '/limits');
    expect([refused.status, refused.body]).toEqual([
      403,
      [{ message: 'TotalRequests Limit exceeded.', errorCode: 'REQUEST_LIMIT_EXCEEDED' }],
    ]);
    expect(small.stats().rateLimited).toBe(1);
    small.clock.advance(25 * 3_600_000);
    const { body } = await small.call('GET', '/limits');
    expect(body.DailyApiRequests).toEqual({ Max: 3, Remaining: 2 });
    await small.close();
  });

  it('stands in every answer, also in a refusal', async () => {
    const { headers } = await org.call('GET', '/sobjects/Lead/00Q4S000002sSahUAE');
    expect(headers.get('sforce-limit-info')).toMatch(/^api-usage=\d+\/1000000$/);
  });
});

describe('settings', () => {
  it('name what is wrong with them', async () => {
    const opening = openOrg({ settings: { dailyCalls: 0, colour: 'red' } });
    await expect(opening).rejects.toThrow(/dailyCalls/);
    await expect(openOrg({ settings: { colour: 'red' } })).rejects.toThrow(LeadScoringError);
  });
});
