import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startSandbox } from '../../sandbox/start.ts';
import type { CrmConnector } from '../../src/domain/crm.ts';
import { fencesOf, sectionOf } from '../support/markdown.ts';
import { connectorTo } from './hubspot-fixture.ts';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const [LIST = ''] = fencesOf(sectionOf(README, 'Connect HubSpot').join('\n').replaceAll(/^ {3}/gm, ''), 'text');
const SCOPES = LIST.trim().split(/\s+/);
const PROVISIONING = 'crm.schemas.contacts.write';
const OPTIONAL = 'marketing.campaigns.read';

const live = new AbortController().signal;

describe('the scopes that README asks for', () => {
  it('are enough to connect, to provision and to pull every stream', async () => {
    const connector = await connectorWith(SCOPES);

    expect((await connector.check(live)).faults).toEqual([]);
    expect(await connector.provision({ dryRun: false }, live)).toContainEqual({
      name: 'contact.scorewire_score',
      outcome: 'created',
    });
    for (const stream of connector.streams) await Array.fromAsync(connector.pull(stream, null, live));
  });

  it.each(SCOPES.filter((scope) => scope !== PROVISIONING && scope !== OPTIONAL))(
    'include %s, which is missed by name',
    async (scope) => {
      const { faults } = await (await connectorWithout(scope)).check(live);

      expect(faults[0]).toMatchObject({ code: 'CRM_SCOPE_MISSING', message: expect.stringContaining(`(${scope})`) });
      expect(faults.filter(({ message }) => !message.includes(scope))).toEqual([]);
    },
  );

  it('include one that provisioning alone needs, and names', async () => {
    const connector = await connectorWithout(PROVISIONING);
    const provisioning = connector.provision({ dryRun: false }, live);

    await expect(provisioning).rejects.toMatchObject({ code: 'CRM_SCOPE_MISSING' });
    await expect(provisioning).rejects.toThrow(PROVISIONING);
    expect((await connector.check(live)).faults).toEqual([]);
  });

  it('include one without which campaigns have no names, and nothing else is missed', async () => {
    const connector = await connectorWithout(OPTIONAL);
    const campaigns = connector.streams.find(({ name }) => name === 'campaigns')!;

    expect((await connector.check(live)).faults).toEqual([]);
    expect(await Array.fromAsync(connector.pull(campaigns, null, live))).toEqual([]);
  });
});

const connectorWithout = (scope: string): Promise<CrmConnector> =>
  connectorWith(SCOPES.filter((other) => other !== scope));

/** A connector to a sandbox of the test's own, whose one token has these scopes and no other. */
async function connectorWith(scopes: readonly string[]): Promise<CrmConnector> {
  const hubspot = { tokens: { key: [...scopes] }, limits: { enforced: false } };
  const sandbox = await startSandbox({ crms: ['hubspot'], leads: 5, settings: { hubspot } });
  onTestFinished(() => sandbox.close());
  return connectorTo(sandbox.hubspotUrl, { credentials: { kind: 'service-key', token: 'key' } });
}
