import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/start.ts';
import type { CrmConnector, HotLeadTask, LeadRef } from '../../src/domain/crm.ts';
import { clockOf } from '../support/clock.ts';
import { connectorTo, MAPPING, SIGNAL } from './salesforce-fixture.ts';

const CREATE = 'POST /services/data/v68.0/composite/sobjects';

let sandbox: Sandbox;
let connector: CrmConnector;
let leads: readonly LeadRef[];
let nextMarker = 0;

beforeAll(async () => {
  const now = new Date('2026-11-23T09:30:00Z');
  sandbox = await startSandbox({ crms: ['salesforce'], leads: 500, seed: 5, now, frozen: true });
  connector = connectorTo(sandbox.salesforceUrl, { lagMs: 0, clock: clockOf(() => sandbox.clock.now()) });
  const people = Array.from({ length: sandbox.world.size }, (_, n) => sandbox.world.person(n));
  leads = people
    .filter(({ isContact, deal }) => !isContact && deal === null)
    .map(({ n }) => ({ object: 'lead', crmId: sandbox.twin('salesforce').leadId(n) }));
});
afterAll(() => sandbox.close());
beforeEach(() => sandbox.setFaults([]));

const taskFor = (lead: LeadRef, more: Partial<HotLeadTask> = {}): HotLeadTask => {
  nextMarker += 1;
  return {
    lead,
    marker: `marker-${nextMarker}`,
    ownerId: null,
    dueAt: new Date('2026-11-23T10:30:00Z'),
    priority: 'high',
    subject: 'Hot lead: call now',
    body: 'Score 92\nDemo request +40',
    ...more,
  };
};
const tasksOf = ({ crmId }: LeadRef) =>
  sandbox.state('salesforce').tasks.filter((task) => task.leads.includes(crmId) && task.body.includes('marker-'));

/** The task is ticked off. */
const completed = (taskId: string) => patched(taskId, { Status: 'Completed' });

/** A call as the integration user, with what it answers. */
async function called(path: string, init: RequestInit = {}): Promise<Response> {
  const form = { grant_type: 'client_credentials', client_id: 'sandbox-client', client_secret: 'sandbox-secret' };
  const url = `${sandbox.salesforceUrl}/services`;
  const session = await fetch(`${url}/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) });
  const { access_token } = (await session.json()) as { access_token: string };
  const headers = { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' };
  return fetch(`${url}/data/v68.0${path}`, { ...init, headers });
}

async function patched(taskId: string, values: object): Promise<void> {
  const answer = await called(`/sobjects/Task/${taskId}`, { method: 'PATCH', body: JSON.stringify(values) });
  expect(answer.status).toBe(204);
}

async function rowsOf(mode: 'query' | 'queryAll', soql: string): Promise<readonly unknown[]> {
  const answer = await called(`/${mode}?q=${encodeURIComponent(soql)}`);
  return ((await answer.json()) as { records: unknown[] }).records;
}

/** A rep converts the lead. */
async function converted({ crmId }: LeadRef): Promise<void> {
  await fetch(`${sandbox.salesforceUrl}/__sandbox/salesforce/convert`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ leadId: crmId }),
  });
}

describe('a task for a hot lead', () => {
  it('is created for the owner, with reminder, priority and body', async () => {
    const owners = [];
    for await (const page of connector.pull({ name: 'owners', kind: 'owner' }, null, SIGNAL))
      owners.push(...page.records);
    const owner = owners.find(({ isActive }) => isActive)!;
    const task = taskFor(leads[0]!, { ownerId: owner.crmId });
    const [outcome] = await connector.createTasks([task], SIGNAL);
    expect(outcome).toEqual({ state: 'created', taskId: expect.stringMatching(/^00T\w{15}$/) });
    expect(tasksOf(leads[0]!)).toMatchObject([
      {
        subject: 'Hot lead: call now',
        body: `Score 92\nDemo request +40\n\nScorewire ${task.marker}`,
        priority: 'High',
        status: 'Not Started',
      },
    ]);
  });

  it('is due on the day that it is in the business’s own zone', async () => {
    const businessHours = { ...MAPPING.tasks.businessHours, timeZone: 'Asia/Tokyo' };
    const mapping = { ...MAPPING, tasks: { ...MAPPING.tasks, businessHours } };
    const tokyo = connectorTo(sandbox.salesforceUrl, { mapping });
    const [outcome] = await tokyo.createTasks(
      [taskFor(leads[1]!, { dueAt: new Date('2026-11-23T20:00:00Z') })],
      SIGNAL,
    );
    expect(outcome?.state).toBe('created');
    const { dueAt } = tasksOf(leads[1]!)[0]!;
    expect(dueAt).toMatch(/^2026-11-2[34]/);
  });

  it('whose subject is too long is shortened, not refused', async () => {
    const [outcome] = await connector.createTasks([taskFor(leads[2]!, { subject: 'x'.repeat(300) })], SIGNAL);
    expect(outcome?.state).toBe('created');
  });

  it('for an inactive owner is rejected and the others are created', async () => {
    const owners = [];
    for await (const page of connector.pull({ name: 'owners', kind: 'owner' }, null, SIGNAL))
      owners.push(...page.records);
    const gone = owners.find(({ isActive }) => !isActive)!;
    const outcomes = await connector.createTasks(
      [taskFor(leads[3]!, { ownerId: gone.crmId }), taskFor(leads[4]!)],
      SIGNAL,
    );
    expect(outcomes.map(({ state }) => state)).toEqual(['rejected', 'created']);
  });

  it('is no engagement of the lead once it is done', async () => {
    const pulled = [];
    for await (const page of connector.pull({ name: 'tasks', kind: 'engagement' }, null, SIGNAL))
      pulled.push(...page.records);
    const before = pulled.length;
    const [outcome] = await connector.createTasks([taskFor(leads[5]!)], SIGNAL);
    const taskId = outcome?.state === 'created' ? outcome.taskId : '';
    await completed(taskId);
    const again = [];
    for await (const page of connector.pull({ name: 'tasks', kind: 'engagement' }, null, SIGNAL))
      again.push(...page.records);
    expect(again).toHaveLength(before);
  });
});

describe('a task whose answer is lost', () => {
  it('is unknown, is found, and never made twice (T41)', async () => {
    const task = taskFor(leads[6]!);
    sandbox.setFaults([{ route: CREATE, fault: { kind: 'lost-answer' } }]);
    const [outcome] = await connector.createTasks([task], SIGNAL);
    expect(outcome).toMatchObject({ state: 'unknown', error: { code: 'CRM_OUTCOME_UNKNOWN' } });
    const [found] = await connector.findTasks([task], SIGNAL);
    expect(found).toMatch(/^00T\w{15}$/);
    expect(tasksOf(leads[6]!)).toHaveLength(1);
  });

  it('is unknown too where the connection was cut before anything happened, and is not found', async () => {
    const task = taskFor(leads[7]!);
    sandbox.setFaults([{ route: CREATE, fault: { kind: 'reset' } }]);
    expect((await connector.createTasks([task], SIGNAL))[0]?.state).toBe('unknown');
    expect(await connector.findTasks([task], SIGNAL)).toEqual([null]);
    expect(tasksOf(leads[7]!)).toEqual([]);
  });

  it('does not keep the tasks of the next call from being created', async () => {
    const tasks = Array.from({ length: 250 }, (_, n) => taskFor(leads[n + 8]!));
    sandbox.setFaults([{ route: CREATE, fault: { kind: 'lost-answer' } }]);
    const outcomes = await connector.createTasks(tasks, SIGNAL);
    expect(outcomes.filter(({ state }) => state === 'unknown')).toHaveLength(200);
    expect(outcomes.filter(({ state }) => state === 'created')).toHaveLength(50);
    expect((await connector.findTasks(tasks, SIGNAL)).every((id) => id !== null)).toBe(true);
  });
});

describe('a task that is taken back', () => {
  const made = async (lead: LeadRef) => {
    const [outcome] = await connector.createTasks([taskFor(lead)], SIGNAL);
    return outcome?.state === 'created' ? outcome.taskId : '';
  };

  it('is left alone once its lead was converted, which Salesforce shows as a change of the task', async () => {
    const lead = leads[302]!;
    const taskId = await made(lead);
    sandbox.clock.advance(3_600_000);
    await converted(lead);
    expect(await connector.readTasks([taskId], SIGNAL)).toEqual(['changed']);
  });

  it('is as we made it though a flow of the org completed it for us in the same breath', async () => {
    const taskId = await made(leads[303]!);
    sandbox.clock.advance(5_000);
    await patched(taskId, { Priority: 'Low' });
    expect(await connector.readTasks([taskId], SIGNAL)).toEqual(['open']);
    sandbox.clock.advance(3_600_000);
    await patched(taskId, { Priority: 'High' });
    expect(await connector.readTasks([taskId], SIGNAL)).toEqual(['changed']);
  });

  it('lies in the recycle bin, and is gone for every read but that of the bin', async () => {
    const taskId = await made(leads[304]!);
    await connector.removeTasks([taskId], SIGNAL);
    const soql = `SELECT Id, IsDeleted FROM Task WHERE Id = '${taskId}'`;
    expect(await rowsOf('query', soql)).toEqual([]);
    expect(await rowsOf('queryAll', soql)).toMatchObject([{ Id: taskId, IsDeleted: true }]);
    expect(await connector.readTasks([taskId], SIGNAL)).toEqual(['gone']);
  });

  it('stays where a row is refused, and the others go', async () => {
    const ids = [await made(leads[305]!), await made(leads[306]!)];
    const fault = { kind: 'partial-failure' as const, ids: [ids[0]!] };
    sandbox.setFaults([{ route: 'DELETE /services/data/v68.0/composite/sobjects', fault }]);
    const outcomes = await connector.removeTasks(ids, SIGNAL);
    expect(outcomes).toMatchObject([{ ok: false, error: { code: 'CRM_REJECTED_RECORD' } }, { ok: true }]);
    expect(await connector.readTasks(ids, SIGNAL)).toEqual(['open', 'gone']);
  });
});

describe('finding tasks', () => {
  it('tells the markers of one lead apart', async () => {
    const lead = leads[300]!;
    const [one, other] = [taskFor(lead), taskFor(lead)];
    const created = await connector.createTasks([one, other], SIGNAL);
    const ids = created.map((outcome) => (outcome.state === 'created' ? outcome.taskId : null));
    const wanted = [other, { lead, marker: 'marker' }, one];
    expect(await connector.findTasks(wanted, SIGNAL)).toEqual([ids[1], null, ids[0]]);
  });

  it('finds a task that moved to the contact when its lead was converted (T40)', async () => {
    const task = taskFor(leads[301]!);
    const [outcome] = await connector.createTasks([task], SIGNAL);
    await converted(task.lead);
    expect(await connector.findTasks([task], SIGNAL)).toEqual([outcome?.state === 'created' ? outcome.taskId : '']);
  });

  it('asks nothing for no tasks', async () => {
    const before = connector.calls;
    expect(await connector.findTasks([], SIGNAL)).toEqual([]);
    expect(connector.calls).toBe(before);
  });
});
