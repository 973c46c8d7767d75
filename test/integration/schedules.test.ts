import { afterAll, beforeAll, expect, it } from 'vitest';
import { readEnv } from '../../config/env.ts';
import { reconcileJob } from '../../jobs/reconcile.ts';
import { reviewLeadsJob } from '../../jobs/review-leads.ts';
import { startSyncJob } from '../../jobs/start-sync.ts';
import { schedule } from '../../src/worker.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { describeOnBothQueues } from '../support/queues.ts';
import { aConnection } from '../support/sync-house.ts';

const CONNECTIONS = 20;
const MINUTE_MS = 60_000;

describeOnBothQueues('the schedules of many connections', (open) => {
  let database: FreshDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
    for (let n = 0; n < CONNECTIONS; n += 1) await aConnection(database.db, `acme ${n}`);
  });
  afterAll(() => database.drop());

  it('are spread over their intervals, none in the first minute of an hour, however often they are set', async () => {
    await using queues = await open();
    const house = { db: database.db, env: readEnv({}) };
    await schedule(house, queues);
    const first = await nextOf(queues);
    await schedule(house, queues);
    const again = await nextOf(queues);

    expect(again).toEqual(first);
    for (const starts of Object.values(first)) {
      expect(starts.length).toBe(CONNECTIONS);
      expect(new Set(starts).size).toBeGreaterThan(CONNECTIONS - 3);
    }
    // The review comes by each minute, and so in the first of an hour as well.
    const pulls = first[startSyncJob.name]!;
    const minutes = [...pulls, ...first[reconcileJob.name]!].map((atMs) => Math.floor(atMs / MINUTE_MS) % 60);
    expect(minutes).not.toContain(0);
    expect(new Set(pulls.map((atMs) => Math.floor(atMs / MINUTE_MS) % 10)).size).toBeGreaterThan(4);
  });
});

type Queues = Parameters<typeof schedule>[1];

/** Job → instants at which its schedules begin next. */
async function nextOf(queues: Queues): Promise<Readonly<Record<string, readonly number[]>>> {
  const jobs = [startSyncJob, reviewLeadsJob, reconcileJob];
  const next = await Promise.all(
    jobs.map(async ({ name }) => {
      const schedulers = await queues.queue(name).getJobSchedulers();
      return [name, schedulers.map((one) => one.next ?? 0).toSorted((a, b) => a - b)] as const;
    }),
  );
  return Object.fromEntries(next);
}
