import { describe, expect, inject, it } from 'vitest';
import { enqueue } from '../../jobs/job.ts';
import { startSyncJob } from '../../jobs/start-sync.ts';
import type { Crm } from '../../src/domain/crm.ts';
import { servicesOf } from '../../src/services.ts';
import { connectionNamed } from '../../src/store/connections.ts';
import { untilEnded } from '../../src/sync-now.ts';
import { openProduct, type Product } from '../support/product.ts';
import { claimRedisDatabase } from '../support/redis-database.ts';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.ts';

const PEOPLE = 800;
const CRMS: readonly Crm[] = ['hubspot', 'salesforce'];
const WRITES: Readonly<Record<Crm, { readonly route: string; readonly atOnce: number }>> = {
  hubspot: { route: 'POST /crm/objects/2026-09/contacts/batch/update', atOnce: 100 },
  salesforce: { route: 'PATCH /services/data/v68.0/composite/sobjects', atOnce: 200 },
};

const redisUrl = inject('redisUrl');
const backends: readonly (readonly [string, string | null])[] = [
  ['Postgres', null],
  ...(redisUrl === null ? [] : [['Redis', redisUrl] as const]),
];

describe.each(backends)('two workers with their queue on %s', (_, url) => {
  it('share two connections and do nothing twice, within the limits', { timeout: 90_000 }, async () => {
    const product = await open(url);
    const workers = [startWorkerProcess(product.env), startWorkerProcess(product.env)];
    try {
      await Promise.all(workers.map(({ ready }) => ready));
      const ended = await Promise.all(
        CRMS.map(async (crm) => untilEnded(product.app, await begin(product, crm), () => {})),
      );

      for (const [index, crm] of CRMS.entries()) {
        const { byRoute, rateLimited } = product.sandbox.stats()[crm];
        const { route, atOnce } = WRITES[crm];
        const { tasks } = product.sandbox.state(crm);
        const isProbed = crm === 'hubspot' ? 2 : 0; // the connection and the run each ask once whether we may write
        expect(ended[index]).toMatchObject({ state: 'done', unaccounted: 0, writes: { written: PEOPLE } });
        expect(byRoute[route]).toBeLessThanOrEqual(PEOPLE / atOnce + LANES + isProbed);
        expect(tasks.length).toBe(ended[index]?.tasks.created);
        expect(new Set(tasks.map((task) => task.leads[0])).size).toBe(tasks.length);
        expect(rateLimited).toBe(0);
      }
    } finally {
      await stop(workers);
      await product.close();
    }
    for (const { log } of await Promise.all(workers.map((worker) => worker.ended))) {
      expect(log).toContain('job.completed');
      expect(personalWords(product).filter((word) => log.includes(word))).toEqual([]);
    }
  });

  it('lose nothing when one is told to stop in the middle of a run', { timeout: 90_000 }, async () => {
    const product = await open(url);
    const first = startWorkerProcess(product.env);
    const second = startWorkerProcess(product.env);
    try {
      await first.ready;
      const runId = await begin(product, 'salesforce');
      await expect
        .poll(() => product.sandbox.stats().salesforce.calls, { timeout: 20_000, interval: 5 })
        .toBeGreaterThan(20);
      first.terminate();

      expect((await first.ended).exitCode).toBe(0);
      await second.ready;
      expect(await untilEnded(product.app, runId, () => {})).toMatchObject({
        state: 'done',
        unaccounted: 0,
        writes: { written: PEOPLE },
      });
      const { tasks } = product.sandbox.state('salesforce');
      expect(new Set(tasks.map((task) => task.leads[0])).size).toBe(tasks.length);
    } finally {
      await stop([second]);
      await product.close();
    }
  });
});

/** Each lane may end with a batch that is not full. */
const LANES = 4;

async function open(redis: string | null): Promise<Product> {
  const claimed = redis === null ? null : await claimRedisDatabase(redis);
  const product = await openProduct({
    sandbox: { leads: PEOPLE },
    ...(claimed !== null && { redisUrl: claimed.url }),
    env: { LOG_LEVEL: 'trace' },
  });
  const close = async () => {
    await product.close();
    await claimed?.release();
  };
  return { ...product, close };
}

/** What a log must never hold: addresses, full names, and what opens the accounts. */
function personalWords({ sandbox }: Product): readonly string[] {
  const people = Array.from({ length: PEOPLE }, (_, n) => sandbox.world.person(n));
  const ofPeople = people.flatMap(({ email, firstName, lastName }) => [email, `${firstName} ${lastName}`]);
  return [...ofPeople, 'pat-sandbox', 'sandbox-secret'];
}

async function begin(product: Product, crm: Crm): Promise<string> {
  const { id: connectionId } = await connectionNamed(product.app.db, crm);
  const { runId } = await servicesOf(product.app, product.queues).openRun(connectionId, 'sync');
  await enqueue(product.queues, startSyncJob, { connectionId }, { key: `sync-${runId}` });
  return runId;
}

async function stop(workers: readonly WorkerProcess[]): Promise<void> {
  for (const worker of workers) worker.terminate();
  await Promise.all(workers.map((worker) => worker.ended));
}
