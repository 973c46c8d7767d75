import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readEnv } from '../config/env.ts';
import { enqueue } from '../jobs/job.ts';
import { openQueues, type Queues } from '../jobs/queue.ts';
import { startSyncJob } from '../jobs/start-sync.ts';
import { type Sandbox, startSandbox } from '../sandbox/start.ts';
import { type App, openApp } from './app.ts';
import type { DemoOptions } from './cli/demo.ts';
import { tell } from './cli/print.ts';
import { connectSandbox } from './connect-sandbox.ts';
import { type DemoRun, printDemo } from './demo-report.ts';
import { DemoWorkers } from './demo-workers.ts';
import { CRMS, type Crm } from './domain/crm.ts';
import { publish } from './find-model.ts';
import { openLog } from './log.ts';
import { minimumCalls } from './minimum-calls.ts';
import { assertPortFree, type Place, runServerOn } from './server.ts';
import { servicesOf } from './services.ts';
import { connectionNamed } from './store/connections.ts';
import { bandCounts } from './store/scoring-batches.ts';
import { untilEnded } from './sync-now.ts';
import { queueSettings, stopSignal } from './worker.ts';

const WORKERS = 2;
/** Calls per 10 seconds of a portal with the API limit increase; the connector learns it from the answers' headers. */
const HUBSPOT_BURST = 250;
const MODELS = ['b2b-default', 'education'];
/**
 * The main job, end to end, on the sandbox: real HTTP, a real Postgres, real jobs, two worker processes.
 *
 * Everything it makes lies in a folder of its own, which is removed in the end.
 * @param environment - Settings other than those of the database and the queue count for the demo too.
 */
export async function runDemo(options: DemoOptions, environment: NodeJS.ProcessEnv): Promise<void> {
  if (!options.exit) await assertPortFree(placeOf(options.port));
  const startedAt = performance.now();
  const crms = options.crm === 'both' ? CRMS : [options.crm];
  const dataDir = await mkdtemp(path.join(tmpdir(), 'scorewire-demo-'));
  const SCOREWIRE_KEY = randomBytes(32).toString('base64');
  const given = {
    ...environment,
    DATABASE_URL: '',
    REDIS_URL: '',
    DATA_DIR: dataDir,
    LOG_LEVEL: 'warn',
    SCOREWIRE_KEY,
  };
  const env = readEnv(given);
  const closing: (() => Promise<unknown>)[] = [() => rm(dataDir, { recursive: true, force: true })];
  try {
    const { data: dataFile, leads, seed } = options;
    const sandbox = await startSandbox({
      crms,
      leads,
      seed,
      ...(dataFile !== undefined && { dataFile }),
      settings: { hubspot: { limits: { burst: HUBSPOT_BURST } } },
    });
    closing.push(() => sandbox.close());
    tell(`Local CRMs with ${sandbox.world.size.toLocaleString('en-US')} leads each are up`);
    const app = await openApp(env, openLog(env));
    closing.push(() => app.close());
    for (const model of MODELS) await publish(app, model);
    await Promise.all(crms.map((crm) => connectSandbox(app, sandbox, crm)));
    const queues = await openQueues(queueSettings(app), tell);
    closing.push(() => queues.close());
    const workers = new DemoWorkers(WORKERS, { ...given, DATABASE_URL: app.databaseUrl });
    closing.push(() => workers.stop());
    await workers.ready();
    tell('First sync: everything is read, scored and written back');
    const first = await syncAll({ app, sandbox, queues, workers }, crms);
    tell('Second sync: nothing has changed');
    const second = await syncAll({ app, sandbox, queues, workers }, crms);

    const bands = await bandCounts(app.db);
    const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
    printDemo({ first, second, bands, seconds });
    if (options.report !== undefined) {
      const connections = Object.fromEntries(crms.map((crm) => [crm, { first: first[crm], second: second[crm] }]));
      await writeFile(options.report, `${JSON.stringify({ connections, bands, seconds }, null, 2)}\n`);
    }
    if (!options.exit) await stayOpen(app, sandbox, options.port);
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

interface House {
  readonly app: App;
  readonly sandbox: Sandbox;
  readonly queues: Queues;
  readonly workers: DemoWorkers;
}

/** Syncs all connections at once and waits for the ends. */
async function syncAll(house: House, crms: readonly Crm[]): Promise<Readonly<Record<string, DemoRun>>> {
  const runs = await Promise.all(crms.map(async (crm) => [crm, await syncOne(house, crm)] as const));
  return Object.fromEntries(runs);
}

async function syncOne({ app, sandbox, queues, workers }: House, crm: Crm): Promise<DemoRun> {
  const startedAt = performance.now();
  const rateLimitedBefore = sandbox.stats()[crm].rateLimited;
  const { id: connectionId } = await connectionNamed(app.db, crm);
  const { runId } = await servicesOf(app, queues).openRun(connectionId, 'sync');
  await enqueue(queues, startSyncJob, { connectionId }, { key: `sync-${runId}` });
  const certificate = await untilEnded(app, runId, (line) => tell(`  ${crm} ${line}`));
  return {
    ...certificate,
    minimumApiCalls: minimumCalls(crm, certificate),
    rateLimited: sandbox.stats()[crm].rateLimited - rateLimitedBefore,
    seconds: Math.round((performance.now() - startedAt) / 100) / 10,
    peakRssMb: await workers.peakRssMb(),
  };
}

async function stayOpen(app: App, sandbox: Sandbox, port: number): Promise<void> {
  tell(`Open: http://127.0.0.1:${port}/health, HubSpot ${sandbox.hubspotUrl}, Salesforce ${sandbox.salesforceUrl}`);
  tell('The workers go on with their schedules. Ctrl-C ends everything.');
  await runServerOn(app, placeOf(port), stopSignal());
}

const placeOf = (port: number): Place => ({ host: '127.0.0.1', port });
