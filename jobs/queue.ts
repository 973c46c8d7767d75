import {
  createPostgresBackend,
  type PgPool,
  type Processor,
  Queue,
  runMigrations,
  Worker,
  type WorkerListener,
  type WorkerOptions,
  withBackend,
} from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { type ErrorCode, LeadScoringError } from '../src/errors.ts';

/** Where the queue is. */
export interface QueueSettings {
  /** Unset: the queue is in the database. */
  readonly redisUrl: string | undefined;
  readonly databaseUrl: string;
  /** Sets several installations on one Redis apart. */
  readonly namespace?: string;
}

/** What we use of a queue, whatever it is kept in. */
export type JobQueue = Pick<
  Queue,
  | 'name'
  | 'add'
  | 'addBulk'
  | 'getJob'
  | 'getJobs'
  | 'getJobCounts'
  | 'upsertJobScheduler'
  | 'removeJobScheduler'
  | 'getJobSchedulers'
>;

/** What we use of a worker. */
export interface QueueWorker extends Pick<Worker, 'cancelJob' | 'cancelAllJobs' | 'close'> {
  on<E extends keyof WorkerListener>(event: E, listener: WorkerListener[E]): unknown;
  waitUntilReady(): Promise<unknown>;
}

/** Every queue of the process, over connections that they share. */
export interface Queues {
  readonly keptIn: 'redis' | 'postgres';
  /** The clock that the queue's delays run by, in milliseconds since 1970. */
  nowMs(): number;
  /** The queue of a job, always the same object. */
  queue(name: string): JobQueue;
  /** Takes jobs from now on. A `processor` that declares less than three parameters is given no signal. */
  worker(name: string, processor: Processor, options: WorkerSettings): QueueWorker;
  /** Closes queues and connections; close the workers first. */
  close(): Promise<void>;
}

/** How a worker works; where it works is the queue's affair. */
export type WorkerSettings = Omit<WorkerOptions, 'connection' | 'prefix'>;

interface Backend {
  readonly keptIn: Queues['keptIn'];
  newQueue(name: string): JobQueue & Pick<Queue, 'close'>;
  newWorker(name: string, processor: Processor, options: WorkerSettings): QueueWorker;
  disconnect(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 5_000;
/** Each worker holds one connection to hear of new jobs; the others are for queries. They open when they are needed. */
const MAX_DATABASE_CONNECTIONS = 30;
const SCHEMA = 'bullmq';
const SAME_LINE_MS = 60_000;

/**
 * Opens the queues: on Redis if there is one, else on Postgres. No other file knows which.
 *
 * @param log - Receives one line when a connection breaks later, at most once a minute for the same cause; BullMQ goes
 *   on trying by itself.
 * @throws {LeadScoringError} `QUEUE_UNREACHABLE` if Redis, `DATABASE_UNREACHABLE` if Postgres does not answer now.
 */
export async function openQueues(settings: QueueSettings, log: (line: string) => void): Promise<Queues> {
  const onError = onceAMinute(log);
  const backend =
    settings.redisUrl === undefined
      ? await openPostgres(settings.databaseUrl, onError)
      : await openRedis(settings.redisUrl, settings.namespace ?? 'scorewire', onError);
  const queues = new Map<string, ReturnType<Backend['newQueue']>>();
  return {
    keptIn: backend.keptIn,
    nowMs: Date.now,
    queue: (name) => queues.get(name) ?? queues.set(name, backend.newQueue(name)).get(name)!,
    worker: backend.newWorker,
    close: async () => {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
      await backend.disconnect();
    },
  };
}

async function openRedis(url: string, prefix: string, onError: (error: Error) => void): Promise<Backend> {
  await ping(url);
  // A producer gives up while Redis is away, so that its caller can say so; a worker waits until it is back.
  const producer = new Redis(url, { maxRetriesPerRequest: 3 }).on('error', onError);
  const consumer = new Redis(url, { maxRetriesPerRequest: null }).on('error', onError);
  return {
    keptIn: 'redis',
    newQueue: (name) => new Queue(name, { connection: producer, prefix }).on('error', onError),
    newWorker: (name, processor, options) =>
      new Worker(name, processor, { ...options, connection: consumer, prefix }).on('error', onError),
    disconnect: async () => {
      producer.disconnect();
      consumer.disconnect();
    },
  };
}

/** One attempt without retries, because the connections that stay would try for ever. */
async function ping(url: string): Promise<void> {
  const probe = new Redis(url, { lazyConnect: true, connectTimeout: CONNECT_TIMEOUT_MS, retryStrategy: () => null });
  let cause: unknown;
  probe.on('error', (error) => {
    cause = error;
  });
  try {
    await probe.connect();
    await probe.ping();
  } catch (error) {
    throw unreachable('QUEUE_UNREACHABLE', 'Redis', url, cause ?? error);
  } finally {
    probe.disconnect();
  }
}

async function openPostgres(url: string, onError: (error: Error) => void): Promise<Backend> {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'scorewire queue',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    max: MAX_DATABASE_CONNECTIONS,
    options: `-c search_path=${SCHEMA}`,
  });
  pool.setMaxListeners(0); // one listener for each queue and worker
  pool.on('error', onError);
  try {
    const client = await pool.connect();
    await runMigrations(client, SCHEMA).finally(() => client.release());
  } catch (cause) {
    await pool.end();
    throw unreachable('DATABASE_UNREACHABLE', 'Postgres', url, cause);
  }
  const connection = pool as PgPool; // BullMQ describes a pool by its own, looser type
  const onPostgres = withBackend(createPostgresBackend);
  return {
    keptIn: 'postgres',
    newQueue: (name) => new onPostgres.Queue(name, { connection }).on('error', onError),
    newWorker: (name, processor, options) =>
      new onPostgres.Worker(name, processor, { ...options, connection }).on('error', onError),
    disconnect: () => pool.end(),
  };
}

/** The server's place and the cause's code, in one line and without the password. */
function unreachable(code: ErrorCode, server: string, url: string, cause: unknown): LeadScoringError {
  const reason = cause instanceof Error && 'code' in cause ? cause.code : firstWord(cause);
  const message = `${server} at ${URL.parse(url)?.host ?? 'the given address'} cannot be used (${reason})`;
  return new LeadScoringError(code, message, { cause });
}

/** Redis puts its code first: `WRONGPASS invalid username-password pair`. */
function firstWord(cause: unknown): string {
  return (cause instanceof Error && cause.message.split(' ')[0]) || 'no answer in time';
}

function onceAMinute(log: (line: string) => void): (error: Error) => void {
  const loggedAtMs = new Map<string, number>();
  return ({ message }) => {
    const nowMs = performance.now();
    if (nowMs - (loggedAtMs.get(message) ?? Number.NEGATIVE_INFINITY) < SAME_LINE_MS) return;
    loggedAtMs.set(message, nowMs);
    log(`Queue: ${message}`);
  };
}
