import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { LeadScoringError } from '../errors.ts';
import type { Database } from './schema.ts';

/** Until a connection must be there, in milliseconds; includes waiting for a free one in the pool. */
const CONNECT_TIMEOUT_MS = 20_000;

/**
 * Opens the database; the first query connects. `destroy()` closes it.
 *
 * Read values: `timestamptz` is a Date, `int8` (so `count(*)` too) a number, `date` its ISO text, `jsonb` parsed.
 *
 * @param url - With password, so never logged.
 * @param maxConnections - Of this process.
 * @throws {LeadScoringError} each query: `DATABASE_UNREACHABLE` if no connection can be had.
 */
export function openDatabase(
  url: string,
  { maxConnections = 10 }: { readonly maxConnections?: number } = {},
): Kysely<Database> {
  const pool = openPool(url, { max: maxConnections });
  const connect = async () => {
    try {
      return await pool.connect();
    } catch (cause) {
      throw unreachable(url, cause);
    }
  };
  return new Kysely<Database>({
    dialect: new PostgresDialect({ pool: { connect, end: () => pool.end(), options: pool.options } }),
  });
}

/** A pool whose idle connections may break without ending the process. */
export function openPool(url: string, options: pg.PoolConfig = {}): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'scorewire',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    types: { getTypeParser },
    ...options,
  });
  pool.on('error', () => {}); // the pool drops the connection and opens another
  return pool;
}

/** `DATABASE_UNREACHABLE` with the server's place and the cause's code, in one line and without the password. */
export function unreachable(url: string, cause: unknown): LeadScoringError {
  const place = URL.parse(url);
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no answer in time';
  const message = `Postgres at ${place?.host ?? 'DATABASE_URL'}${place?.pathname ?? ''} cannot be used (${code})`;
  return new LeadScoringError('DATABASE_UNREACHABLE', message, { cause });
}

function getTypeParser(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  if (oid === pg.types.builtins.INT8) return parseInteger;
  // The driver would read a day as midnight of this machine's time zone.
  if (oid === pg.types.builtins.DATE) return (text) => text;
  return pg.types.getTypeParser(oid, format);
}

function parseInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is too large for a number`);
  return value;
}
