import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from '@hubspot/api-client';
import nock from 'nock';
import { afterEach, describe, expect, it } from 'vitest';
import type { HubspotCredentials } from '../../connectors/hubspot/index.ts';
import type { CrmConnector } from '../../src/domain/crm.ts';
import { clockOf } from '../support/clock.ts';
import { aLine } from '../support/mapping-lines.ts';
import { connectorTo, MAPPING } from './hubspot-fixture.ts';

const BASE_URL = 'https://api.hubapi.com';
const READ = '/crm/objects/2026-09/contacts/batch/read';
const TOKEN = '/oauth/2026-09/token';
const OAUTH: HubspotCredentials = { kind: 'oauth', clientId: 'id', clientSecret: 'secret', refreshToken: 'refresh-1' };
const EMPTY = { status: 'COMPLETE', results: [] };
const live = new AbortController().signal;

/** The simplest call of all: one contact that does not exist. */
const ask = (connector: CrmConnector) => connector.readLeads([{ object: 'contact', crmId: '1' }], live);

describe('sessions with HubSpot', () => {
  afterEach(() => {
    nock.cleanAll();
    nock.restore();
    nock.activate();
  });

  it('bear the service key', async () => {
    nock(BASE_URL, { reqheaders: { authorization: 'Bearer pat-sandbox' } })
      .post(READ)
      .reply(200, EMPTY);
    await expect(ask(connectorTo(BASE_URL))).resolves.toEqual([null]);
  });

  it('end when the service key is refused, after one call', async () => {
    nock(BASE_URL).post(READ).reply(401, { category: 'INVALID_AUTHENTICATION' });
    await expect(ask(connectorTo(BASE_URL))).rejects.toMatchObject({ code: 'CRM_UNAUTHORIZED' });
  });

  it('renew an OAuth token once for all callers (T46)', async () => {
    nock(BASE_URL)
      .post(TOKEN, 'grant_type=refresh_token&client_id=id&client_secret=secret&refresh_token=refresh-1')
      .reply(200, { access_token: 'access-1', expires_in: 1_800, refresh_token: 'refresh-1' });
    nock(BASE_URL, { reqheaders: { authorization: 'Bearer access-1' } })
      .post(READ)
      .times(3)
      .reply(200, EMPTY);
    const connector = connectorTo(BASE_URL, { credentials: OAUTH });
    await expect(Promise.all([ask(connector), ask(connector), ask(connector)])).resolves.toHaveLength(3);
    expect(connector.calls).toBe(4);
  });

  it('renew an OAuth token before it expires', async () => {
    let now = new Date('2026-11-23T12:00:00Z');
    nock(BASE_URL).post(TOKEN).reply(200, { access_token: 'access-1', expires_in: 1_800 });
    nock(BASE_URL).post(TOKEN).reply(200, { access_token: 'access-2', expires_in: 1_800 });
    nock(BASE_URL, { reqheaders: { authorization: 'Bearer access-1' } })
      .post(READ)
      .reply(200, EMPTY);
    nock(BASE_URL, { reqheaders: { authorization: 'Bearer access-2' } })
      .post(READ)
      .reply(200, EMPTY);
    const connector = connectorTo(BASE_URL, { credentials: OAUTH, clock: clockOf(() => now) });
    await ask(connector);
    now = new Date('2026-11-23T12:29:00Z');
    await expect(ask(connector)).resolves.toEqual([null]);
  });

  it('try a new OAuth token once when the old one is refused', async () => {
    nock(BASE_URL).post(TOKEN).reply(200, { access_token: 'access-1', expires_in: 1_800 });
    nock(BASE_URL).post(READ).reply(401, { category: 'EXPIRED_AUTHENTICATION' });
    nock(BASE_URL).post(TOKEN).reply(200, { access_token: 'access-2', expires_in: 1_800 });
    nock(BASE_URL).post(READ).reply(401, { category: 'EXPIRED_AUTHENTICATION' });
    const connector = connectorTo(BASE_URL, { credentials: OAUTH });
    await expect(ask(connector)).rejects.toMatchObject({ code: 'CRM_UNAUTHORIZED' });
    expect(nock.isDone()).toBe(true);
  });

  it('store a rotated refresh token before the new access token is used (T46)', async () => {
    const order: string[] = [];
    nock(BASE_URL).post(TOKEN).reply(200, { access_token: 'a', expires_in: 1_800, refresh_token: 'refresh-2' });
    nock(BASE_URL)
      .post(READ)
      .reply(200, () => {
        order.push('used');
        return EMPTY;
      });
    const onRotated = async (credentials: HubspotCredentials) => {
      order.push(credentials.kind === 'oauth' ? credentials.refreshToken : '');
    };
    await ask(connectorTo(BASE_URL, { credentials: OAUTH, onRotated }));
    expect(order).toEqual(['refresh-2', 'used']);
  });

  it('end when the refresh token is refused', async () => {
    nock(BASE_URL).post(TOKEN).reply(400, { error: 'invalid_grant', status: 'BAD_REFRESH_TOKEN' });
    const connector = connectorTo(BASE_URL, { credentials: OAUTH });
    await expect(ask(connector)).rejects.toMatchObject({ code: 'CRM_UNAUTHORIZED' });
  });

  it('outlast a moment in which no token can be renewed', async () => {
    nock(BASE_URL).post(TOKEN).reply(502, '<html></html>');
    nock(BASE_URL).post(TOKEN).reply(200, { access_token: 'access-1', expires_in: 1_800 });
    nock(BASE_URL).post(READ).reply(200, EMPTY);
    await expect(ask(connectorTo(BASE_URL, { credentials: OAUTH }))).resolves.toEqual([null]);
  });
});

describe('the transport', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
    const server = createServer(answer);
    servers.push(server);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it('follows no redirection, so that neither token nor contact data leave the host', async () => {
    let reached = 0;
    const elsewhere = await serve((_, response) => {
      reached += 1;
      response.end(JSON.stringify(EMPTY));
    });
    const baseUrl = await serve((request, response) => {
      response.writeHead(307, { location: `${elsewhere}${request.url}` }).end();
    });
    await expect(ask(connectorTo(baseUrl))).rejects.toMatchObject({ code: 'CRM_PROTOCOL' });
    expect(reached).toBe(0);
  });

  it('leaves the decorators of other HubSpot clients in the process as they are meant', async () => {
    const baseUrl = await serve((_, response) => response.end(JSON.stringify(EMPTY)));
    await ask(connectorTo(baseUrl));
    const other = new Client({ accessToken: 'other', basePath: baseUrl });
    const answer = await other.apiRequest({ method: 'GET', path: '/' });
    expect(answer.status).toBe(200);
  });

  it('sends a create once when its answer is lost (T41)', async () => {
    let sent = 0;
    const baseUrl = await serve((request) => {
      sent += 1;
      request.socket.destroy();
    });
    const task = { marker: 'SW-contact-1-1', ownerId: null, dueAt: new Date(), priority: 'high' as const };
    const outcomes = await connectorTo(baseUrl).createTasks(
      [{ ...task, lead: { object: 'contact', crmId: '1' }, subject: 's', body: 'b' }],
      live,
    );
    expect(outcomes).toEqual([{ state: 'unknown', error: expect.objectContaining({ code: 'CRM_OUTCOME_UNKNOWN' }) }]);
    expect(sent).toBe(1);
  });

  it('sends long lists of properties in a body, not in an address (T20)', async () => {
    const urls: string[] = [];
    const baseUrl = await serve((request, response) => {
      urls.push(request.url ?? '');
      const record = { id: '7', createdAt: '2026-01-01T00:00:00Z', updatedAt: '2026-01-01T00:00:00Z' };
      const isList = request.url?.startsWith('/crm/objects/2026-09/contacts?');
      const results = isList ? [{ ...record, properties: {} }] : [{ ...record, properties: { p7: 'seven' } }];
      response.end(JSON.stringify({ results: request.url?.startsWith('/crm/properties') ? [] : results }));
    });
    const attributes = Object.fromEntries(
      Array.from({ length: 600 }, (_, n) => [`ours${n}`, aLine(n === 7 ? 'p7' : `a_long_property_name_${n}`)]),
    );
    const mapping = { ...MAPPING, leads: { contact: { attributes } } };
    const connector = connectorTo(baseUrl, { mapping });
    const stream = { name: 'contacts', kind: 'lead' } as const;
    const pages = await Array.fromAsync(connector.pull(stream, null, live));
    expect(pages[0]?.records[0]?.attributes.ours7).toBe('seven');
    expect(Math.max(...urls.map((url) => url.length))).toBeLessThan(6_000);
  });
});
