import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { LeadScoringError } from '../errors.ts';
import { createCluster } from './embedded-postgres-cluster.ts';
import { findHome, type PostgresHome } from './embedded-postgres-home.ts';
import { withProcessLock } from './embedded-postgres-lock.ts';
import { announcePresence, type Presence } from './embedded-postgres-presence.ts';
import { findServer, startServer, stopServer } from './embedded-postgres-server.ts';

/** A share in the one Postgres server of a data folder. */
export interface EmbeddedPostgres {
  /** Address with password, on 127.0.0.1; secret, so never logged. */
  readonly url: string;
  /** Gives the share back; whoever gives back the last one stops the server. Close every pool first. */
  release(): Promise<void>;
}

/**
 * Opens the Postgres of a data folder, starting it unless another process already has.
 *
 * Any number of processes share one server per folder: each holds one connection named for its presence, and the
 * server is stopped by whoever finds no other. A server whose processes were all killed is found and used by the next.
 * The server is a process of its own: it outlives a `kill -9` of its starter, and Ctrl-C does not reach it.
 *
 * As root the server runs as the user `postgres` (created if absent). Where that user cannot enter the folder, the
 * data live in `/var/lib/scorewire/data-HASH`, to which `DATA_DIR/postgres` is then a link.
 *
 * @param dataDir - Its subfolder `postgres` holds the data, the log, the port and the password (mode 600).
 * @param log - Receives one line when a server is created, started or stopped.
 * @param isDurable - `false` switches fsync off: several times faster, and lost with a power cut. For tests only.
 * @throws {LeadScoringError} `DATABASE_UNREACHABLE` with the cause and the log's path when no server can be had.
 */
export async function openEmbeddedPostgres(
  dataDir: string,
  log: (line: string) => void,
  { isDurable = true }: { readonly isDurable?: boolean } = {},
): Promise<EmbeddedPostgres> {
  const folder = path.resolve(dataDir);
  await mkdir(folder, { recursive: true }).catch((cause) => {
    throw new LeadScoringError('DATABASE_UNREACHABLE', `The folder ${folder} cannot be made`, { cause });
  });
  const lock = path.join(folder, 'postgres.lock');
  const { home, url, presence } = await withProcessLock(lock, async () => {
    const home = await findHome(folder, log);
    await createCluster(home, { isDurable, log });
    const url = (await findServer(home)) ?? (await startServer(home, { isDurable, log }));
    return { home, url, presence: await announcePresence(url) };
  });
  let released: Promise<void> | undefined;
  const release = () => {
    released ??= withProcessLock(lock, () => leave(home, presence, log));
    return released;
  };
  return { url, release };
}

async function leave(home: PostgresHome, presence: Presence, log: (line: string) => void): Promise<void> {
  try {
    if (await presence.isLastToLeave()) await stopServer(home, log);
  } finally {
    await presence.close();
  }
}
