import { exportPKCS8, generateKeyPair, jwtVerify } from 'jose';
import nock from 'nock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordingBudget } from './recording-budget.ts';
import { connectorTo, describeOrg, INSTANCE, LOGIN, SIGNAL, tokenAnswer } from './salesforce-fixture.ts';

const RETRIEVE = '/services/data/v68.0/composite/sobjects/Lead';
const LEAD_ID = '00Q000000000001AAA';
const SESSION_ENDED = [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }];

const describeLead = () => describeOrg({ Lead: ['CreatedDate', 'IsDeleted', 'IsConverted'] });

const readOneLead = (connector: ReturnType<typeof connectorTo>) =>
  connector.readLeads([{ object: 'lead', crmId: LEAD_ID }], SIGNAL);

beforeEach(() => nock.disableNetConnect());
afterEach(() => {
  nock.cleanAll();
  nock.enableNetConnect();
});

describe('signing in to Salesforce', () => {
  it('sends client credentials as a form and calls the instance that the answer names', async () => {
    nock(LOGIN)
      .post('/services/oauth2/token', { grant_type: 'client_credentials', client_id: 'key', client_secret: 'secret' })
      .reply(200, tokenAnswer('first-token'));
    describeLead();
    nock(INSTANCE, { reqheaders: { authorization: 'Bearer first-token', 'sforce-call-options': 'client=scorewire' } })
      .post(RETRIEVE)
      .reply(200, [null]);
    const credentials = { kind: 'client-credentials', clientId: 'key', clientSecret: 'secret' } as const;
    expect(await readOneLead(connectorTo(LOGIN, { credentials }))).toEqual([null]);
  });

  it('signs a JWT of three minutes for the user, addressed to the login host', async () => {
    const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
    let assertion = '';
    nock(LOGIN)
      .post('/services/oauth2/token', (form: Record<string, string>) => {
        assertion = form.assertion ?? '';
        return form.grant_type === 'urn:ietf:params:oauth:grant-type:jwt-bearer';
      })
      .reply(200, tokenAnswer('jwt-token'));
    describeLead();
    nock(INSTANCE).post(RETRIEVE).reply(200, [null]);
    const credentials = {
      kind: 'jwt',
      clientId: 'key',
      username: 'scores@acme.example',
      privateKey: await exportPKCS8(privateKey),
    } as const;
    await readOneLead(connectorTo(LOGIN, { credentials }));
    const { payload } = await jwtVerify(assertion, publicKey, { audience: 'https://login.salesforce.com' });
    expect(payload).toMatchObject({ iss: 'key', sub: 'scores@acme.example' });
    expect((payload.exp ?? 0) - Date.now() / 1_000).toBeLessThanOrEqual(180);
  });

  it('hands a rotated refresh token on before it makes the first call (T46)', async () => {
    const order: string[] = [];
    nock(LOGIN)
      .post('/services/oauth2/token', { grant_type: 'refresh_token', refresh_token: 'old', client_id: 'key' })
      .reply(200, tokenAnswer('refreshed', { refresh_token: 'new' }));
    describeLead().on('request', () => order.push('call'));
    nock(INSTANCE).post(RETRIEVE).reply(200, [null]);
    const connector = connectorTo(LOGIN, {
      credentials: { kind: 'refresh', clientId: 'key', refreshToken: 'old' },
      onRotated: async (credentials) => {
        order.push(credentials.kind === 'refresh' ? credentials.refreshToken : '');
      },
    });
    await readOneLead(connector);
    expect(order).toEqual(['new', 'call']);
  });

  it('signs in once for callers that arrive together (T46)', async () => {
    const token = nock(LOGIN).post('/services/oauth2/token').once().delay(50).reply(200, tokenAnswer('shared'));
    describeLead();
    nock(INSTANCE).post(RETRIEVE).times(5).reply(200, [null]);
    const budget = recordingBudget();
    const connector = connectorTo(LOGIN, { budget });
    await Promise.all(Array.from({ length: 5 }, () => readOneLead(connector)));
    expect(token.isDone()).toBe(true);
    expect(connector.calls).toBe(6);
    expect(budget.taken).toHaveLength(6);
  });

  it('names the refusal of credentials by its code only', async () => {
    nock(LOGIN)
      .post('/services/oauth2/token')
      .reply(400, { error: 'invalid_grant', error_description: "user scores@acme.example hasn't approved" });
    await expect(readOneLead(connectorTo(LOGIN))).rejects.toMatchObject({
      code: 'CRM_UNAUTHORIZED',
      message: 'Salesforce refused the credentials (invalid_grant)',
    });
  });

  it('that takes long does not hold up a caller who gives up', async () => {
    nock(LOGIN).post('/services/oauth2/token').delay(60_000).reply(200, tokenAnswer('late'));
    const ending = new AbortController();
    const reading = connectorTo(LOGIN).readLeads([{ object: 'lead', crmId: LEAD_ID }], ending.signal);
    setTimeout(() => ending.abort(new Error('told to stop')), 50);
    await expect(reading).rejects.toThrow('told to stop');
    nock.abortPendingRequests();
  });

  it('refuses a private key that is none without repeating it', async () => {
    const privateKey = '-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----';
    const credentials = { kind: 'jwt', clientId: 'key', username: 'scores@acme.example', privateKey } as const;
    const failed = readOneLead(connectorTo(LOGIN, { credentials }));
    await expect(failed).rejects.toMatchObject({ code: 'CRM_UNAUTHORIZED' });
    await expect(failed).rejects.not.toThrow(/nonsense/);
  });
});

describe('a session that ends', () => {
  it('is renewed once and the call replayed', async () => {
    nock(LOGIN).post('/services/oauth2/token').reply(200, tokenAnswer('old-token'));
    describeLead();
    nock(INSTANCE, { reqheaders: { authorization: 'Bearer old-token' } })
      .post(RETRIEVE)
      .reply(401, SESSION_ENDED);
    nock(LOGIN).post('/services/oauth2/token').reply(200, tokenAnswer('new-token'));
    nock(INSTANCE, { reqheaders: { authorization: 'Bearer new-token' } })
      .post(RETRIEVE)
      .reply(200, [null]);
    expect(await readOneLead(connectorTo(LOGIN))).toEqual([null]);
    expect(nock.isDone()).toBe(true);
  });

  it('is final where the new session is refused too', async () => {
    const tokens = nock(LOGIN).post('/services/oauth2/token').twice().reply(200, tokenAnswer('any-token'));
    describeLead();
    const calls = nock(INSTANCE).post(RETRIEVE).twice().reply(401, SESSION_ENDED);
    await expect(readOneLead(connectorTo(LOGIN))).rejects.toMatchObject({ code: 'CRM_UNAUTHORIZED' });
    expect(tokens.isDone() && calls.isDone()).toBe(true);
  });
});

describe('the host of a connection', () => {
  beforeEach(() => {
    nock(LOGIN).post('/services/oauth2/token').reply(200, tokenAnswer('secret-token'));
    describeLead();
  });

  it('is never left by a redirection', async () => {
    const elsewhere = nock('https://elsewhere.example').get('/').reply(200, []);
    nock(INSTANCE).post(RETRIEVE).reply(302, '', { location: 'https://elsewhere.example/' });
    await expect(readOneLead(connectorTo(LOGIN))).rejects.toMatchObject({ code: 'CRM_PROTOCOL' });
    expect(elsewhere.isDone()).toBe(false);
  });

  it('may answer HTML while it is being serviced, which is repeated', async () => {
    nock(INSTANCE).post(RETRIEVE).reply(503, '<html>maintenance</html>', { 'content-type': 'text/html' });
    nock(INSTANCE).post(RETRIEVE).reply(200, '<html>maintenance</html>', { 'content-type': 'text/html' });
    nock(INSTANCE).post(RETRIEVE).reply(200, [null]);
    expect(await readOneLead(connectorTo(LOGIN))).toEqual([null]);
  });

  it('is wrong where its answers have another shape', async () => {
    nock(INSTANCE).post(RETRIEVE).reply(200, {});
    await expect(readOneLead(connectorTo(LOGIN))).rejects.toMatchObject({ code: 'CRM_PROTOCOL' });
  });

  it('keeps bodies, names and tokens out of messages', async () => {
    nock(INSTANCE)
      .post(RETRIEVE)
      .reply(400, [
        { errorCode: 'INVALID_FIELD', message: "No such column 'Titel' on sobject of type Lead. Ada Byron" },
      ]);
    const message = await readOneLead(connectorTo(LOGIN)).catch((error: Error) => error.message);
    expect(message).toBe('Salesforce answered 400 (INVALID_FIELD: Titel)');
  });
});
