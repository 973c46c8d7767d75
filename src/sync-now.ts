import { setTimeout as sleep } from 'node:timers/promises';
import { enqueue } from '../jobs/job.ts';
import { openQueues } from '../jobs/queue.ts';
import { startSyncJob } from '../jobs/start-sync.ts';
import type { App } from './app.ts';
import type { Certificate } from './domain/certificate.ts';
import { servicesOf } from './services.ts';
import { certificateOf } from './store/certificates.ts';
import { connectionNamed } from './store/connections.ts';
import { forgetCheckpoints } from './store/pages.ts';
import { queueSettings, workOn } from './worker.ts';

const LOOK_EVERY_MS = 200;
const TELL_EVERY_MS = 5_000;

/**
 * Runs a sync of a connection to its end, with a worker of this process; other workers share the work.
 *
 * A run that is open already is taken up and ended instead of beginning another.
 * @param options.full - Reads everything again and not only what changed.
 * @throws {LeadScoringError} `CONNECTION_UNKNOWN`, `QUEUE_UNREACHABLE`.
 */
export async function syncNow(
  app: App,
  name: string,
  { full, tell }: { readonly full: boolean; readonly tell: (line: string) => void },
): Promise<Certificate> {
  const { id } = await connectionNamed(app.db, name);
  const queues = await openQueues(queueSettings(app), tell);
  const stopping = new AbortController();
  try {
    const { stopped } = await workOn(app, queues, stopping.signal);
    if (full) await forgetCheckpoints(app.db, id);
    const { runId } = await servicesOf(app, queues).openRun(id, 'sync');
    await enqueue(queues, startSyncJob, { connectionId: id }, { key: `sync-${runId}` });
    const certificate = await untilEnded(app, runId, tell);
    stopping.abort();
    await stopped;
    return certificate;
  } finally {
    stopping.abort();
    await queues.close();
  }
}

/** Waits for the end of a run, with a word every few seconds. */
export async function untilEnded(
  { db }: Pick<App, 'db'>,
  runId: string,
  tell: (line: string) => void,
): Promise<Certificate> {
  let toldAt = Date.now();
  for (;;) {
    const { phase } = await db.selectFrom('runs').select('phase').where('id', '=', runId).executeTakeFirstOrThrow();
    if (phase === 'done' || phase === 'stopped') return certificateOf(db, runId);
    if (Date.now() - toldAt >= TELL_EVERY_MS) {
      toldAt = Date.now();
      const { streams, writes, tasks } = await certificateOf(db, runId);
      const pulled = Object.values(streams).reduce((sum, stream) => sum + stream.pulled, 0);
      tell(`${phase}: ${pulled} records pulled, ${writes.written} of ${writes.planned} writes, ${tasks.created} tasks`);
    }
    await sleep(LOOK_EVERY_MS);
  }
}
