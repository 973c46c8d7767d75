import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { LeadScoringError } from '../errors.ts';

const POLL_MS = 25;
const LONGEST_WAIT_MS = 180_000;
const SQLITE_BUSY = 5;

/**
 * Runs `work` while no other process of this machine runs one under the same file.
 *
 * The lock is SQLite's own on an empty file, because the kernel drops it with its holder: after a `kill -9` there is
 * no stale lock to judge, as there would be with a file that names a pid.
 *
 * @throws {LeadScoringError} `DATABASE_UNREACHABLE` if the file cannot be locked, or stays locked for three minutes.
 */
export async function withProcessLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const lock = await acquire(file);
  try {
    return await work();
  } finally {
    lock.close();
  }
}

async function acquire(file: string): Promise<DatabaseSync> {
  const deadline = Date.now() + LONGEST_WAIT_MS;
  for (;;) {
    const lock = tryLock(file);
    if (lock !== null) return lock;
    if (Date.now() > deadline) {
      throw new LeadScoringError('DATABASE_UNREACHABLE', `Another process has held ${file} for three minutes`);
    }
    await sleep(POLL_MS);
  }
}

/** The lock, or `null` while another holds it. */
function tryLock(file: string): DatabaseSync | null {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(file, { timeout: 0 });
    lock.exec('begin exclusive');
    return lock;
  } catch (cause) {
    lock?.close();
    if (cause instanceof Error && 'errcode' in cause && cause.errcode === SQLITE_BUSY) return null;
    throw new LeadScoringError('DATABASE_UNREACHABLE', `The file ${file} cannot be opened for writing`, { cause });
  }
}
