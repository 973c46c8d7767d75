import { afterEach, describe, expect, it } from 'vitest';
import type { HubspotConnectorOptions } from '../../connectors/hubspot/index.ts';
import type { HubspotSettingsInput } from '../../sandbox/hubspot/settings.ts';
import { type Sandbox, startSandbox } from '../../sandbox/start.ts';
import type { LeadRef } from '../../src/domain/crm.ts';
import { live } from './contract-bench.ts';
import { connectorTo } from './hubspot-fixture.ts';

describe('who HubSpot says has changed a field', () => {
  const open: Sandbox[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((sandbox) => sandbox.close()));
  });

  async function start(options: Partial<HubspotConnectorOptions> = {}, hubspot: HubspotSettingsInput = {}) {
    const sandbox = await startSandbox({ crms: ['hubspot'], leads: 120, settings: { hubspot } });
    open.push(sandbox);
    const lead: LeadRef = { object: 'contact', crmId: sandbox.twin('hubspot').leadId(0) };
    const connector = connectorTo(sandbox.hubspotUrl, options);
    await connector.provision({ dryRun: false }, live);
    const score = async () => (await connector.whoChanged([lead], ['score'], live))[0]?.score;
    return { sandbox, lead, connector, score };
  }

  it('is known of each field, with the instant of its own change', async () => {
    const { sandbox, lead, connector } = await start();
    await connector.writeLeads([{ ...lead, scoreFields: { score: 50, band: 'warm' } }], live);
    sandbox.editLead('hubspot', lead.crmId, { scorewire_band: 'hot' }, 'workflow');
    const [change] = await connector.whoChanged([lead], ['score', 'band'], live);
    expect(change).toMatchObject({
      score: { value: 50, by: { kind: 'us' }, knownOf: 'field' },
      band: { value: 'hot', by: { kind: 'workflow' }, knownOf: 'field' },
    });
  });

  it('is us for a connection by OAuth as well, and the key of another connection is not', async () => {
    const oauth = {
      kind: 'oauth',
      clientId: 'sandbox-client',
      clientSecret: 'sandbox-secret',
      refreshToken: 'sandbox-refresh',
    } as const;
    const { sandbox, lead, connector, score } = await start({ credentials: oauth });
    await connector.writeLeads([{ ...lead, scoreFields: { score: 50 } }], live);
    expect(await score()).toMatchObject({ by: { kind: 'us', id: '1000000' } });
    const other = connectorTo(sandbox.hubspotUrl);
    await other.writeLeads([{ ...lead, scoreFields: { score: 60 } }], live);
    expect(await score()).toMatchObject({ by: { kind: 'integration', id: '1000001' } });
  });

  it('is asked for once, and left open where HubSpot does not tell who we are', async () => {
    const { sandbox, lead, connector, score } = await start();
    const route = 'POST /oauth/v2/private-apps/get/access-token-info';
    sandbox.setFaults([{ route, calls: { every: 1 }, fault: { kind: 'missing-scope' } }]);
    await connector.writeLeads([{ ...lead, scoreFields: { score: 50 } }], live);
    expect(await score()).toMatchObject({ value: 50, by: { kind: 'unknown', id: '1000001' } });
    await score();
    expect(sandbox.stats().hubspot.byRoute[route]).toBe(1);
  });

  it('is not told by a history that has lost the value that stands (T12)', async () => {
    const { lead, connector, score } = await start({}, { losesHistory: true });
    await connector.writeLeads([{ ...lead, scoreFields: { score: 50 } }], live);
    await connector.writeLeads([{ ...lead, scoreFields: { score: 60 } }], live);
    expect(await score()).toMatchObject({ value: 60, at: null, by: { kind: 'unknown', id: null } });
  });

  it('costs two calls per 100 contacts: HubSpot tells 50 histories at a time', async () => {
    const { sandbox, connector } = await start();
    const leads = Array.from(
      { length: 100 },
      (_, n): LeadRef => ({ object: 'contact', crmId: sandbox.twin('hubspot').leadId(n) }),
    );
    await connector.whoChanged([leads[0]!], ['score'], live);
    const callsBefore = connector.calls;
    await connector.whoChanged(leads, ['score', 'band', 'lifecycleStage'], live);
    expect(connector.calls - callsBefore).toBe(2);
  });
});
