import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Budget } from '../../src/domain/budget.ts';
import { callsReturn } from '../../src/domain/daily-quota.ts';
import { openBudget } from '../../src/store/budgets.ts';
import { type BudgetedAccount, dailyUse } from '../../src/store/daily-calls.ts';
import { openDatabase } from '../../src/store/database.ts';
import { CLOCK, clockOf } from '../support/clock.ts';
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

    await openBudget(database.db, unlimited('at-once'), CLOCK).take('burst', { calls: 1, perMs: 60_000 }, live);

    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  it('shares a rate between processes: no second above it, and none of it lost (T22)', async () => {
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

    await Promise.all(pools.map((db) => openBudget(db, unlimited('connects first'), CLOCK).take('burst', rate, live)));

    const firstSlotMs = performance.now();
    await Promise.all(
      pools.flatMap((db) => Array.from({ length: 10 }, () => worker(openBudget(db, unlimited('shared'), CLOCK)))),
    );

    startedAtMs.sort((a, b) => a - b);
    const seconds = (startedAtMs.at(-1)! - startedAtMs[0]!) / 1_000;
    // A start that a busy machine delayed falls into the window of later ones; a start too early would not be excused.
    const latestMs = Math.max(...startedAtMs.map((at, slot) => at - firstSlotMs - slot * stepMs));
    expect(mostWithin(startedAtMs, 1_000)).toBeLessThanOrEqual(rate.calls + 1 + Math.floor(latestMs / stepMs));
    expect((startedAtMs.length - 1) / seconds).toBeGreaterThanOrEqual(0.95 * rate.calls);
    await Promise.all(pools.map((db) => db.destroy()));
  });

  it('does not make up for idle time with a burst', async () => {
    const budget = openBudget(database.db, unlimited('idle'), CLOCK);
    const rate = { calls: 1, perMs: 100 };
    await budget.take('burst', rate, live);
    for (const _ of [1, 2]) await budget.take('other', { calls: 1, perMs: 500 }, live);
    await budget.take('burst', rate, live);
    const afterIdleMs = performance.now();

    for (const _ of [1, 2, 3]) await budget.take('burst', rate, live);

    expect(performance.now() - afterIdleMs).toBeGreaterThanOrEqual(250);
  });

  it('serves callers in the order in which they came', async () => {
    const budget = openBudget(database.db, unlimited('in-order'), CLOCK);
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

    await openBudget(database.db, unlimited('one'), CLOCK).take('burst', slow, live);
    await openBudget(database.db, unlimited('one'), CLOCK).take('search', slow, live);
    await openBudget(database.db, unlimited('two'), CLOCK).take('burst', slow, live);

    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('ends the wait when the signal aborts', async () => {
    const budget = openBudget(database.db, unlimited('aborted'), CLOCK);
    const slow = { calls: 1, perMs: 60_000 };
    await budget.take('burst', slow, live);
    const stop = new AbortController();
    const waiting = budget.take('burst', slow, stop.signal);

    stop.abort();

    await expect(waiting).rejects.toThrow(/abort/i);
    await expect(budget.take('burst', slow, stop.signal)).rejects.toThrow(/abort/i);
  });

  it('lets nobody start during a pause, those included who were already waiting', async () => {
    const budget = openBudget(database.db, unlimited('paused'), CLOCK);
    const rate = { calls: 1, perMs: 100 };
    await budget.take('burst', rate, live);
    const waiting = budget.take('burst', rate, live);
    const pausedAt = performance.now();
    await budget.pause('burst', 600);

    await Promise.all([waiting, openBudget(database.db, unlimited('paused'), CLOCK).take('burst', rate, live)]);

    expect(performance.now() - pausedAt).toBeGreaterThanOrEqual(600);
  });

  it('does not shorten a longer pause by a shorter one', async () => {
    const budget = openBudget(database.db, unlimited('two-pauses'), CLOCK);
    const pausedAt = performance.now();
    await budget.pause('burst', 400);
    await budget.pause('burst', 10);

    await budget.take('burst', { calls: 1_000, perMs: 1_000 }, live);

    expect(performance.now() - pausedAt).toBeGreaterThanOrEqual(400);
  });
});

describe('a share of the day', () => {
  let database: FreshDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.drop());

  const QUICK = { calls: 1_000, perMs: 1 };
  const NOON = new Date('2026-11-23T17:00:00Z'); // in New York
  const tellingOf = (limit: number) => ({ limit, left: limit });
  const account = (name: string, dailyShare: number | null): BudgetedAccount => ({
    name,
    dailyShare,
    returnsAt: callsReturn('hubspot', 'America/New_York'),
  });
  /** Calls of one worker until it is refused; what it was refused with. */
  const useUp = async (budget: Budget, most = 1_000) => {
    for (let calls = 0; calls < most; calls += 1) {
      try {
        await budget.take('burst', QUICK, live);
      } catch (error) {
        return { calls, error };
      }
    }
    return { calls: most, error: null };
  };

  it('is never exceeded by workers that race for its last calls, and all of it is given out', async () => {
    const pools = [1, 2, 3].map(() => openDatabase(database.url, { maxConnections: 4 }));
    const workers = pools.map((db) => openBudget(db, account('raced', 0.3), CLOCK));
    for (const worker of workers) worker.learn(new Date(), tellingOf(500));

    const ends = await Promise.all(workers.flatMap((worker) => [useUp(worker), useUp(worker)]));

    expect(ends.reduce((sum, { calls }) => sum + calls, 0)).toBe(150);
    expect(ends.map(({ error }) => error)).toEqual(
      Array(6).fill(expect.objectContaining({ code: 'CRM_QUOTA_EXHAUSTED' })),
    );
    await Promise.all(pools.map((db) => db.destroy()));
  });

  it("comes back at midnight of the account, by the CRM's clock", async () => {
    const budget = openBudget(
      database.db,
      account('daily', 0.5),
      clockOf(() => new Date('2026-11-23T16:00:00Z')),
    );
    budget.learn(NOON, tellingOf(20));

    const first = await useUp(budget);
    budget.learn(new Date('2026-11-24T04:59:59Z'), null);
    const late = await useUp(budget);
    budget.learn(new Date('2026-11-24T05:00:00Z'), null);
    const next = await useUp(budget);

    expect(first).toMatchObject({ calls: 10, error: { retryAfterMs: 12 * 3_600_000 } });
    expect(late).toMatchObject({ calls: 0, error: { retryAfterMs: 1_000 } });
    expect(next.calls).toBe(10);
  });

  it('comes back by and by where the day is a rolling one: no 24 hours hold more than it', async () => {
    const rolling = { ...account('rolling', 0.5), returnsAt: callsReturn('salesforce', 'UTC') };
    const budget = openBudget(
      database.db,
      rolling,
      clockOf(() => NOON),
    );
    const at = async (text: string, most?: number) => {
      budget.learn(new Date(text), tellingOf(20));
      return useUp(budget, most);
    };

    expect((await at('2026-11-23T10:59:00Z', 4)).calls).toBe(4);
    expect(await at('2026-11-23T18:30:00Z')).toMatchObject({ calls: 6, error: { retryAfterMs: 16.5 * 3_600_000 } });
    expect((await at('2026-11-24T10:58:00Z')).calls).toBe(0);
    expect((await at('2026-11-24T11:00:00Z')).calls).toBe(4);
    expect((await at('2026-11-24T19:00:00Z')).calls).toBe(6);
  });

  it('counts what a person asks for without refusing it', async () => {
    const limited = openBudget(
      database.db,
      account('asked', 0.5),
      clockOf(() => NOON),
    );
    limited.learn(NOON, tellingOf(10));
    await useUp(limited);

    const person = openBudget(
      database.db,
      account('asked', null),
      clockOf(() => NOON),
    );

    expect(await useUp(person, 3)).toEqual({ calls: 3, error: null });
    const { spent } = await dailyUse(database.db, 'asked', NOON);
    expect(spent).toEqual([{ calls: 8, backAt: new Date('2026-11-24T05:00:00Z') }]);
  });

  it('holds from the first call of a new process, by the limit that another was told', async () => {
    const first = openBudget(
      database.db,
      account('handed on', 0.5),
      clockOf(() => NOON),
    );
    first.learn(NOON, tellingOf(8));
    await useUp(first, 3);

    expect(
      (
        await useUp(
          openBudget(
            database.db,
            account('handed on', 0.5),
            clockOf(() => NOON),
          ),
        )
      ).calls,
    ).toBe(1);
  });

  it('counts a call once that a pause has sent back to the queue', async () => {
    const budget = openBudget(database.db, account('sent back', 1), CLOCK);
    const slow = { calls: 1, perMs: 100 };
    await budget.take('burst', slow, live);
    const waiting = budget.take('burst', slow, live);
    await budget.pause('burst', 200);
    await waiting;

    const { spent } = await dailyUse(database.db, 'sent back', new Date());
    expect(spent.map(({ calls }) => calls)).toEqual([2]);
  });
});

/** An account without a share of the day. */
const unlimited = (name: string): BudgetedAccount => ({
  name,
  dailyShare: null,
  returnsAt: callsReturn('hubspot', 'UTC'),
});

/** The most starts in any window of a length. */
function mostWithin(sortedAtMs: readonly number[], windowMs: number): number {
  return Math.max(
    ...sortedAtMs.map((from, index) => sortedAtMs.slice(index).filter((at) => at < from + windowMs).length),
  );
}
