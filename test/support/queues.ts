import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { describe, inject } from 'vitest';
import { openQueues, type QueueSettings, type Queues } from '../../jobs/queue.ts';
import { freshDatabase } from './database.ts';

/** Queues of one test, empty at first. */
export interface FreshQueues extends Queues {
  /** For opening the same queues in another process. */
  readonly settings: QueueSettings;
  /** Closes them and forgets every job. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Runs a block twice: on Redis, where there is one, and on Postgres. */
export function describeOnBothQueues(title: string, define: (open: () => Promise<FreshQueues>) => void): void {
  const redisUrl = inject('redisUrl');
  describe(`${title}, on Postgres`, () => define(openOnPostgres));
  if (redisUrl === null) {
    describe.skip(`${title}, on Redis (no redis-server on the PATH, no REDIS_URL)`, () => define(openOnPostgres));
  } else {
    describe(`${title}, on Redis`, () => define(() => openOnRedis(redisUrl)));
  }
}

async function openOnPostgres(): Promise<FreshQueues> {
  const database = await freshDatabase();
  const settings = { redisUrl: undefined, databaseUrl: database.url };
  const queues = await openQueues(settings, () => {});
  const dispose = async () => {
    await queues.close();
    await database.drop();
  };
  return { ...queues, settings, [Symbol.asyncDispose]: dispose };
}

async function openOnRedis(redisUrl: string): Promise<FreshQueues> {
  const namespace = `test-${randomBytes(6).toString('hex')}`;
  const settings = { redisUrl, databaseUrl: inject('postgresUrl'), namespace };
  const queues = await openQueues(settings, () => {});
  const dispose = async () => {
    await queues.close();
    await forget(redisUrl, namespace);
  };
  return { ...queues, settings, [Symbol.asyncDispose]: dispose };
}

/** The Redis may be somebody's own: nothing of a test stays in it. */
async function forget(redisUrl: string, namespace: string): Promise<void> {
  const redis = new Redis(redisUrl);
  const keys = await redis.keys(`${namespace}:*`);
  if (keys.length > 0) await redis.del(...keys);
  redis.disconnect();
}
