import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs, type Job, processorOf } from './job.ts';
import type { Queues, QueueWorker } from './queue.ts';

/** What a worker tells. A pino logger is one. */
export interface JobLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** How a worker works. */
export interface WorkerOptions {
  /** Jobs of each kind that run at the same time. */
  readonly concurrency: number;
  /** Stops the worker when it aborts. */
  readonly signal: AbortSignal;
  readonly log: JobLog;
  /** Milliseconds after which the job of a worker that died is given to another. */
  readonly stalledAfterMs?: number;
  /** Told of each job that has used up its attempts, by its name, with its payload and last error. */
  readonly onGivenUp?: (job: string, payload: unknown, error: Error) => Promise<void>;
  /** Milliseconds that running jobs have to finish in peace once the worker stops; then they are aborted. */
  readonly graceMs?: number;
}

/** A worker that takes jobs. */
export interface RunningWorker {
  /** Resolves when the worker has stopped: no job of it runs any more, or those that do ignored two periods of grace. */
  readonly stopped: Promise<void>;
}

/** A worker that is killed twenty times a day must not cost a job: only attempts may. */
const MAX_STALLED_COUNT = 1_000_000;

/**
 * Takes jobs of every kind given until the signal aborts.
 *
 * Stopping: no more jobs are taken; those that run have `graceMs` to finish, then their signal aborts, and they go back
 * to the queue as they are, without losing an attempt.
 */
export async function startWorker<Services>(
  jobs: readonly Job<Services>[],
  services: Services,
  queues: Queues,
  { concurrency, signal, log, stalledAfterMs = 30_000, graceMs = 10_000, onGivenUp }: WorkerOptions,
): Promise<RunningWorker> {
  const settings = {
    concurrency,
    lockDuration: stalledAfterMs,
    stalledInterval: stalledAfterMs,
    maxStalledCount: MAX_STALLED_COUNT,
    settings: { backoffStrategy: backoffMs },
  };
  const workers = jobs.map((job) => {
    const worker = queues.worker(job.name, processorOf(job, services, queues.nowMs), settings);
    reportTo(log, job.name, worker);
    worker.on('failed', (bullJob, error) => {
      if (bullJob?.finishedOn === undefined) return;
      onGivenUp?.(job.name, bullJob.data, error).catch((cause: Error) =>
        log.error({ event: 'job.given-up' }, cause.message),
      );
    });
    return worker;
  });
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));
  return { stopped: untilAborted(signal).then(() => stop(workers, graceMs, log)) };
}

function reportTo(log: JobLog, job: string, worker: QueueWorker): void {
  worker.on('completed', ({ id, processedOn = 0, finishedOn = 0 }) => {
    log.info({ event: 'job.completed', job, id, ms: finishedOn - processedOn }, `${job} completed`);
  });
  worker.on('failed', (bullJob, error) => {
    const isOver = bullJob?.finishedOn !== undefined;
    const fields = {
      event: isOver ? 'job.failed' : 'job.retried',
      job,
      id: bullJob?.id,
      attempt: bullJob?.attemptsMade,
    };
    log[isOver ? 'error' : 'warn'](
      { ...fields, reason: error.message },
      `${job} ${isOver ? 'failed' : 'will be tried again'}`,
    );
  });
  worker.on('stalled', (id) => {
    log.warn({ event: 'job.stalled', job, id }, `${job} was taken over from a worker that died`);
  });
  // Another worker has it now, or soon: what this one still does would be done twice.
  worker.on('lockRenewalFailed', (ids) => {
    for (const id of ids) worker.cancelJob(id, 'another worker has taken the job over');
  });
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

async function stop(workers: readonly QueueWorker[], graceMs: number, log: JobLog): Promise<void> {
  const closed = Promise.all(workers.map((worker) => worker.close()));
  if (await isWithin(closed, graceMs)) return;
  for (const worker of workers) worker.cancelAllJobs('the worker is stopping');
  if (await isWithin(closed, graceMs)) return;
  // Their locks end with the process: other workers will take them over as stalled.
  log.warn({ event: 'worker.abandoned' }, 'Some jobs did not stop in time and are left to other workers');
}

async function isWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  const timer = new AbortController();
  const timeout = sleep(ms, false, { signal: timer.signal }).catch(() => false);
  const isDone = await Promise.race([work.then(() => true), timeout]);
  timer.abort();
  return isDone;
}
