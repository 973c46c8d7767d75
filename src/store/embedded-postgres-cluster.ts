import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { LeadScoringError } from '../errors.ts';
import { asOwner, type PostgresHome } from './embedded-postgres-home.ts';

const run = promisify(execFile);

/** Folder of the database files. */
export const clusterOf = (home: PostgresHome): string => path.join(home.folder, 'cluster');

/** The password of the superuser `postgres`. */
export async function passwordOf(home: PostgresHome): Promise<string> {
  return (await readFile(path.join(home.folder, 'password'), 'utf8')).trim();
}

/**
 * Makes the database files unless they are there. The caller holds the lock of the data folder.
 *
 * They are made under another name and renamed when whole, so that a crash in between leaves nothing that could be
 * taken for a database.
 *
 * @throws {LeadScoringError} `DATABASE_UNREACHABLE` with the last words of initdb.
 */
export async function createCluster(
  home: PostgresHome,
  { isDurable, log }: { readonly isDurable: boolean; readonly log: (line: string) => void },
): Promise<void> {
  if ((await stat(clusterOf(home)).catch(() => null)) !== null) return;
  log(`Creating a Postgres database in ${home.folder}`);
  await removeUnfinished(home);
  const password = path.join(home.folder, 'password');
  await writeFile(password, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  if (home.owner !== null) await chown(password, home.owner.uid, home.owner.gid);
  // Never the same name twice: an initdb whose starter was killed may still be writing.
  const unfinished = path.join(home.folder, `unfinished-${randomBytes(6).toString('hex')}`);
  const options = [
    `--pgdata=${unfinished}`,
    `--pwfile=${password}`,
    '--username=postgres',
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The builtin provider sorts the same on every machine, whatever locales it has.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    ...(isDurable ? [] : ['--no-sync']),
  ];
  await run(path.join(home.binaries, 'initdb'), options, asOwner(home)).catch((cause: Error) => {
    const lastWords = cause.message.trim().split('\n').at(-1);
    throw new LeadScoringError('DATABASE_UNREACHABLE', `Postgres could not be set up in ${home.folder}: ${lastWords}`);
  });
  await rename(unfinished, clusterOf(home));
}

async function removeUnfinished(home: PostgresHome): Promise<void> {
  for (const name of await readdir(home.folder)) {
    if (name.startsWith('unfinished-')) await rm(path.join(home.folder, name), { recursive: true, force: true });
  }
}
