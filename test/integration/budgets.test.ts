import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBudget } from '../../src/store/budgets.ts';
import { openDatabase } from '../../src/store/database.ts';
import { CLOCK } from '../support/clock.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

const live = new AbortController().signal;

describe('openBudget', () => {
  let database: FreshDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.drop());

  it('lets the first call start at once', async () => {
    const startedAt = performance.now();

    await openBudget(database.db, 'at-once', CLOCK).take('burst', { calls: 1, perMs: 60_000 }, live);

    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  it('shares a rate between processes: no second above it, and none of it lost', async () => {
    const rate = { calls: 100, perMs: 1_000 };
    const pools = [1, 2].map(() => openDatabase(database.url, { maxConnections: 4 }));
    const stepMs = rate.perMs / rate.calls;
    const startedAtMs: number[] = [];
    const worker = async (budget: ReturnType<typeof openBudget>) => {
      for (let call = 0; call < 15; call += 1) {
        await budget.take('burst', rate, live);
        startedAtMs.push(performance.now());
      }
    };

    await Promise.all(pools.map((db) => openBudget(db, 'connects first', CLOCK).take('burst', rate, live)));

    const firstSlotMs = performance.now();
    await Promise.all(pools.flatMap((db) => Array.from({ length: 10 }, () => worker(openBudget(db, 'shared', CLOCK)))));

    startedAtMs.sort((a, b) => a - b);
    const seconds = (startedAtMs.at(-1)! - startedAtMs[0]!) / 1_000;
    // A start that a busy machine delayed falls into the window of later ones; a start too early would not be excused.
    const latestMs = Math.max(...startedAtMs.map((at, slot) => at - firstSlotMs - slot * stepMs));
    expect(mostWithin(startedAtMs, 1_000)).toBeLessThanOrEqual(rate.calls + 1 + Math.floor(latestMs / stepMs));
    expect((startedAtMs.length - 1) / seconds).toBeGreaterThanOrEqual(0.95 * rate.calls);
    await Promise.all(pools.map((db) => db.destroy()));
  });

  it('does not make up for idle time with a burst', async () => {
    const budget = openBudget(database.db, 'idle', CLOCK);
    const rate = { calls: 1, perMs: 100 };
    await budget.take('burst', rate, live);
    for (const _ of [1, 2]) await budget.take('other', { calls: 1, perMs: 500 }, live);
    await budget.take('burst', rate, live);
    const afterIdleMs = performance.now();

    for (const _ of [1, 2, 3]) await budget.take('burst', rate, live);

    expect(performance.now() - afterIdleMs).toBeGreaterThanOrEqual(250);
  });

  it('serves callers in the order in which they came', async () => {
    const budget = openBudget(database.db, 'in-order', CLOCK);
    const rate = { calls: 1, perMs: 30 };
    const served: number[] = [];
    const waiting: Promise<void>[] = [];
    for (const caller of [1, 2, 3, 4])
      waiting.push(budget.take('burst', rate, live).then(() => void served.push(caller)));

    await Promise.all(waiting);

    expect(served).toEqual([1, 2, 3, 4]);
  });

  it('keeps buckets and accounts apart', async () => {
    const slow = { calls: 1, perMs: 60_000 };
    const startedAt = performance.now();

    await openBudget(database.db, 'one', CLOCK).take('burst', slow, live);
    await openBudget(database.db, 'one', CLOCK).take('search', slow, live);
    await openBudget(database.db, 'two', CLOCK).take('burst', slow, live);

    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('ends the wait when the signal aborts', async () => {
    const budget = openBudget(database.db, 'aborted', CLOCK);
    const slow = { calls: 1, perMs: 60_000 };
    await budget.take('burst', slow, live);
    const stop = new AbortController();
    const waiting = budget.take('burst', slow, stop.signal);

    stop.abort();

    await expect(waiting).rejects.toThrow(/abort/i);
    await expect(budget.take('burst', slow, stop.signal)).rejects.toThrow(/abort/i);
  });

  it('lets nobody start during a pause, those included who were already waiting', async () => {
    const budget = openBudget(database.db, 'paused', CLOCK);
    const rate = { calls: 1, perMs: 100 };
    await budget.take('burst', rate, live);
    const waiting = budget.take('burst', rate, live);
    const pausedAt = performance.now();
    await budget.pause('burst', 600);

    await Promise.all([waiting, openBudget(database.db, 'paused', CLOCK).take('burst', rate, live)]);

    expect(performance.now() - pausedAt).toBeGreaterThanOrEqual(600);
  });

  it('does not shorten a longer pause by a shorter one', async () => {
    const budget = openBudget(database.db, 'two-pauses', CLOCK);
    const pausedAt = performance.now();
    await budget.pause('burst', 400);
    await budget.pause('burst', 10);

    await budget.take('burst', { calls: 1_000, perMs: 1_000 }, live);

    expect(performance.now() - pausedAt).toBeGreaterThanOrEqual(400);
  });
});

/** The most starts in any window of a length. */
function mostWithin(sortedAtMs: readonly number[], windowMs: number): number {
  return Math.max(
    ...sortedAtMs.map((from, index) => sortedAtMs.slice(index).filter((at) => at < from + windowMs).length),
  );
}
