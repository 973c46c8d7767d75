import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { pick, random } from '../../sandbox/random.ts';
import type { SandboxState } from '../../sandbox/twin.ts';
import type { Crm } from '../../src/domain/crm.ts';
import { type CallKind, type CrashPoint, syncThroughCrashes } from '../support/crash-points.ts';
import { openProduct, type Product, STILL } from '../support/product.ts';
import { claimRedisDatabase } from '../support/redis-database.ts';

/** Twenty points with NIGHTLY=1; else one in each phase, since every kill costs about two seconds. */
const KINDS: readonly CallKind[] =
  process.env.NIGHTLY === '1'
    ? [
        ...Array<CallKind>(2).fill('check'),
        ...Array<CallKind>(6).fill('pull'),
        ...Array<CallKind>(5).fill('write'),
        ...Array<CallKind>(2).fill('read back'),
        ...(['create task', 'find task', 'create task', 'find task', 'create task'] as const),
      ]
    : ['pull', 'write', 'read back', 'create task', 'find task'];
const RUN_LIMIT_MS = 20_000 + KINDS.length * 16_000;
const LEADS = 250;
const HOUR_MS = 3_600_000;

describe.each<[Crm, number]>([
  ['hubspot', 1],
  ['salesforce', 2],
])('a worker on %s that is killed at seeded points of every phase', (crm, seed) => {
  let undisturbed: SandboxState;
  const closing: (() => Promise<void>)[] = [];
  const open = async (redisUrl?: string): Promise<Product> => {
    const product = await openProduct({
      crms: [crm],
      isStill: true,
      sandbox: { leads: LEADS, now: new Date(STILL.getTime() - HOUR_MS) },
      env: { STALLED_AFTER_MS: '500' },
      ...(redisUrl !== undefined && { redisUrl }),
    });
    closing.push(() => product.close());
    heat(product, crm);
    return product;
  };
  beforeAll(async () => {
    const product = await open();
    await product.sync(crm);
    undisturbed = stateOf(product, crm);
  });
  afterAll(async () => {
    for (const close of closing.toReversed()) await close();
  });

  it('has writes, stage moves and tasks to lose', () => {
    const { leads, tasks } = undisturbed;
    const hot = leads.filter(({ values }) => Object.values(values).includes('hot')).map(({ crmId }) => crmId);

    expect(leads.filter(({ values }) => Object.values(values).includes('scored')).length).toBe(LEADS);
    expect(hot.length).toBeGreaterThan(20);
    expect(tasks.map((task) => task.leads[0]).toSorted()).toEqual(hot.toSorted());
  });

  it(
    'leaves the CRM as if nothing had happened, with the queue on Postgres',
    async () => expectNoTrace(await open(), seed),
    RUN_LIMIT_MS,
  );

  it.skipIf(inject('redisUrl') === null)(
    'leaves the CRM as if nothing had happened, with the queue on Redis',
    async () => {
      const redis = await claimRedisDatabase(inject('redisUrl')!); // skipped without one
      closing.push(redis.release);
      await expectNoTrace(await open(redis.url), seed + 10);
    },
    RUN_LIMIT_MS,
  );

  async function expectNoTrace(product: Product, pointSeed: number): Promise<void> {
    const points = pointsOf(pointSeed);
    const { certificate, killedAt } = await syncThroughCrashes(product, crm, points);
    const state = JSON.stringify(stateOf(product, crm));
    const second = await product.sync(crm);

    expect(state).toBe(JSON.stringify(undisturbed));
    expect(certificate).toMatchObject({ state: 'done', unaccounted: 0, stages: { refused: 0 } });
    expect(certificate.stages.moved).toBeGreaterThan(0);
    expect(certificate.tasks).toMatchObject({ created: undisturbed.tasks.length, waiting: 0 });
    expect(second).toMatchObject({ state: 'done', unaccounted: 0, writes: { planned: 0 }, tasks: { planned: 0 } });
    expect(JSON.stringify(stateOf(product, crm))).toBe(state);
    expect(killedAt).toEqual(points);
  }
});

/** What was written to the CRM; the address in a task's text is that of this sandbox, on a port of its own. */
function stateOf({ sandbox }: Product, crm: Crm): SandboxState {
  const text = JSON.stringify(sandbox.state(crm));
  return JSON.parse(text.replaceAll(sandbox.salesforceUrl || 'no address', 'https://crm.example')) as SandboxState;
}

const SIGNS = ['demo_request', 'webinar_attendance', 'meeting_held', 'email_reply'];

/** Every eighth person does what makes a lead hot, so that there are stages to move and tasks to create. */
function heat({ sandbox }: Product, crm: Crm): void {
  for (let person = 0; person < LEADS; person += 8) {
    for (const [n, type] of SIGNS.entries()) {
      sandbox.addActivity(person, { type, at: new Date(STILL.getTime() - (n + 2) * HOUR_MS) }, crm);
    }
  }
  sandbox.clock.set(STILL); // what was done within the last minutes is not pulled yet
}

/** A point of each kind: seeded in its moment and, where calls are many, in its call. */
function pointsOf(seed: number): readonly CrashPoint[] {
  const next = random(seed);
  return KINDS.map((kind, index) => {
    const isCheckedFirst = kind === 'write' && KINDS[index - 1] === 'pull'; // the check of the account writes nothing
    const call = isCheckedFirst ? 2 : kind === 'pull' ? 1 + Math.floor(next() * 2) : 1;
    const later = { laterMs: Math.floor(next() * 100) };
    const moment = pick<CrashPoint['moment']>(next, ['before', 'after', ...(kind === 'pull' ? [later] : [])]);
    // Tasks that were created are never created again, so a later point of that kind needs them to be missing.
    const isCreatedAgain = kind === 'create task' && KINDS.includes(kind, index + 1);
    return { kind, call, moment: isCreatedAgain ? 'before' : moment };
  });
}
