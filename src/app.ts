import type { Kysely } from 'kysely';
import type { Env } from '../config/env.ts';
import { type Clock, systemClock } from './domain/clock.ts';
import { openDatabase } from './store/database.ts';
import { openEmbeddedPostgres } from './store/embedded-postgres.ts';
import { migrate } from './store/migrate.ts';
import type { Database } from './store/schema.ts';
import { openVault, readKey, type Vault } from './store/secrets.ts';

/** What the program tells an operator. A pino logger is one. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** The opened house: database, key and clock, which stands still at SCOREWIRE_NOW. Everything else is made from it. */
export interface App extends Clock {
  readonly env: Env;
  readonly log: Log;
  readonly db: Kysely<Database>;
  /** Address of the database, with password. */
  readonly databaseUrl: string;
  readonly vault: Vault;
  close(): Promise<void>;
}

/**
 * Opens the database (the embedded one without DATABASE_URL), brings it to the last migration, and reads the key.
 *
 * @throws {LeadScoringError} `DATABASE_UNREACHABLE`, `CONFIG_INVALID`.
 */
export async function openApp(env: Env, log: Log): Promise<App> {
  const embedded = env.DATABASE_URL === undefined ? await openEmbedded(env, log) : null;
  const databaseUrl = env.DATABASE_URL ?? embedded?.url ?? '';
  const db = openDatabase(databaseUrl, { maxConnections: env.WORKER_CONCURRENCY * 3 + 4 });
  const close = async () => {
    await db.destroy();
    await embedded?.release();
  };
  try {
    await migrate(db);
    const key = await readKey({ key: env.SCOREWIRE_KEY, dataDir: env.DATA_DIR }, (line) => log.warn({}, line));
    return { env, log, db, databaseUrl, vault: openVault(key), ...systemClock(env.SCOREWIRE_NOW), close };
  } catch (error) {
    await close();
    throw error;
  }
}

const openEmbedded = (env: Env, log: Log) => openEmbeddedPostgres(env.DATA_DIR, (line) => log.info({}, line));
