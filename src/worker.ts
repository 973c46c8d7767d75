import type { Env } from '../config/env.ts';
import { nightly, offsetMs } from '../jobs/jitter.ts';
import { enqueue } from '../jobs/job.ts';
import { JOBS } from '../jobs/jobs.ts';
import { openQueues, type Queues } from '../jobs/queue.ts';
import { reconcileJob } from '../jobs/reconcile.ts';
import { reviewLeadsJob } from '../jobs/review-leads.ts';
import { removeSchedule, upsertSchedule } from '../jobs/schedule.ts';
import { startSyncJob } from '../jobs/start-sync.ts';
import { type RunningWorker, startWorker } from '../jobs/worker.ts';
import { type App, openApp } from './app.ts';
import { LeadScoringError } from './errors.ts';
import { openLog } from './log.ts';
import { servicesOf, stopRun } from './services.ts';
import { listConnections } from './store/connections.ts';
import { openRuns } from './store/runs.ts';

const REVIEW_EVERY_MS = 60_000;
const SCHEDULE_EVERY_MS = 60_000;
const MINUTE_MS = 60_000;

/**
 * Runs a worker until the process is told to stop: jobs in hand are finished, then the queue and the database closed.
 *
 * @throws {LeadScoringError} `DATABASE_UNREACHABLE`, `QUEUE_UNREACHABLE`.
 */
export async function runWorker(env: Env): Promise<void> {
  const log = openLog(env);
  const app = await openApp(env, log);
  try {
    const queues = await openQueues(queueSettings(app), (line) => log.warn({ event: 'queue' }, line));
    try {
      const stop = stopSignal();
      const { stopped } = await workOn(app, queues, stop);
      await takeUp(app, queues);
      keepSchedules(app, queues, stop);
      log.info({ event: 'worker.ready', queue: queues.keptIn }, 'worker ready');
      tellParent('ready');
      await stopped;
    } finally {
      await queues.close();
    }
  } finally {
    await app.close();
  }
}

/** Where the queue of this house is. */
export const queueSettings = ({ env, databaseUrl }: App) => ({ redisUrl: env.REDIS_URL, databaseUrl });

/** Takes jobs in this process until `signal` aborts. */
export async function workOn(
  app: App,
  queues: Queues,
  signal: AbortSignal,
  services = servicesOf(app, queues),
): Promise<RunningWorker> {
  return startWorker(JOBS, services, queues, {
    concurrency: app.env.WORKER_CONCURRENCY,
    signal,
    log: app.log,
    stalledAfterMs: app.env.STALLED_AFTER_MS,
    onGivenUp: async (job, payload, error) => {
      const runId = await runOf(app, job, payload as { runId?: string; connectionId?: string }); // of any of our jobs
      if (runId !== undefined) await stopRun(app, runId, asFailure(error));
    },
  });
}

/** The run that a job is part of; the one that a sync has just begun is known by its connection. */
async function runOf(
  { db }: App,
  job: string,
  { runId, connectionId }: { readonly runId?: string; readonly connectionId?: string },
): Promise<string | undefined> {
  if (job !== startSyncJob.name) return runId;
  return (await openRuns(db)).find((run) => run.connectionId === connectionId)?.id;
}

function asFailure(error: Error): LeadScoringError {
  if (error.cause instanceof LeadScoringError) return error.cause;
  return new LeadScoringError('INTERNAL', `A job failed (${error.name})`, { cause: error });
}

/** Sets the schedules now and again, since connections come and go while workers run. */
function keepSchedules(app: App, queues: Queues, stop: AbortSignal): void {
  const set = () => {
    schedule(app, queues).catch((error: Error) => app.log.warn({ event: 'schedule' }, error.message));
  };
  set();
  const timer = setInterval(set, SCHEDULE_EVERY_MS);
  stop.addEventListener('abort', () => clearInterval(timer));
}

/** Sets the rhythms, each connection's at a time of its own, and drops those of connections that were removed. */
export async function schedule({ db, env }: Pick<App, 'db' | 'env'>, queues: Queues): Promise<void> {
  const connections = await listConnections(db);
  const every = (key: string, everyMs: number) => ({ everyMs, offsetMs: offsetMs(key, everyMs) });
  const pullEveryMs = env.PULL_EVERY_MINUTES * MINUTE_MS;
  for (const { id } of connections) {
    const payload = { connectionId: id };
    const pull = { ...payload, isScheduled: true };
    const reconcileAt = { cron: nightly(id, env.RECONCILE_AT), timeZone: 'UTC' };
    await upsertSchedule(queues, startSyncJob, id, every(`pull ${id}`, pullEveryMs), pull);
    await upsertSchedule(queues, reviewLeadsJob, id, every(`review ${id}`, REVIEW_EVERY_MS), payload);
    await upsertSchedule(queues, reconcileJob, id, reconcileAt, payload);
  }
  const known = new Set(connections.map(({ id }) => id));
  for (const job of [startSyncJob, reviewLeadsJob, reconcileJob]) {
    for (const { key } of await queues.queue(job.name).getJobSchedulers()) {
      const id = key.split(' ').at(-1) ?? '';
      if (!known.has(id)) await removeSchedule(queues, job, id);
    }
  }
}

/** Runs that were under way when the last worker died go on at once, and not at the next tick. */
export async function takeUp({ db }: App, queues: Queues): Promise<void> {
  for (const { id, connectionId } of await openRuns(db)) {
    await enqueue(queues, startSyncJob, { connectionId }, { key: `take-up-${id}` });
  }
}

/** Aborts at SIGTERM or SIGINT. */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => controller.abort());
  return controller.signal;
}

/** A parent process (the demo, a test) may wait for a word from its worker, and ask for its memory. */
function tellParent(state: 'ready'): void {
  if (process.send === undefined) return;
  process.send({ state });
  process.on('message', () => process.send?.({ peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024) }));
  process.channel?.unref();
}
