import { afterEach, describe, expect, it } from 'vitest';
import { leadRefOf } from '../../connectors/salesforce/people.ts';
import { type Sandbox, startSandbox } from '../../sandbox/start.ts';
import { connectorTo, SIGNAL } from './salesforce-fixture.ts';

const open: Sandbox[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((sandbox) => sandbox.close()));
});

async function start(salesforce: Record<string, unknown> = {}) {
  const now = new Date('2026-11-23T09:30:00Z');
  const sandbox = await startSandbox({ crms: ['salesforce'], leads: 60, now, frozen: true, settings: { salesforce } });
  open.push(sandbox);
  const connector = connectorTo(sandbox.salesforceUrl);
  await connector.provision({ dryRun: false }, SIGNAL);
  const refs = Array.from({ length: 60 }, (_, n) => leadRefOf(sandbox.twin('salesforce').leadId(n))!);
  const [lead, other] = refs.filter(({ object }) => object === 'lead');
  const changeOf = async () => (await connector.whoChanged([lead!], ['score', 'lifecycleStage'], SIGNAL))[0];
  return { sandbox, connector, lead: lead!, other: other!, changeOf };
}

describe('who Salesforce says has changed a field', () => {
  it('is whoever changed the record last where the org keeps no history, and it says so', async () => {
    const { sandbox, connector, lead, changeOf } = await start();
    await connector.writeLeads([{ ...lead, scoreFields: { score: 50 } }], SIGNAL);
    sandbox.clock.advance(60_000);
    sandbox.editLead('salesforce', lead.crmId, { Title: 'Chief' }, 'workflow');
    const at = new Date('2026-11-23T09:31:00Z');
    expect((await changeOf())?.score).toMatchObject({ value: 50, at, by: { kind: 'workflow' }, knownOf: 'record' });
  });

  it('is known of the field where the org tracks it, whoever came later', async () => {
    const { sandbox, connector, lead, changeOf } = await start({ trackedFields: ['Lead.Status'] });
    const Status = 'Working - Contacted';
    sandbox.editLead('salesforce', lead.crmId, { Status: 'Open - Not Contacted' }, 'integration');
    sandbox.clock.advance(60_000);
    sandbox.editLead('salesforce', lead.crmId, { Status }, 'user');
    sandbox.clock.advance(60_000);
    await connector.writeLeads([{ ...lead, scoreFields: { score: 50 } }], SIGNAL);
    expect(await changeOf()).toMatchObject({
      lifecycleStage: { value: Status, at: new Date('2026-11-23T09:31:00Z'), by: { kind: 'user' }, knownOf: 'field' },
      score: { value: 50, at: new Date('2026-11-23T09:32:00Z'), by: { kind: 'us' }, knownOf: 'record' },
    });
  });

  it('is told by tracked numbers as well', async () => {
    const { sandbox, lead, changeOf } = await start({ trackedFields: ['Lead.Scorewire_Score__c'] });
    sandbox.editLead('salesforce', lead.crmId, { Scorewire_Score__c: '12.5' }, 'integration');
    expect((await changeOf())?.score).toMatchObject({ value: 12.5, by: { kind: 'integration' }, knownOf: 'field' });
  });

  it('is not told by a history that ends before the value that stands (T12)', async () => {
    const { sandbox, lead, changeOf } = await start({ trackedFields: ['Lead.Status'] });
    sandbox.editLead('salesforce', lead.crmId, { Status: 'Working - Contacted' }, 'user');
    sandbox.clock.advance(60_000);
    await fetch(`${sandbox.salesforceUrl}/__sandbox/salesforce/convert`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ leadId: lead.crmId }),
    });
    expect((await changeOf())?.lifecycleStage).toMatchObject({ value: 'Closed - Converted', knownOf: 'record' });
  });

  it('costs three calls for any leads of one object that fit into one call', async () => {
    const { connector, lead, other } = await start({ trackedFields: ['Lead.Status'] });
    await connector.whoChanged([lead], ['score'], SIGNAL);
    const callsBefore = connector.calls;
    await connector.whoChanged([lead, other], ['score', 'lifecycleStage'], SIGNAL);
    // The leads, their history, the users.
    expect(connector.calls - callsBefore).toBe(3);
  });
});
