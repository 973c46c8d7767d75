import { afterEach, describe, expect, inject, it } from 'vitest';
import { CRMS } from '../../src/domain/crm.ts';
import { openProduct } from '../support/product.ts';
import { claimRedisDatabase } from '../support/redis-database.ts';
import { startWorkerProcess } from '../support/worker-process.ts';

const PEOPLE = 450;
const LIMIT_MS = 60_000;

/** Calls that write, by CRM, with the records that one holds. */
const WRITES = {
  hubspot: {
    leads: 'POST /crm/objects/2026-09/contacts/batch/update',
    tasks: 'POST /crm/objects/2026-09/tasks/batch/create',
    perCall: 100,
    /** Asks the account with an empty batch whether we may write; the schedule that the workers set does so as well. */
    check: 'GET /account-info/2026-09/details',
  },
  salesforce: {
    leads: 'PATCH /services/data/v68.0/composite/sobjects',
    tasks: 'POST /services/data/v68.0/composite/sobjects',
    perCall: 200,
    check: null,
  },
} as const;

describe('two workers on two connections at once', () => {
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  });

  it(
    'share the work, do nothing twice and meet no limit, with the queue on Postgres (T22)',
    () => expectShared(),
    LIMIT_MS,
  );

  it.skipIf(inject('redisUrl') === null)(
    'share the work, do nothing twice and meet no limit, with the queue on Redis',
    async () => {
      const redis = await claimRedisDatabase(inject('redisUrl')!); // skipped without one
      closing.push(redis.release);
      await expectShared(redis.url);
    },
    LIMIT_MS,
  );

  async function expectShared(redisUrl?: string): Promise<void> {
    const product = await openProduct({
      sandbox: { leads: PEOPLE, settings: {} }, // at the CRMs' own limits
      env: { LOG_LEVEL: 'trace' },
      ...(redisUrl !== undefined && { redisUrl }),
    });
    closing.push(() => product.close());
    const before = product.sandbox.stats();
    const workers = [startWorkerProcess(product.env), startWorkerProcess(product.env)];
    closing.push(() => Promise.all(workers.map((worker) => worker.kill())));
    await Promise.all(workers.map(({ ready }) => ready));
    const certificates = await Promise.all(CRMS.map((crm) => product.syncElsewhere(crm)));
    for (const worker of workers) worker.terminate();
    const ends = await Promise.all(workers.map(({ ended }) => ended));

    for (const [index, crm] of CRMS.entries()) {
      const { tasks, ...certificate } = certificates[index]!; // one for each CRM
      const { byRoute, rateLimited } = product.sandbox.stats()[crm];
      const calls = (route: string) => (byRoute[route] ?? 0) - (before[crm].byRoute[route] ?? 0);
      const { perCall, check, ...routes } = WRITES[crm];
      const checks = check === null ? 0 : calls(check);
      const owners = product.sandbox.state(crm).tasks.map(({ leads }) => leads[0]);
      expect(certificate).toMatchObject({ state: 'done', unaccounted: 0, writes: { written: PEOPLE } });
      expect(rateLimited).toBe(0);
      expect(calls(routes.leads)).toBe(Math.ceil(PEOPLE / perCall) + checks);
      expect(calls(routes.tasks)).toBe(Math.ceil(tasks.created / perCall));
      expect(new Set(owners).size).toBe(owners.length);
      expect([tasks.created > 0, owners.length]).toEqual([true, tasks.created]);
    }
    for (const { exitCode, log } of ends) {
      expect(exitCode).toBe(0);
      expect(log.split('"event":"job.completed"').length).toBeGreaterThan(3);
    }
  }
});
