import type { z } from 'zod';
import { type Job, jobOptions } from './job.ts';
import type { Queues } from './queue.ts';

/** When a schedule fires. */
export type Rhythm =
  | { readonly everyMs: number; readonly offsetMs: number } // counted from the epoch, so that all workers agree
  | { readonly cron: string; readonly timeZone: string };

/**
 * Makes a schedule, or changes it: of a job and a key there is one, however many processes say so.
 *
 * @param key - What it is for, such as a connection's id.
 */
export async function upsertSchedule<Services, P extends z.ZodType>(
  queues: Queues,
  job: Job<Services, P>,
  key: string,
  rhythm: Rhythm,
  payload: z.input<P>,
): Promise<void> {
  const data = payload as object; // every payload is one; zod's types cannot say so here
  const repeat =
    'everyMs' in rhythm
      ? { every: rhythm.everyMs, offset: rhythm.offsetMs }
      : { pattern: rhythm.cron, tz: rhythm.timeZone };
  job.payload.parse(payload);
  await queues
    .queue(job.name)
    .upsertJobScheduler(idOf(job, key), repeat, { name: job.name, data, opts: jobOptions(job) });
}

/** Ends a schedule; returns whether there was one. */
export async function removeSchedule(queues: Queues, job: Pick<Job<never>, 'name'>, key: string): Promise<boolean> {
  return queues.queue(job.name).removeJobScheduler(idOf(job, key));
}

const idOf = ({ name }: Pick<Job<never>, 'name'>, key: string): string => `${name} ${key}`;
