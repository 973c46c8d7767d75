import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readEnv } from '../config/env.ts';
import { enqueue } from '../jobs/job.ts';
import { openQueues } from '../jobs/queue.ts';
import { startSyncJob } from '../jobs/start-sync.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../sandbox/start.ts';
import { type App, openApp } from '../src/app.ts';
import { connectSandbox } from '../src/connect-sandbox.ts';
import { DemoWorkers } from '../src/demo-workers.ts';
import type { Certificate } from '../src/domain/certificate.ts';
import type { Crm } from '../src/domain/crm.ts';
import { publish } from '../src/find-model.ts';
import { servicesOf } from '../src/services.ts';
import { connectionNamed } from '../src/store/connections.ts';
import { untilEnded } from '../src/sync-now.ts';
import { queueSettings } from '../src/worker.ts';

/** A cold sync that was measured. */
export interface ColdSync {
  readonly certificate: Certificate;
  readonly seconds: number;
  /** The most memory that the one worker process used, in MiB. */
  readonly peakRssMb: number;
  readonly sandbox: Sandbox;
}

/** Syncs one CRM of a fresh sandbox with a fresh database and one worker process, as a new installation would. */
export async function coldSync(
  crm: Crm,
  options: Partial<SandboxOptions>,
  watch: (app: App, sandbox: Sandbox, runId: string) => void = () => {},
): Promise<ColdSync> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'scorewire-bench-'));
  const SCOREWIRE_KEY = randomBytes(32).toString('base64');
  const given = {
    ...process.env,
    DATABASE_URL: '',
    REDIS_URL: '',
    DATA_DIR: dataDir,
    LOG_LEVEL: 'warn',
    SCOREWIRE_KEY,
  };
  const closing: (() => Promise<unknown>)[] = [() => rm(dataDir, { recursive: true, force: true })];
  try {
    const sandbox = await startSandbox({ crms: [crm], seed: 1, ...options });
    closing.push(() => sandbox.close());
    const app = await openApp(readEnv(given), { info: () => {}, warn: () => {}, error: () => {} });
    closing.push(() => app.close());
    for (const model of ['b2b-default', 'education']) await publish(app, model);
    await connectSandbox(app, sandbox, crm);
    const queues = await openQueues(queueSettings(app), () => {});
    closing.push(() => queues.close());
    const { id: connectionId } = await connectionNamed(app.db, crm);
    const workers = new DemoWorkers(1, { ...given, DATABASE_URL: app.databaseUrl });
    closing.push(() => workers.stop());
    await workers.ready();
    const startedAt = performance.now();
    const { runId } = await servicesOf(app, queues).openRun(connectionId, 'sync');
    watch(app, sandbox, runId);
    await enqueue(queues, startSyncJob, { connectionId }, { key: `sync-${runId}` });
    const certificate = await untilEnded(app, runId, (line) => process.stderr.write(`  ${crm} ${line}\n`));
    const seconds = (performance.now() - startedAt) / 1000;
    return { certificate, seconds, peakRssMb: await workers.peakRssMb(), sandbox };
  } finally {
    for (const close of closing.reverse()) await close();
  }
}
