import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/start.ts';
import type { CrmConnector, LeadRef, LeadWrite } from '../../src/domain/crm.ts';
import { recordingBudget } from './recording-budget.ts';
import { connectorTo, SIGNAL } from './salesforce-fixture.ts';

const COLLECTION = '/services/data/v68.0/composite/sobjects';

let sandbox: Sandbox;
let connector: CrmConnector;
let leads: readonly LeadRef[];

beforeAll(async () => {
  const now = new Date('2026-11-23T09:30:00Z');
  sandbox = await startSandbox({ crms: ['salesforce'], leads: 600, seed: 5, now, frozen: true });
  connector = connectorTo(sandbox.salesforceUrl);
  await connector.provision({ dryRun: false }, SIGNAL);
  leads = peopleWhere(({ isContact, deal }) => !isContact && deal === null).map((n) => ({
    object: 'lead',
    crmId: sandbox.twin('salesforce').leadId(n),
  }));
});
afterAll(() => sandbox.close());
beforeEach(() => {
  sandbox.setFaults([]);
  sandbox.clock.advance(60_000);
});

function peopleWhere(holds: (person: ReturnType<Sandbox['world']['person']>) => boolean): number[] {
  const all = Array.from({ length: sandbox.world.size }, (_, n) => n);
  return all.filter((n) => holds(sandbox.world.person(n)));
}

const scored = (lead: LeadRef, score: number): LeadWrite => ({ ...lead, scoreFields: { score } });
const scoresOf = async (refs: readonly LeadRef[]) =>
  (await connector.readLeads(refs, SIGNAL)).map((lead) => lead?.scoreFields.score);
const codes = (outcomes: Awaited<ReturnType<CrmConnector['writeLeads']>>) =>
  outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.error.code));

describe('writing to Salesforce', () => {
  it('sets every kind of field and reads it back', async () => {
    const [lead] = leads;
    const scoreFields = {
      score: 87.25,
      band: 'hot',
      grade: 'A1',
      fitPoints: -999.99,
      engagementPoints: 9999.99,
      reasons: 'Demo request +40 · "quoted" & <tagged> · Größe',
      model: 'b2b-default 3',
      scoredAt: '2026-11-23T08:00:00.000Z',
      status: 'scored',
    };
    expect(codes(await connector.writeLeads([{ ...lead!, scoreFields }], SIGNAL))).toEqual(['ok']);
    const [read] = await connector.readLeads([lead!], SIGNAL);
    expect(read?.scoreFields).toEqual(scoreFields);
  });

  it('answers one outcome per write in order, whatever order it sends them in', async () => {
    const some = [leads[9]!, leads[2]!, leads.at(-1)!, leads[5]!];
    sandbox.twin('salesforce').deleteLead(leads.at(-1)!.crmId);
    const outcomes = await connector.writeLeads(
      some.map((lead, index) => scored(lead, index)),
      SIGNAL,
    );
    expect(codes(outcomes)).toEqual(['ok', 'ok', 'CRM_RECORD_GONE', 'ok']);
    expect(await scoresOf(some)).toEqual([0, 1, undefined, 3]);
  });

  it('needs one call per 200 leads, and one token of the budget for each', async () => {
    const budget = recordingBudget();
    const fresh = connectorTo(sandbox.salesforceUrl, { budget });
    const outcomes = await fresh.writeLeads(
      leads.slice(0, 401).map((lead) => scored(lead, 11)),
      SIGNAL,
    );
    expect(outcomes.every(({ ok }) => ok)).toBe(true);
    expect(fresh.calls).toBe(3);
    expect(budget.taken).toEqual(['calls', 'calls', 'calls']);
  });

  it('tells a stamp that is never later than the record’s own', async () => {
    const [outcome] = await connector.writeLeads([scored(leads[0]!, 12)], SIGNAL);
    const [read] = await connector.readLeads([leads[0]!], SIGNAL);
    expect(outcome?.ok && outcome.modifiedAt.getTime()).toBeLessThanOrEqual(read!.modifiedAt.getTime());
  });

  it('lets the later of two writes to one lead win', async () => {
    const outcomes = await connector.writeLeads([scored(leads[1]!, 1), scored(leads[1]!, 2)], SIGNAL);
    expect(codes(outcomes)).toEqual(['ok', 'ok']);
    expect(await scoresOf([leads[1]!])).toEqual([2]);
  });

  it('does not let assignment rules give the lead away', async () => {
    const [before] = await connector.readLeads([leads[3]!], SIGNAL);
    await connector.writeLeads([scored(leads[3]!, 50)], SIGNAL);
    const [after] = await connector.readLeads([leads[3]!], SIGNAL);
    expect(after?.ownerId).toBe(before?.ownerId);
    expect(after?.scoreFields.score).toBe(50);
  });

  it('moves the lead’s status and nothing else with it', async () => {
    const write = { ...leads[4]!, scoreFields: {}, lifecycleStage: 'Working - Contacted' };
    expect(codes(await connector.writeLeads([write], SIGNAL))).toEqual(['ok']);
    const [read] = await connector.readLeads([leads[4]!], SIGNAL);
    expect(read?.lifecycleStage).toBe('Working - Contacted');
  });

  it('puts a status back, and refuses to leave none', async () => {
    const [lead] = await connector.readLeads([leads[5]!], SIGNAL);
    const from = 'Working - Contacted';
    const outcomes = await connector.restoreStages([{ ...leads[5]!, from, to: null }], SIGNAL);
    expect(codes(outcomes)).toEqual(['CRM_REJECTED_RECORD']);
    const [read] = await connector.readLeads([leads[5]!], SIGNAL);
    expect(read?.lifecycleStage).toBe(lead?.lifecycleStage);
  });

  it('refuses a stage for an object that has none mapped', async () => {
    const contact: LeadRef = { object: 'contact', crmId: '003Sb000000FXsjMAG' };
    const attempt = connector.restoreStages([{ ...contact, from: 'a', to: 'b' }], SIGNAL);
    await expect(attempt).rejects.toMatchObject({ code: 'MAPPING_INVALID' });
  });

  it('writes to contacts as well', async () => {
    const [n] = peopleWhere(({ isContact }) => isContact);
    const contact: LeadRef = { object: 'contact', crmId: sandbox.twin('salesforce').leadId(n!) };
    expect(codes(await connector.writeLeads([scored(contact, 33), scored(leads[6]!, 34)], SIGNAL))).toEqual([
      'ok',
      'ok',
    ]);
    expect(await scoresOf([contact, leads[6]!])).toEqual([33, 34]);
  });
});

describe('a row that Salesforce refuses', () => {
  it('does not fail the others', async () => {
    const struck = leads[7]!.crmId;
    sandbox.setFaults([{ route: `PATCH ${COLLECTION}`, fault: { kind: 'partial-failure', ids: [struck] } }]);
    const some = leads.slice(5, 10);
    const outcomes = await connector.writeLeads(
      some.map((lead) => scored(lead, 60)),
      SIGNAL,
    );
    expect(codes(outcomes)).toEqual(['ok', 'ok', 'CRM_REJECTED_RECORD', 'ok', 'ok']);
  });

  it('because the lead was converted says so (T40)', async () => {
    const converted = await convertedLead();
    const outcomes = await connector.writeLeads([scored(converted, 70), scored(leads[8]!, 71)], SIGNAL);
    expect(codes(outcomes)).toEqual(['CRM_RECORD_CONVERTED', 'ok']);
  });

  it('because it is locked passes once the lock is gone (T35)', async () => {
    const locked = leads[10]!.crmId;
    const calls = { from: 1, times: 2 };
    sandbox.setFaults([{ route: `PATCH ${COLLECTION}`, calls, fault: { kind: 'row-lock', ids: [locked] } }]);
    const outcomes = await connector.writeLeads(
      leads.slice(9, 12).map((lead) => scored(lead, 80)),
      SIGNAL,
    );
    expect(codes(outcomes)).toEqual(['ok', 'ok', 'ok']);
    expect(await scoresOf([leads[10]!])).toEqual([80]);
  });

  it('because it stays locked waits for the next run, alone (T35)', async () => {
    const locked = leads[11]!.crmId;
    sandbox.setFaults([
      { route: `PATCH ${COLLECTION}`, calls: { every: 1 }, fault: { kind: 'row-lock', ids: [locked] } },
    ]);
    const before = connector.calls;
    const outcomes = await connector.writeLeads(
      leads.slice(10, 13).map((lead) => scored(lead, 81)),
      SIGNAL,
    );
    expect(codes(outcomes)).toEqual(['ok', 'CRM_RECORD_LOCKED', 'ok']);
    expect(connector.calls - before).toBe(5);
  });
});

describe('a call that Salesforce refuses', () => {
  it('for a field that is gone halts, naming it', async () => {
    const { scoreFields, ...mapping } = (await import('./salesforce-fixture.ts')).MAPPING;
    const unprovisioned = { ...mapping, scoreFields: { ...scoreFields, score: 'Nowhere__c' } };
    const strict = connectorTo(sandbox.salesforceUrl, { mapping: unprovisioned });
    await expect(strict.writeLeads([scored(leads[0]!, 1)], SIGNAL)).rejects.toMatchObject({
      recovery: 'halt',
      message: expect.stringContaining('Nowhere__c'),
    });
  });

  it('for want of daily calls ends the run until the quota is back', async () => {
    sandbox.setFaults([{ route: `PATCH ${COLLECTION}`, fault: { kind: 'rate-limit', policy: 'DAILY' } }]);
    await expect(connector.writeLeads([scored(leads[0]!, 1)], SIGNAL)).rejects.toMatchObject({
      code: 'CRM_QUOTA_EXHAUSTED',
    });
  });

  it('whose answer is lost is sent again, as the same values harm nobody', async () => {
    sandbox.setFaults([{ route: `PATCH ${COLLECTION}`, fault: { kind: 'lost-answer' } }]);
    expect(codes(await connector.writeLeads([scored(leads[13]!, 90)], SIGNAL))).toEqual(['ok']);
    expect(await scoresOf([leads[13]!])).toEqual([90]);
  });

  it('ends at once when the caller gives up', async () => {
    const ending = new AbortController();
    sandbox.setFaults([{ route: `PATCH ${COLLECTION}`, fault: { kind: 'silence' } }]);
    const writing = connector.writeLeads([scored(leads[0]!, 1)], ending.signal);
    setTimeout(() => ending.abort(), 50);
    await expect(writing).rejects.toMatchObject({ name: 'AbortError' });
  });
});

async function convertedLead(): Promise<LeadRef> {
  for await (const { records } of connector.pull({ name: 'leads', kind: 'lead' }, null, SIGNAL)) {
    const converted = records.find(({ movedTo }) => movedTo !== null);
    if (converted !== undefined) return { object: 'lead', crmId: converted.crmId };
  }
  throw new Error('The world has no converted lead');
}
