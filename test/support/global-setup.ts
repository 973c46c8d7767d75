import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestProject } from 'vitest/node';
import { openDatabase } from '../../src/store/database.ts';
import { openEmbeddedPostgres } from '../../src/store/embedded-postgres.ts';
import { migrate } from '../../src/store/migrate.ts';
import { createDatabase, TEMPLATE } from './database-template.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of the server that all tests share; its database `postgres` stays empty. */
    readonly postgresUrl: string;
    /** `null`: no Redis on this machine. */
    readonly redisUrl: string | null;
  }
}

const FOLDER = 'scorewire-test-';

/** Starts one Postgres, and one Redis if there is one, for the whole run; stops them after it. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  await sweepUp();
  const folder = await mkdtemp(path.join(tmpdir(), `${FOLDER}${process.pid}-`));
  await chmod(folder, 0o755); // so that the user whom Postgres runs as can enter it
  const postgres = await openEmbeddedPostgres(folder, () => {}, { isDurable: false });
  await createTemplate(postgres.url);
  const redis = await startRedis(folder);
  project.provide('postgresUrl', postgres.url);
  project.provide('redisUrl', redis.url);
  return async () => {
    await redis.stop();
    await postgres.release();
    await rm(folder, { recursive: true, force: true });
  };
}

/** Ends the servers of runs that were killed before they could. */
async function sweepUp(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = name.startsWith(FOLDER) ? Number(name.slice(FOLDER.length).split('-')[0]) : 0;
    if (!pid || isAlive(pid)) continue;
    const folder = path.join(tmpdir(), name);
    const postgres = await openEmbeddedPostgres(folder, () => {}, { isDurable: false }).catch(() => null);
    await postgres?.release();
    await rm(folder, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function createTemplate(serverUrl: string): Promise<void> {
  const db = openDatabase(await createDatabase(serverUrl, TEMPLATE, 'template0'));
  await migrate(db);
  await db.destroy();
}

interface Redis {
  readonly url: string | null;
  stop(): Promise<void>;
}

/** The Redis of `REDIS_URL`, else one of our own if `redis-server` is on the PATH, else none. */
async function startRedis(folder: string): Promise<Redis> {
  const url = process.env.REDIS_URL;
  if (url) return { url, stop: async () => {} };
  if (!hasRedisServer()) {
    if (process.env.REQUIRE_REDIS === '1') throw new Error('No Redis: install redis-server, or set REDIS_URL');
    return { url: null, stop: async () => {} };
  }
  const port = await freePort();
  const options = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  const server = spawn('redis-server', options, { stdio: 'ignore' });
  await untilItAnswers(server, port);
  return { url: `redis://127.0.0.1:${port}`, stop: () => end(server) };
}

function hasRedisServer(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function untilItAnswers(server: ChildProcess, port: number): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (Date.now() < deadline && server.exitCode === null) {
    const socket = connect(port, '127.0.0.1');
    const hasConnected = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (hasConnected) return;
    await sleep(20);
  }
  throw new Error('redis-server did not start');
}

async function end(server: ChildProcess): Promise<void> {
  const hasExited = once(server, 'exit');
  server.kill('SIGTERM');
  await hasExited;
}
