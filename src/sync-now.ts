import { setTimeout as sleep } from 'node:timers/promises';
import { enqueue } from '../jobs/job.ts';
import { openQueues } from '../jobs/queue.ts';
import type { Services } from '../jobs/services.ts';
import { startSyncJob } from '../jobs/start-sync.ts';
import type { App } from './app.ts';
import type { Certificate } from './domain/certificate.ts';
import { WRITE_BATCH } from './domain/crm-limits.ts';
import { LeadScoringError } from './errors.ts';
import { servicesOf } from './services.ts';
import { certificateOf } from './store/certificates.ts';
import { connectionNamed, connectionOf } from './store/connections.ts';
import { forgetCheckpoints } from './store/pages.ts';
import { approvePlan } from './store/plans.ts';
import { getRun, holdPlan } from './store/runs.ts';
import { openUndo, undoable } from './store/undo.ts';
import { queueSettings, workOn } from './worker.ts';

const LOOK_EVERY_MS = 200;
const TELL_EVERY_MS = 5_000;

type Tell = (line: string) => void;

/** How a sync is to be done. */
export interface SyncOptions {
  /** Reads everything again and not only what changed. */
  readonly full: boolean;
  /** Plans only: nothing is written until the plan is approved. */
  readonly planOnly: boolean;
  readonly tell: Tell;
}

/**
 * Runs a sync of a connection to its end, or until its plan waits for a person, with a worker of this process; other
 * workers share the work. A run that is open already is taken up instead of beginning another.
 *
 * @throws {LeadScoringError} `CONNECTION_UNKNOWN`, `QUEUE_UNREACHABLE`; `RUN_UNDER_WAY` if only a plan is wanted and the
 *   open run is past its plan.
 */
export async function syncNow(app: App, name: string, { full, planOnly, tell }: SyncOptions): Promise<Certificate> {
  const { id } = await connectionNamed(app.db, name);
  return workToEnd(app, tell, async (services) => {
    if (full) await forgetCheckpoints(app.db, id);
    const { runId } = await services.openRun(id, 'sync');
    if (planOnly && !(await holdPlan(app.db, runId))) {
      throw new LeadScoringError('RUN_UNDER_WAY', `Run ${runId} of ${name} is past its plan`);
    }
    return runId;
  });
}

/**
 * Approves the plan of a run and works it off to its end.
 *
 * @throws {LeadScoringError} `RUN_UNKNOWN`, `PLAN_NOT_WAITING`, `QUEUE_UNREACHABLE`.
 */
export async function approveNow(app: App, runId: string, tell: Tell): Promise<Certificate> {
  const { connectionId } = await getRun(app.db, runId);
  const { crm } = await connectionOf(app.db, connectionId);
  return workToEnd(app, tell, async () => {
    await approvePlan(app.db, runId, 'person', WRITE_BATCH[crm]);
    return runId;
  });
}

/**
 * Takes a run back: every value that it wrote and nobody has changed since, its stages and its open tasks.
 *
 * @throws {LeadScoringError} `RUN_UNKNOWN`, `UNDO_REFUSED`, `RUN_UNDER_WAY`, `QUEUE_UNREACHABLE`.
 */
export async function undoNow(app: App, runId: string, tell: Tell): Promise<Certificate> {
  const { connectionId } = await undoable(app.db, runId);
  const { crm } = await connectionOf(app.db, connectionId);
  return workToEnd(app, tell, () => openUndo(app.db, runId, app.now(), WRITE_BATCH[crm]));
}

/** Begins or takes up a run with a worker of this process, and waits for its end, or until its plan waits. */
export async function workToEnd(
  app: App,
  tell: Tell,
  begin: (services: Services) => Promise<string>,
): Promise<Certificate> {
  const queues = await openQueues(queueSettings(app), tell);
  const stopping = new AbortController();
  try {
    const runId = await begin(servicesOf(app, queues));
    const { stopped } = await workOn(app, queues, stopping.signal);
    const { connectionId } = await getRun(app.db, runId);
    await enqueue(queues, startSyncJob, { connectionId }, { key: `sync-${runId}` });
    const certificate = await untilEnded(app, runId, tell);
    stopping.abort();
    await stopped;
    return certificate;
  } finally {
    stopping.abort();
    await queues.close();
  }
}

/** Waits for the end of a run, or until its plan waits for a person, with a word every few seconds. */
export async function untilEnded({ db }: Pick<App, 'db'>, runId: string, tell: Tell): Promise<Certificate> {
  let toldAt = Date.now();
  for (;;) {
    const { phase, asks, approvedBy } = await getRun(db, runId);
    const isWaiting = phase === 'planned' && asks !== null && approvedBy === null;
    if (phase === 'done' || phase === 'stopped' || isWaiting) return certificateOf(db, runId);
    if (Date.now() - toldAt >= TELL_EVERY_MS) {
      toldAt = Date.now();
      const { streams, writes, tasks } = await certificateOf(db, runId);
      const pulled = Object.values(streams).reduce((sum, stream) => sum + stream.pulled, 0);
      tell(`${phase}: ${pulled} records pulled, ${writes.written} of ${writes.planned} writes, ${tasks.created} tasks`);
    }
    await sleep(LOOK_EVERY_MS);
  }
}
