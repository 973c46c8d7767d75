import { exportPKCS8, exportSPKI, generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SalesforceCredentials } from '../../connectors/salesforce/index.ts';
import { type Sandbox, startSandbox } from '../../sandbox/start.ts';
import { connectorTo, SIGNAL } from './salesforce-fixture.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  const settings = { salesforce: { rotateRefreshTokens: true } };
  sandbox = await startSandbox({ crms: ['salesforce'], leads: 20, now: new Date('2026-11-23T09:30:00Z'), settings });
});
afterAll(() => sandbox.close());

const control = (path: string, body: object = {}) =>
  fetch(`${sandbox.salesforceUrl}/__sandbox/salesforce/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('a sandbox org', () => {
  it('lets a rotated refresh token outlive many sessions, each token used once', async () => {
    let credentials: SalesforceCredentials = {
      kind: 'refresh',
      clientId: 'sandbox-client',
      clientSecret: 'sandbox-secret',
      refreshToken: 'sandbox-refresh',
    };
    const tokens = new Set([credentials.refreshToken]);
    const connector = connectorTo(sandbox.salesforceUrl, {
      credentials,
      onRotated: async (rotated) => {
        credentials = rotated;
        if (rotated.kind === 'refresh') tokens.add(rotated.refreshToken);
      },
    });
    for (let sessions = 0; sessions < 3; sessions += 1) {
      expect((await connector.check(SIGNAL)).accountId).toMatch(/^00D/);
      await control('expire-sessions');
    }
    expect(tokens.size).toBe(4);
    expect((await connectorTo(sandbox.salesforceUrl, { credentials }).check(SIGNAL)).accountId).toMatch(/^00D/);
  });

  it('survives five callers whose session ends at once', async () => {
    const connector = connectorTo(sandbox.salesforceUrl);
    await connector.check(SIGNAL);
    await control('expire-sessions');
    const ref = { object: 'lead', crmId: sandbox.twin('salesforce').leadId(0) } as const;
    const reads = await Promise.all(Array.from({ length: 5 }, () => connector.readLeads([ref], SIGNAL)));
    expect(reads).toHaveLength(5);
  });

  it('takes a JWT signed with the key whose certificate it holds', async () => {
    const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
    await control('public-key', { clientId: 'sandbox-client', publicKey: await exportSPKI(publicKey) });
    const credentials = {
      kind: 'jwt',
      clientId: 'sandbox-client',
      username: 'integration@sandbox.example',
      privateKey: await exportPKCS8(privateKey),
    } as const;
    const { faults } = await connectorTo(sandbox.salesforceUrl, { credentials }).check(SIGNAL);
    expect(faults).toEqual([]);
  });
});
