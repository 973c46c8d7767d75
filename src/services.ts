import { enqueue } from '../jobs/job.ts';
import { JOBS } from '../jobs/jobs.ts';
import type { Queues } from '../jobs/queue.ts';
import type { RunInHand, Services } from '../jobs/services.ts';
import type { App } from './app.ts';
import { backfillOf } from './backfills.ts';
import { connectorsOf } from './connectors.ts';
import type { CrmConnector } from './domain/crm.ts';
import { WRITE_BATCH } from './domain/crm-limits.ts';
import { LeadScoringError } from './errors.ts';
import { matchPulled } from './links.ts';
import { modelReader } from './models.ts';
import { decide } from './plan.ts';
import { reconcileSource } from './reconcile.ts';
import { isScheduledPullDue } from './rhythm.ts';
import { certify } from './store/certificates.ts';
import { type Connection, connectionOf, setHalted } from './store/connections.ts';
import { spreadScores } from './store/follow-persons.ts';
import { backfillStream, objectsBehind } from './store/mapping-backlog.ts';
import { keepFieldLimits } from './store/mappings.ts';
import { publishedModels } from './store/models.ts';
import { repTurns } from './store/owners.ts';
import { checkpointOf, storePage } from './store/pages.ts';
import { checkBatch } from './store/plan-checks.ts';
import { isReviewDue } from './store/pull-history.ts';
import { reconcileStore } from './store/reconciliation.ts';
import * as runs from './store/runs.ts';
import { scoreBatch } from './store/scoring-batches.ts';
import * as stopping from './store/stop-run.ts';
import {
  holdingTaskLock,
  markSending,
  outboxTasks,
  refuseGone,
  replan,
  replanRejected,
  settleTasks,
} from './store/task-outbox.ts';
import { madeTasks, removeUnsent, settleRemovals } from './store/task-removals.ts';
import { openUndo, undoBatch, undoneInPart } from './store/undo.ts';
import { verifyBatch, writeBatch } from './store/write-batches.ts';
import { scoreWithModels, scoreWithNamed } from './sync/score-with-models.ts';

/** Wires what the jobs need to the database, the connectors and the queue. */
export function servicesOf(app: App, queues: Queues): Services {
  const { db, env } = app;
  const connectorOf = connectorsOf(app);
  const readModels = modelReader(env.MODELS_DIR);
  const inHand = async (runId: string): Promise<RunInHand> => {
    const run = await runs.getRun(db, runId);
    const connection = await connectionOf(db, run.connectionId);
    const models = readModels(await publishedModels(db));
    return {
      kind: run.kind,
      connector: await connectorOf(connection),
      rules: {
        asOf: run.asOf,
        mapping: connection.mapping,
        recordUrl: connection.recordUrl,
        limits: connection.fieldLimits,
        score: scoreWithModels(models, run.asOf),
        scoreBy: scoreWithNamed(models, run.asOf),
      },
      models,
      store: runStore(app, run, connection),
    };
  };
  return {
    lanes: env.WORKER_CONCURRENCY,
    settleMs: env.TASK_SETTLE_MS,
    clock: app,
    inHand,
    countCalls: callCounter(db),
    progress: {
      phase: async (runId) => (await runs.getRun(db, runId)).phase,
      advance: async (runId) => {
        await matchPulled(app, runId);
        const phase = await runs.advance(db, runId);
        return phase === 'planned' ? decide(app, runId) : phase;
      },
      pendingStreams: (runId) => runs.pendingStreams(db, runId),
      certify: async (runId) => {
        const certificate = await certify(db, runId);
        const { connectionId, kind } = await runs.getRun(db, runId);
        // A review asks the account for less: it proves nothing of what stopped a sync.
        if (kind === 'sync') await setHalted(db, connectionId, null);
        app.log.info({ event: 'run.done', run: runId, unaccounted: certificate.unaccounted }, 'run done');
      },
      stop: async (runId, error) => stopRun(app, runId, error),
      enqueue: async (jobs) => {
        for (const { id, name, payload } of jobs) await enqueue(queues, jobNamed(name), payload, { key: id });
      },
    },
    openRun: async (connectionId, kind) => {
      // Without a model every lead would be written a 0.
      if ((await publishedModels(db)).length === 0) {
        throw new LeadScoringError('MODEL_MISSING', 'No score model is published');
      }
      await spreadScores(db);
      const connection = await connectionOf(db, connectionId);
      const undone = await undoneInPart(db, connectionId);
      if (undone !== undefined) {
        return { runId: await openUndo(db, undone, app.now(), WRITE_BATCH[connection.crm]), phase: 'undoing' };
      }
      const { streams } = await connectorOf(connection);
      // The CRMs keep whole seconds at best; a finer instant would never read back as it was written.
      const asOf = new Date(Math.floor(app.now().getTime() / 1000) * 1000);
      const behind = (await objectsBehind(db, connection)).map(backfillStream);
      const toRead = [...streams, ...behind.map((name) => ({ name, kind: 'backfill' as const }))];
      const opened = await runs.openRun(db, connectionId, kind, asOf, kind === 'sync' ? toRead : []);
      if (opened.isNew && kind === 'sync') await replanRejected(db, connectionId);
      return { runId: opened.run.id, phase: opened.run.phase };
    },
    isPullDue: (connectionId) => isScheduledPullDue(app, connectionId),
    isReviewDue: async (connectionId) => {
      await spreadScores(db);
      return isReviewDue(db, connectionId, app.now());
    },
    toReconcile: async (connectionId) => {
      const connection = await connectionOf(db, connectionId);
      return { source: reconcileSource(await connectorOf(connection)), store: reconcileStore(db, connection) };
    },
  };
}

/** Jobs of one process share a connector, so each call is counted by the job that comes to count first. */
function callCounter(db: App['db']): Services['countCalls'] {
  const counted = new WeakMap<CrmConnector, number>();
  return async (runId, connector) => {
    const calls = connector.calls - (counted.get(connector) ?? 0);
    counted.set(connector, connector.calls);
    await runs.addApiCalls(db, runId, calls);
  };
}

/** Ends a run before its time; if only a person can help, the connection says so until a run gets through. */
export async function stopRun({ db, log, now }: App, runId: string, error: LeadScoringError): Promise<void> {
  const { code, message, retryAfterMs } = error;
  const isForCalls = code === 'CRM_QUOTA_EXHAUSTED' && retryAfterMs !== undefined;
  const resumeAt = isForCalls ? new Date(now().getTime() + retryAfterMs) : null;
  if (!(await stopping.stopRun(db, runId, { code, message, resumeAt }))) return;
  const { connectionId } = await runs.getRun(db, runId);
  if (error.recovery === 'halt') await setHalted(db, connectionId, { code: error.code, reason: error.message });
  log.warn({ event: 'run.stopped', run: runId, connection: connectionId, code: error.code }, error.message);
}

function runStore(app: App, run: runs.Run, connection: Connection): RunInHand['store'] {
  const { db } = app;
  const { id, mappingVersion } = connection;
  return {
    checkpoint: (stream) => checkpointOf(db, id, stream),
    storePage: (stream, page) => storePage(db, { runId: run.id, connectionId: id, mappingVersion }, stream, page),
    finishStream: (stream) => runs.finishStream(db, run.id, stream),
    scoreBatch: (size, score) => scoreBatch(db, run, size, score),
    checkBatch: (read) => checkBatch(db, run, mappingVersion, read),
    undoBatch: (plan) => undoBatch(db, run, plan),
    writeBatch: (send) => writeBatch(db, run, send),
    verifyBatch: (size, read) => verifyBatch(db, run, size, read),
    keepFieldLimits: (limits) => keepFieldLimits(db, id, limits),
    backfillOf: (stream) => backfillOf(app, run.id, connection, stream),
    holdingTaskLock: (work) =>
      holdingTaskLock(db, id, () =>
        work({
          tasks: (state, limit) => outboxTasks(db, id, state, limit),
          repStates: () => repTurns(db, id),
          markSending: (tasks, credit) => markSending(db, id, tasks, credit),
          settle: (ended) => settleTasks(db, id, ended),
          replan: (ids) => replan(db, ids),
          refuseGone: () => refuseGone(db, id),
          removeUnsent: () => removeUnsent(db, run.id),
          madeTasks: (limit) => madeTasks(db, run.id, limit),
          settleRemovals: (removals) => settleRemovals(db, removals),
        }),
      ),
  };
}

function jobNamed(name: string) {
  const job = JOBS.find((one) => one.name === name);
  if (job === undefined) throw new LeadScoringError('INTERNAL', `No job ${name}`);
  return job;
}
