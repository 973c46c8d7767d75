import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineJob, enqueue, type Job } from '../../jobs/job.ts';
import { openQueues, type Queues } from '../../jobs/queue.ts';
import { removeSchedule, upsertSchedule } from '../../jobs/schedule.ts';
import { type RunningWorker, startWorker } from '../../jobs/worker.ts';
import { LeadScoringError } from '../../src/errors.ts';
import { describeOnBothQueues } from '../support/queues.ts';

const quiet = { info: () => {}, warn: () => {}, error: () => {} };
const until = { timeout: 20_000, interval: 20 };

describeOnBothQueues('a job', (open) => {
  it('runs once with the payload it was added with', async () => {
    await using queues = await open();
    const seen: unknown[] = [];
    const job = aJob(async (payload) => void seen.push(payload));
    await using _ = await aWorker(queues, job);

    await enqueue(queues, job, { n: 7 });

    await expect.poll(() => seen, until).toEqual([{ n: 7 }]);
  });

  it('is shared out among workers so that each runs once', async () => {
    await using queues = await open();
    const seen: number[] = [];
    const job = aJob(async ({ n }) => void seen.push(n));
    await using _one = await aWorker(queues, job);
    await using _two = await aWorker(queues, job);
    const numbers = Array.from({ length: 60 }, (_, n) => n);

    await Promise.all(numbers.map((n) => enqueue(queues, job, { n })));
    await expect.poll(() => seen.length, until).toBeGreaterThanOrEqual(60);

    expect(seen.toSorted((a, b) => a - b)).toEqual(numbers);
  });

  it('is tried again after a failure that may pass', async () => {
    await using queues = await open();
    let runs = 0;
    const job = aJob(async () => {
      runs += 1;
      if (runs === 1) throw new LeadScoringError('CRM_UNAVAILABLE', 'The CRM answers 503');
    });
    await using _ = await aWorker(queues, job);

    await enqueue(queues, job, { n: 1 });

    await expect.poll(() => queues.queue(job.name).getJobCounts('completed'), until).toEqual({ completed: 1 });
    expect(runs).toBe(2);
  });

  it('is given up when its attempts are used', async () => {
    await using queues = await open();
    const job = aJob(() => Promise.reject(new LeadScoringError('CRM_TIMEOUT', 'No answer')), 2);
    await using _ = await aWorker(queues, job);

    await enqueue(queues, job, { n: 1 });

    await expect.poll(() => failures(queues, job), until).toEqual([{ reason: 'CRM_TIMEOUT: No answer', attempts: 2 }]);
  });

  it('is not tried again after a failure that a person must mend', async () => {
    await using queues = await open();
    const job = aJob(() => Promise.reject(new LeadScoringError('CRM_UNAUTHORIZED', 'The token was revoked')));
    await using _ = await aWorker(queues, job);

    await enqueue(queues, job, { n: 1 });

    await expect
      .poll(() => failures(queues, job), until)
      .toEqual([{ reason: 'CRM_UNAUTHORIZED: The token was revoked', attempts: 1 }]);
  });

  it('keeps the stack of a bug', async () => {
    await using queues = await open();
    const job = aJob(() => Promise.reject(new TypeError('x is not a function')), 1);
    await using _ = await aWorker(queues, job);

    await enqueue(queues, job, { n: 1 });
    await expect.poll(() => failures(queues, job), until).toHaveLength(1);
    const [failed] = await queues.queue(job.name).getJobs(['failed']);

    expect(failed?.stacktrace?.[0]).toMatch(/TypeError: x is not a function\n.*queue\.test\.ts/);
  });

  it('waits as long as the CRM asked, and that is no attempt', async () => {
    await using queues = await open();
    const startedAtMs: number[] = [];
    const job = aJob(async () => {
      startedAtMs.push(performance.now());
      if (startedAtMs.length > 2) return;
      throw new LeadScoringError('CRM_RATE_LIMITED', 'The CRM answers 429', { retryAfterMs: 400 });
    }, 1);
    await using _ = await aWorker(queues, job);

    await enqueue(queues, job, { n: 1 });
    await expect.poll(() => startedAtMs.length, until).toBe(3);

    expect(startedAtMs[1]! - startedAtMs[0]!).toBeGreaterThanOrEqual(395);
    await expect.poll(() => queues.queue(job.name).getJobCounts('completed'), until).toEqual({ completed: 1 });
  });

  it('does not hold up other jobs while it waits for the CRM', async () => {
    await using queues = await open();
    const seen: number[] = [];
    const job = aJob(async ({ n }) => {
      if (n === 0) throw new LeadScoringError('CRM_QUOTA_EXHAUSTED', 'Used up', { retryAfterMs: 60_000 });
      seen.push(n);
    });
    await using _ = await aWorker(queues, job);

    for (const n of [0, 1, 2]) await enqueue(queues, job, { n });

    await expect.poll(() => seen.toSorted(), until).toEqual([1, 2]);
  });

  it('never runs with a payload that is not its own', async () => {
    await using queues = await open();
    const seen: unknown[] = [];
    const job = aJob(async (payload) => void seen.push(payload));
    await using _ = await aWorker(queues, job);

    await queues.queue(job.name).add(job.name, { n: 'x' }, { attempts: 3 });

    await expect
      .poll(() => failures(queues, job), until)
      .toEqual([{ reason: 'The payload is not one of count-leads: n', attempts: 1 }]);
    expect(seen).toEqual([]);
    await expect(enqueue(queues, job, { n: 'x' } as never)).rejects.toThrow();
  });

  it('is added once under a key while it waits, and again once it has ended', async () => {
    await using queues = await open();
    const seen: number[] = [];
    const job = aJob(async ({ n }) => void seen.push(n));
    for (const n of [1, 2, 3]) await enqueue(queues, job, { n }, { key: 'acme:1' });
    await enqueue(queues, job, { n: 9 }, { key: 'acme:2' });
    await using _ = await aWorker(queues, job);
    await expect.poll(() => queues.queue(job.name).getJobCounts('completed'), until).toEqual({ completed: 2 });

    await enqueue(queues, job, { n: 4 }, { key: 'acme:1' });

    await expect.poll(() => seen.toSorted(), until).toEqual([1, 4, 9]);
  });

  it('runs once more for changes that came while it ran, when asked to', async () => {
    await using queues = await open();
    const seen: number[] = [];
    const gate = Promise.withResolvers<void>();
    const job = aJob(async ({ n }) => {
      seen.push(n);
      if (n === 1) await gate.promise;
    });
    await using _ = await aWorker(queues, job);
    const again = { key: 'acme', isRepeatedIfActive: true };
    await enqueue(queues, job, { n: 1 }, again);
    await expect.poll(() => seen, until).toEqual([1]);

    for (const n of [2, 3]) await enqueue(queues, job, { n }, again);
    gate.resolve();

    await expect.poll(() => seen, until).toEqual([1, 3]);
  });

  it('goes back to the queue whole when its worker stops', async () => {
    await using queues = await open();
    let runs = 0;
    const job = aJob(async (_payload, signal) => {
      runs += 1;
      if (runs === 1) await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    }, 1);
    const first = await aWorker(queues, job, { graceMs: 50 });
    await enqueue(queues, job, { n: 1 });
    await expect.poll(() => runs, until).toBe(1);

    await first[Symbol.asyncDispose]();
    await using _ = await aWorker(queues, job);

    await expect.poll(() => queues.queue(job.name).getJobCounts('completed'), until).toEqual({ completed: 1 });
    expect(runs).toBe(2);
  });

  it('finishes in peace when its worker stops and it needs less than the grace', async () => {
    await using queues = await open();
    const gate = Promise.withResolvers<void>();
    let hasStarted = false;
    const job = aJob(async () => {
      hasStarted = true;
      await gate.promise;
    });
    const worker = await aWorker(queues, job, { graceMs: 10_000 });
    await enqueue(queues, job, { n: 1 });
    await expect.poll(() => hasStarted, until).toBe(true);

    const stopped = worker[Symbol.asyncDispose]();
    gate.resolve();
    await stopped;

    expect(await queues.queue(job.name).getJobCounts('completed')).toEqual({ completed: 1 });
  });

  it('survives any number of workers that are killed with it', async () => {
    await using queues = await open();
    const seen: number[] = [];
    const job = aJob(async ({ n }) => void seen.push(n), 1);
    await enqueue(queues, job, { n: 7 });
    for (let kills = 0; kills < 3; kills += 1) await takeItAndDie(job.name, queues.settings);

    await using _ = await aWorker(queues, job, { stalledAfterMs: 500 });

    await expect.poll(() => seen, until).toEqual([7]);
  });
});

describeOnBothQueues('a schedule', (open) => {
  it('is one however often it is set, fires, and ends when removed', async () => {
    await using queues = await open();
    const seen: number[] = [];
    const job = aJob(async ({ n }) => void seen.push(n));
    await using _ = await aWorker(queues, job);

    await upsertSchedule(queues, job, 'acme', { cron: '0 3 * * *', timeZone: 'Europe/Berlin' }, { n: 1 });
    await upsertSchedule(queues, job, 'acme', { everyMs: 200, offsetMs: 50 }, { n: 2 });
    expect(await queues.queue(job.name).getJobSchedulers()).toHaveLength(1);
    await expect.poll(() => seen.length, until).toBeGreaterThanOrEqual(3);

    expect(new Set(seen)).toEqual(new Set([2]));
    expect(await removeSchedule(queues, job, 'acme')).toBe(true);
    expect(await removeSchedule(queues, job, 'acme')).toBe(false);
    expect(await queues.queue(job.name).getJobSchedulers()).toEqual([]);
  });
});

describe('openQueues', () => {
  it('says in one line, without the password, that Redis does not answer', async () => {
    const settings = { redisUrl: 'redis://:hush@127.0.0.1:1', databaseUrl: '' };

    await expect(openQueues(settings, () => {})).rejects.toMatchObject({
      code: 'QUEUE_UNREACHABLE',
      message: 'Redis at 127.0.0.1:1 cannot be used (ECONNREFUSED)',
    });
  });

  it('says in one line that the Postgres of the queue does not answer', async () => {
    const settings = { redisUrl: undefined, databaseUrl: 'postgres://scorewire:hush@127.0.0.1:1/leads' };

    await expect(openQueues(settings, () => {})).rejects.toMatchObject({
      code: 'DATABASE_UNREACHABLE',
      message: 'Postgres at 127.0.0.1:1 cannot be used (ECONNREFUSED)',
    });
  });
});

type CountJob = Job<undefined, z.ZodObject<{ n: z.ZodNumber }>>;

function aJob(run: (payload: { n: number }, signal: AbortSignal) => Promise<unknown>, attempts = 3): CountJob {
  return defineJob({
    name: 'count-leads',
    payload: z.strictObject({ n: z.number() }),
    attempts,
    run: async (payload, _services: undefined, signal) => {
      await run(payload, signal);
      return {};
    },
  });
}

async function aWorker(queues: Queues, job: CountJob, changes: { graceMs?: number; stalledAfterMs?: number } = {}) {
  const stop = new AbortController();
  const options = { concurrency: 2, signal: stop.signal, log: quiet, graceMs: 1_000, ...changes };
  const worker: RunningWorker = await startWorker([job], undefined, queues, options);
  const dispose = async () => {
    stop.abort();
    await worker.stopped;
  };
  return { [Symbol.asyncDispose]: dispose };
}

async function failures(queues: Queues, job: CountJob) {
  const failed = await queues.queue(job.name).getJobs(['failed']);
  return failed.map(({ failedReason, attemptsMade }) => ({ reason: failedReason, attempts: attemptsMade }));
}

/** Starts a worker in a process of its own, waits until it has the job, and kills it. */
async function takeItAndDie(name: string, settings: object): Promise<void> {
  const script = path.join(import.meta.dirname, '../support/hanging-worker.ts');
  const worker = spawn(process.execPath, [script, name, JSON.stringify(settings), '500'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(worker.stdout, 'data');
  const hasExited = once(worker, 'exit');
  worker.kill('SIGKILL');
  await hasExited;
}
