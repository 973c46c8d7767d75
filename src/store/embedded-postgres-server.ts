import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { LeadScoringError } from '../errors.ts';
import { clusterOf, passwordOf } from './embedded-postgres-cluster.ts';
import { asOwner, type PostgresHome } from './embedded-postgres-home.ts';

const run = promisify(execFile);

const POLL_MS = 25;
/** Long, because a server that was killed first replays its journal. */
const LONGEST_START_MS = 120_000;
const START_ATTEMPTS = 3;

const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=', // their paths may be 107 bytes long, a data folder's may be longer
  'max_connections=200',
  'timezone=UTC',
  'log_timezone=UTC',
  'log_checkpoints=off',
];
const FAST_SETTINGS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

const logOf = (home: PostgresHome): string => path.join(home.folder, 'postgres.log');
const portFileOf = (home: PostgresHome): string => path.join(home.folder, 'port');
const pidFileOf = (home: PostgresHome): string => path.join(clusterOf(home), 'postmaster.pid');

/**
 * The address of the server that runs on the home's files, whoever started it; `null` if there is none.
 *
 * @throws {LeadScoringError} `DATABASE_UNREACHABLE` if its process lives and does not answer for two minutes.
 */
export async function findServer(home: PostgresHome): Promise<string | null> {
  const deadline = Date.now() + LONGEST_START_MS;
  for (;;) {
    const server = await readPidFile(home);
    if (server === null) return null;
    const url = await urlOf(home, server.port);
    if (await answers(url)) return url;
    if (Date.now() > deadline) {
      const message = `The Postgres process ${server.pid} does not answer: end it, then start again`;
      throw new LeadScoringError('DATABASE_UNREACHABLE', `${message} (log: ${logOf(home)})`);
    }
    await sleep(POLL_MS);
  }
}

/**
 * Starts a server as a process of its own and waits until it answers. The caller holds the lock of the data folder.
 *
 * @returns its address.
 * @throws {LeadScoringError} `DATABASE_UNREACHABLE` with the last words of its log.
 */
export async function startServer(
  home: PostgresHome,
  { isDurable, log }: { readonly isDurable: boolean; readonly log: (line: string) => void },
): Promise<string> {
  const settings = isDurable ? SETTINGS : [...SETTINGS, ...FAST_SETTINGS];
  const kept = Number(await readFile(portFileOf(home), 'utf8').catch(() => '0'));
  for (let attempt = 1; ; attempt += 1) {
    // Between finding a port free and taking it another program may be faster: then any other port will do.
    const port = await freePort(attempt === 1 ? kept : 0);
    await writeFile(portFileOf(home), `${port}\n`);
    const url = await urlOf(home, port);
    const lastWords = await launch(home, [`port=${port}`, ...settings], url);
    if (lastWords === null) {
      log(`Postgres started on 127.0.0.1:${port}`);
      return url;
    }
    // A server whose starter was killed a moment ago may have been just about to write its pid file.
    const other = lastWords.includes('lock file') ? await findServer(home) : null;
    if (other !== null) return other;
    if (attempt === START_ATTEMPTS || !lastWords.includes('TCP/IP')) {
      throw new LeadScoringError('DATABASE_UNREACHABLE', `Postgres did not start: ${lastWords} (log: ${logOf(home)})`);
    }
  }
}

/**
 * Stops the server, ending connections that are still open. The caller holds the lock of the data folder.
 *
 * @throws {LeadScoringError} `DATABASE_UNREACHABLE` if it has not stopped after a minute.
 */
export async function stopServer(home: PostgresHome, log: (line: string) => void): Promise<void> {
  const options = ['stop', '--mode=fast', '--silent', `--pgdata=${clusterOf(home)}`];
  await run(path.join(home.binaries, 'pg_ctl'), options, asOwner(home)).catch((cause) => {
    throw new LeadScoringError('DATABASE_UNREACHABLE', `Postgres did not stop (log: ${logOf(home)})`, { cause });
  });
  log('Postgres stopped');
}

/** `null` once it answers, else the last words of its log. */
async function launch(home: PostgresHome, settings: readonly string[], url: string): Promise<string | null> {
  const logFile = await open(logOf(home), 'a', 0o600);
  try {
    const args = ['-D', clusterOf(home), ...settings.flatMap((setting) => ['-c', setting])];
    const server = spawn(path.join(home.binaries, 'postgres'), args, {
      ...asOwner(home),
      detached: true,
      stdio: ['ignore', logFile.fd, logFile.fd],
    });
    let hasEnded = false;
    server.on('error', () => (hasEnded = true)).on('exit', () => (hasEnded = true));
    server.unref();
    const deadline = Date.now() + LONGEST_START_MS;
    while (!hasEnded && Date.now() < deadline) {
      if (await answers(url)) return null;
      await sleep(POLL_MS);
    }
    return hasEnded ? await lastWordsOf(home) : 'no answer after two minutes';
  } finally {
    await logFile.close();
  }
}

async function lastWordsOf(home: PostgresHome): Promise<string> {
  const lines = (await readFile(logOf(home), 'utf8')).trim().split('\n');
  return lines.findLast((line) => line.includes('FATAL')) ?? lines.at(-1) ?? '';
}

/** The server that the home's `postmaster.pid` names, if that process lives and is one of ours. */
async function readPidFile(home: PostgresHome): Promise<{ readonly pid: number; readonly port: number } | null> {
  const text = await readFile(pidFileOf(home), 'utf8').catch(() => '');
  const [pid, , , port] = text.split('\n').map(Number);
  if (!pid || !port || !isAlive(pid)) return null;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null); // Linux only
  if (command === null || command.includes(clusterOf(home))) return { pid, port };
  // The number now belongs to another program. Postgres would take that for a server and refuse to start.
  await rm(pidFileOf(home), { force: true });
  return null;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function urlOf(home: PostgresHome, port: number): Promise<string> {
  return `postgres://postgres:${await passwordOf(home)}@127.0.0.1:${port}/postgres`;
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** `wanted` if nobody listens there, else any port that is free; `0` wants none in particular. */
async function freePort(wanted: number): Promise<number> {
  const probe = createServer();
  try {
    probe.listen(wanted, '127.0.0.1');
    await once(probe, 'listening');
    const address = probe.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  } catch {
    return freePort(0);
  } finally {
    probe.close();
  }
}
