import { DelayedError, type JobsOptions, type Processor, UnrecoverableError, WaitingError } from 'bullmq';
import type { z } from 'zod';
import { LeadScoringError } from '../src/errors.ts';
import type { Queues } from './queue.ts';

/** One kind of work on the queue. Its name is the queue's, the file's and the log's. */
export interface Job<Services, P extends z.ZodType = z.ZodType> {
  readonly name: string;
  /** Ids and counts only: the queue keeps payloads in clear text. */
  readonly payload: P;
  /** Runs that may end in a failure, before the job is given up. */
  readonly attempts: number;
  /** One call of a verb; may be repeated after a crash. What it returns is kept for a while, so counts only. */
  run(payload: z.output<P>, services: Services, signal: AbortSignal): Promise<object>;
}

/** How {@link enqueue} adds a job. */
export interface EnqueueOptions {
  /** While a job with this key waits or runs, another is not added; once it has ended, one may be added again. */
  readonly key?: string;
  /** As `key`, but added while the other *runs*, the last payload runs once more after it: for "something changed". */
  readonly isRepeatedIfActive?: boolean;
  readonly delayMs?: number;
}

/** The longest wait between two attempts, in milliseconds. */
const LONGEST_BACKOFF_MS = 5 * 60_000;
/**
 * Starts before a job is given up, whatever its attempts: a wait that the CRM asked for, a shutdown and a killed worker
 * are no attempts, and must still end some day.
 */
const MAX_STARTS = 1_000;

/** Options with which every job is added: finished jobs are kept for a look, not for ever. */
export function jobOptions({ attempts }: Pick<Job<never>, 'attempts'>): JobsOptions {
  return {
    attempts,
    backoff: { type: 'custom' },
    removeOnComplete: { age: 24 * 3600, count: 1_000 },
    removeOnFail: { age: 7 * 24 * 3600, count: 1_000 },
    stackTraceLimit: 1,
  };
}

/** Lets the payload's type reach `run`; the type of its services is the one that `run` declares. */
export function defineJob<Services, P extends z.ZodType>(job: Job<Services, P>): Job<Services, P> {
  return job;
}

/**
 * Adds a job to its queue.
 *
 * @throws a zod error if the payload is not the job's; the backend's own error while the queue is away.
 */
export async function enqueue<Services, P extends z.ZodType>(
  queues: Queues,
  job: Job<Services, P>,
  payload: z.input<P>,
  { key, isRepeatedIfActive = false, delayMs = 0 }: EnqueueOptions = {},
): Promise<void> {
  job.payload.parse(payload);
  const deduplication = key === undefined ? {} : { deduplication: { id: key, keepLastIfActive: isRepeatedIfActive } };
  await queues.queue(job.name).add(job.name, payload, { ...jobOptions(job), ...deduplication, delay: delayMs });
}

/**
 * The BullMQ processor of a job: parses the payload, runs, translates the failure.
 *
 * @param nowMs - The queue's clock.
 *
 * `signal` must stay a plain third parameter: BullMQ offers it only when `processor.length >= 3`.
 */
export function processorOf<Services>(job: Job<Services>, services: Services, nowMs: () => number): Processor {
  return async (bullJob, token, signal) => {
    const payload = job.payload.safeParse(bullJob.data);
    if (!payload.success) {
      const places = payload.error.issues.map(({ path }) => path.join('.') || 'payload');
      throw new UnrecoverableError(`The payload is not one of ${job.name}: ${places.join(', ')}`);
    }
    try {
      return await job.run(payload.data, services, signal ?? new AbortController().signal);
    } catch (error) {
      throw await asBullError(error, bullJob, { token, signal, nowMs });
    }
  };
}

type BullJob = Parameters<Processor>[0];

/** Recovery → BullMQ. The only place that knows both vocabularies. */
async function asBullError(
  error: unknown,
  bullJob: BullJob,
  {
    token,
    signal,
    nowMs,
  }: {
    readonly token: string | undefined;
    readonly signal: AbortSignal | undefined;
    readonly nowMs: () => number;
  },
): Promise<unknown> {
  if (signal?.aborted) {
    // The worker is stopping: that is no fault of the job, and another worker may take it at once.
    await bullJob.moveToWait(token);
    return new WaitingError();
  }
  if (!(error instanceof LeadScoringError)) return error; // a bug: retried, and keeps its stack
  const reason = `${error.code}: ${error.message}`;
  if (error.recovery !== 'retry') return new UnrecoverableError(reason);
  if (error.retryAfterMs === undefined) return new Error(reason, { cause: error });
  if (bullJob.attemptsStarted >= MAX_STARTS) return new UnrecoverableError(`${reason} (${MAX_STARTS} starts)`);
  // Only this job waits. BullMQ's rateLimit would hold up the jobs of every other connection as well.
  await bullJob.moveToDelayed(nowMs() + error.retryAfterMs, token);
  return new DelayedError();
}

/**
 * Milliseconds before the next attempt: 1, 2, 4 … seconds up to five minutes, of which a random half is left out, so
 * that jobs that failed together do not come back together.
 */
export function backoffMs(attemptsMade: number): number {
  const longest = Math.min(1_000 * 2 ** (attemptsMade - 1), LONGEST_BACKOFF_MS);
  return Math.round(longest / 2 + (Math.random() * longest) / 2);
}
