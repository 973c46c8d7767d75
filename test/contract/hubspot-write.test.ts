import { afterEach, describe, expect, it } from 'vitest';
import type { HubspotCredentials } from '../../connectors/hubspot/index.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/start.ts';
import type { LeadRef } from '../../src/domain/crm.ts';
import { clockOf } from '../support/clock.ts';
import { taskFor } from './connector-tasks.ts';
import { live } from './contract-bench.ts';
import { connectorTo } from './hubspot-fixture.ts';

describe('writing to HubSpot', () => {
  const open: Sandbox[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((sandbox) => sandbox.close()));
  });

  async function start(options: SandboxOptions = {}) {
    const sandbox = await startSandbox({ crms: ['hubspot'], leads: 150, ...options });
    open.push(sandbox);
    const ref = (n: number): LeadRef => ({ object: 'contact', crmId: sandbox.twin('hubspot').leadId(n) });
    return { sandbox, ref, connector: connectorTo(sandbox.hubspotUrl) };
  }

  it('finds the culprit when HubSpot refuses a whole batch (T39)', async () => {
    const { connector, ref } = await start({ settings: { hubspot: { partialBatches: false } } });
    await connector.provision({ dryRun: false }, live);
    const writes = Array.from({ length: 100 }, (_, n) => ({
      ...ref(n),
      scoreFields: { score: n },
      ...(n === 37 ? { lifecycleStage: 'no_such_stage' } : {}),
    }));
    const outcomes = await connector.writeLeads(writes, live);
    const failed = outcomes.flatMap((outcome, n) => (outcome.ok ? [] : [{ n, code: outcome.error.code }]));
    expect(failed).toEqual([{ n: 37, code: 'CRM_REJECTED_RECORD' }]);
    const leads = await connector.readLeads(writes, live);
    expect(leads.map((lead) => lead?.scoreFields.score ?? null)).toEqual(writes.map((_, n) => (n === 37 ? null : n)));
  });

  it('finds the task that cannot be created when HubSpot refuses a whole batch', async () => {
    const { connector, ref, sandbox } = await start({ settings: { hubspot: { partialBatches: false } } });
    const leads = [ref(0), { object: 'contact', crmId: '99999999' } as const, ref(1), ref(2)];
    const outcomes = await connector.createTasks(
      leads.map((lead) => taskFor(lead, 1)),
      live,
    );
    expect(outcomes.map(({ state }) => state)).toEqual(['created', 'rejected', 'created', 'created']);
    expect(sandbox.state('hubspot').tasks).toHaveLength(3);
  });

  it('moves a lifecycle stage backwards over an empty one, in two writes of one call (T64)', async () => {
    const { connector, ref } = await start();
    await connector.provision({ dryRun: false }, live);
    const set = (lifecycleStage: string) => ({ ...ref(0), scoreFields: {}, lifecycleStage });
    await connector.writeLeads([set(''), set('salesqualifiedlead')], live);
    const outcomes = await connector.writeLeads([set(''), set('lead')], live);
    const [lead] = await connector.readLeads([ref(0)], live);
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, true]);
    expect(lead?.lifecycleStage).toBe('lead');
  });

  it('finds a task whose answer was lost though search does not know it yet (T43)', async () => {
    const { connector, ref, sandbox } = await start({ settings: { hubspot: { searchLagMs: 600_000 } } });
    sandbox.setFaults([{ route: 'POST /crm/objects/*/tasks/batch/create', fault: { kind: 'lost-answer' } }]);
    const task = taskFor(ref(0), 1);
    expect(await connector.createTasks([task], live)).toMatchObject([{ state: 'unknown' }]);
    expect(await connector.findTasks([task], live)).toEqual([expect.stringMatching(/^\d+$/)]);
  });

  it('finds the tasks of the others when one contact spoils the call that looks for them (T39)', async () => {
    const { connector, ref, sandbox } = await start();
    const tasks = [0, 1, 2].map((n) => taskFor(ref(n), 1));
    const created = await connector.createTasks(tasks, live);
    const fault = { kind: 'poisoned' as const, ids: [ref(1).crmId] };
    sandbox.setFaults([{ route: 'POST /crm/associations/**', calls: { every: 1 }, fault }]);
    const ids = created.map((outcome) => (outcome.state === 'created' ? outcome.taskId : ''));
    expect(await connector.findTasks(tasks, live)).toEqual([ids[0], null, ids[2]]);
  });

  it('repairs stages that a crash has left cleared (T64)', async () => {
    const { connector, ref, sandbox } = await start();
    const stages = [0, 1].map((n) => ({ ...ref(n), from: 'salesqualifiedlead', to: 'lead' }));
    for (const { crmId } of stages)
      sandbox.editLead('hubspot', crmId, { lifecyclestage: 'salesqualifiedlead' }, 'user');
    // What the first call cleared, the second would have set.
    const fault = { kind: 'rate-limit', policy: 'DAILY' } as const;
    sandbox.setFaults([{ route: 'POST /crm/objects/*/contacts/batch/update', calls: { from: 2 }, fault }]);
    await expect(connector.restoreStages(stages, live)).rejects.toMatchObject({ code: 'CRM_QUOTA_EXHAUSTED' });
    const stagesOf = async () => (await connector.readLeads(stages, live)).map((lead) => lead?.lifecycleStage);
    expect(await stagesOf()).toEqual([null, null]);

    expect(await connector.restoreStages(stages, live)).toMatchObject([{ ok: true }, { ok: true }]);

    expect(await stagesOf()).toEqual(['lead', 'lead']);
  });

  it('leaves a lead in the stage that it holds where the one before is refused, and an empty one empty', async () => {
    const { connector, ref, sandbox } = await start();
    for (const n of [0, 1]) sandbox.editLead('hubspot', ref(n).crmId, { lifecyclestage: 'salesqualifiedlead' }, 'user');
    const from = 'salesqualifiedlead';
    const outcomes = await connector.restoreStages(
      [
        { ...ref(0), from, to: 'no_such_stage' },
        { ...ref(1), from, to: null },
      ],
      live,
    );
    expect(outcomes).toMatchObject([{ ok: false, error: { code: 'CRM_REJECTED_RECORD' } }, { ok: true }]);
    const leads = await connector.readLeads([ref(0), ref(1)], live);
    expect(leads.map((lead) => lead?.lifecycleStage)).toEqual([from, null]);
  });

  it('shows that HubSpot has ignored a stage that would move backwards (T57, T64)', async () => {
    const { connector, ref } = await start();
    const set = (lifecycleStage: string) => ({ ...ref(0), scoreFields: {}, lifecycleStage });
    await connector.writeLeads([set(''), set('salesqualifiedlead')], live);
    await connector.writeLeads([set('lead')], live);
    const [lead] = await connector.readLeads([ref(0)], live);
    expect(lead?.lifecycleStage).toBe('salesqualifiedlead');
  });

  it('names the scopes that a token lacks', async () => {
    const tokens = { 'pat-sandbox': ['oauth', 'crm.objects.contacts.read', 'crm.objects.companies.read'] };
    const { connector } = await start({ settings: { hubspot: { tokens } } });
    const { faults } = await connector.check(live);
    expect(new Set(faults.map(({ code }) => code))).toEqual(new Set(['CRM_SCOPE_MISSING']));
    const told = faults.map(({ message }) => message).join('\n');
    for (const scope of ['crm.objects.deals.read', 'crm.objects.contacts.write', 'crm.objects.owners.read', 'forms']) {
      expect(told).toContain(scope);
    }
  });

  it('renews an OAuth token that ends in the middle of the work (T14, T32)', async () => {
    const { sandbox, ref } = await start({ frozen: true });
    const credentials: HubspotCredentials = {
      kind: 'oauth',
      clientId: 'sandbox-client',
      clientSecret: 'sandbox-secret',
      refreshToken: 'sandbox-refresh',
    };
    // A clock that stands still cannot know that the token ends: HubSpot's refusal tells.
    const connector = connectorTo(sandbox.hubspotUrl, { credentials, clock: clockOf(() => new Date(0)) });
    await connector.readLeads([ref(0)], live);
    sandbox.clock.advance(1_900_000);
    const [lead] = await connector.readLeads([ref(0)], live);
    expect(lead?.crmId).toBe(ref(0).crmId);
    expect(sandbox.stats().hubspot.byRoute['POST /oauth/2026-09/token']).toBe(2);
  });

  it('waits for midnight in the zone of the account once the day is used up', async () => {
    const now = new Date('2026-11-23T15:00:00Z');
    const { connector, sandbox, ref } = await start({ frozen: true, now });
    await connector.check(live);
    sandbox.setFaults([{ route: 'POST /crm/**', calls: { every: 1 }, fault: { kind: 'rate-limit', policy: 'DAILY' } }]);
    const attempt = connector.readLeads([ref(0)], live);
    await expect(attempt).rejects.toMatchObject({ code: 'CRM_QUOTA_EXHAUSTED', retryAfterMs: 14 * 3_600_000 });
  });

  it('tells no token, name or address in any error', async () => {
    const { connector, sandbox, ref } = await start();
    const { firstName, email } = sandbox.world.person(0);
    const outcomes = await connector.writeLeads(
      [{ ...ref(0), scoreFields: {}, lifecycleStage: `${firstName} ${email}` }],
      live,
    );
    const told = JSON.stringify(
      outcomes.map((outcome) => (outcome.ok ? '' : [outcome.error.message, outcome.error.context])),
    );
    expect(outcomes.map(({ ok }) => ok)).toEqual([false]);
    expect(told).not.toContain(firstName);
    expect(told).not.toContain(email);
    expect(told).not.toContain('pat-sandbox');
  });
});
