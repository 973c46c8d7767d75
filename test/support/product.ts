import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readEnv } from '../../config/env.ts';
import { enqueue } from '../../jobs/job.ts';
import { openQueues, type Queues } from '../../jobs/queue.ts';
import { startSyncJob } from '../../jobs/start-sync.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/start.ts';
import { type App, openApp } from '../../src/app.ts';
import { connectSandbox } from '../../src/connect-sandbox.ts';
import type { Certificate } from '../../src/domain/certificate.ts';
import { CRMS, type Crm } from '../../src/domain/crm.ts';
import { publish } from '../../src/find-model.ts';
import { servicesOf } from '../../src/services.ts';
import { connectionNamed } from '../../src/store/connections.ts';
import { type SyncOptions, syncNow, untilEnded } from '../../src/sync-now.ts';
import { queueSettings } from '../../src/worker.ts';
import { freshDatabase } from './database.ts';

/** The instant at which the clocks of a product under test stand still. */
export const STILL = new Date('2026-11-23T10:00:00Z');

/** A portal that may be called often, so that a test need not wait for its turn. */
const WIDE = { burst: 10_000, associations: 10_000, search: 5 };
/** While the clock stands still no window passes, so that each must hold a whole test. */
const WIDE_AND_STILL = { ...WIDE, search: 10_000 };

/** What a product under test is made of. */
export interface ProductOptions {
  readonly crms?: readonly Crm[];
  readonly sandbox?: Partial<SandboxOptions>;
  /** Unset: the queue is in the database. */
  readonly redisUrl?: string;
  /** Both clocks stand still at {@link STILL}, so that two executions can be compared byte for byte. */
  readonly isStill?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** The whole product on a sandbox of its own and a database of its own, connected, provisioned and with a model. */
export interface Product {
  readonly sandbox: Sandbox;
  readonly app: App;
  readonly queues: Queues;
  /** The environment that a worker process of this product is started with. */
  readonly env: Readonly<Record<string, string>>;
  /** Syncs a connection to the end of its run, with a worker of this process. */
  sync(crm: Crm, options?: Partial<SyncOptions>): Promise<Certificate>;
  /** Begins a sync for workers of other processes; resolves at the end of its run. */
  syncElsewhere(crm: Crm): Promise<Certificate>;
  close(): Promise<void>;
}

/** Starts a product. Connections are named after their CRM. */
export async function openProduct(options: ProductOptions = {}): Promise<Product> {
  const { crms = CRMS, isStill = false } = options;
  const database = await freshDatabase();
  const dataDir = await mkdtemp(path.join(tmpdir(), 'scorewire-test-'));
  const sandbox = await startSandbox({
    crms,
    leads: 300,
    seed: 1,
    ...(isStill && { now: STILL, frozen: true }),
    settings: { hubspot: { limits: isStill ? WIDE_AND_STILL : WIDE } },
    ...options.sandbox,
  });
  const env = {
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    LOG_LEVEL: 'warn',
    STALLED_AFTER_MS: '1000',
    TASK_SETTLE_MS: '500',
    ...(options.redisUrl !== undefined && { REDIS_URL: options.redisUrl }),
    ...(isStill && { SCOREWIRE_NOW: STILL.toISOString() }),
    ...options.env,
  };
  const opened = await openApp(readEnv(env), silent);
  // A still clock is moved by moving the sandbox's.
  const app: App = isStill ? { ...opened, now: () => sandbox.clock.now() } : opened;
  const queues = await openQueues(queueSettings(app), () => {});
  await publish(app, 'b2b-default');
  for (const crm of crms) await connectSandbox(app, sandbox, crm);
  return {
    sandbox,
    app,
    queues,
    env,
    sync: (crm, options = {}) => syncNow(app, crm, { full: false, planOnly: false, tell: () => {}, ...options }),
    syncElsewhere: async (crm) => {
      const { id: connectionId } = await connectionNamed(app.db, crm);
      const { runId } = await servicesOf(app, queues).openRun(connectionId, 'sync');
      await enqueue(queues, startSyncJob, { connectionId }, { key: `sync-${runId}` });
      return untilEnded(app, runId, () => {});
    },
    close: async () => {
      await queues.close();
      await app.close();
      await sandbox.close();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Syncs until a run plans a write: a CRM's search shows a change of a moment ago only after a while. */
export async function syncUntilPlanned(product: Product, crm: Crm): Promise<Certificate> {
  for (let tries = 0; tries < 30; tries += 1) {
    const certificate = await product.sync(crm);
    if (certificate.writes.planned > 0) return certificate;
  }
  throw new Error(`${crm} never showed what was changed in it`);
}

const silent = { info: () => {}, warn: () => {}, error: () => {} };

/** The sandbox's credentials as a connection keeps them. */
export const SANDBOX_CREDENTIALS: Readonly<Record<Crm, object>> = {
  hubspot: { kind: 'service-key', token: 'pat-sandbox' },
  salesforce: { kind: 'client-credentials', clientId: 'sandbox-client', clientSecret: 'sandbox-secret' },
};

/** The sandbox's credentials as settings, as `connections add` reads them. */
export const CREDENTIAL_SETTINGS: Readonly<Record<Crm, Readonly<Record<string, string>>>> = {
  hubspot: { HUBSPOT_TOKEN: 'pat-sandbox' },
  salesforce: { SALESFORCE_CLIENT_ID: 'sandbox-client', SALESFORCE_CLIENT_SECRET: 'sandbox-secret' },
};
