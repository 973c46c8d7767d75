import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { openPool } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import type { Database } from '../../src/store/schema.ts';
import type { Actor, Conductor } from './conductor.ts';

/** Sessions that all processes together may hold at a time. */
const SESSIONS = 24;
/** How a statement reads the clock. */
const CLOCK = /\b(?:clock_timestamp|now)\(\)/g;

/** A real Postgres database whose clock and ids are the simulation's. */
export interface SimulatedDatabase {
  /** For those who look on: no effect, no step. */
  readonly backstage: Kysely<Database>;
  /** The database as the product's processes see it: each statement is an effect. */
  openFor(conductor: Conductor): Kysely<Database>;
  /** Does what the server does when a process dies, or all of them: rolls back, lets go of locks. */
  hangUp(actor?: Actor): Promise<void>;
  /** Removes every row, and begins the ids anew. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

interface Session {
  readonly client: pg.PoolClient & { readonly processID: number };
  /** The process that holds it; `null`: free. */
  takenBy: Actor | null;
  isRunning: boolean;
  /** What the session believes the time to be; unknown after a rollback. */
  shownMs: number | null;
}

/**
 * Takes over an empty database and migrates it.
 *
 * Where a statement reads the clock it is given the simulation's; functions of the same names stand before Postgres's own
 * in the search path, so that the defaults of columns take time and ids from the simulation as well.
 */
export async function openSimulatedDatabase(url: string): Promise<SimulatedDatabase> {
  const setUp = new pg.Client({ connectionString: url });
  await setUp.connect();
  await setUp.query(FUNCTIONS);
  await setUp.end();
  const options = '-c search_path=simulated,pg_catalog -c synchronous_commit=off -c deadlock_timeout=20ms';
  const pool = openPool(url, { max: SESSIONS + 2, options });
  const backstage = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  await migrate(backstage);
  const sessions: Session[] = [];
  for (let n = 0; n < SESSIONS; n += 1) {
    const client = (await pool.connect()) as Session['client']; // the driver knows its process, its types do not
    sessions.push({ client, takenBy: null, isRunning: false, shownMs: null });
  }
  const isBlocked = async ({ client }: Session) => {
    const { rows } = await sql<{ count: number }>`
      select cardinality(pg_blocking_pids(${client.processID})) as count`.execute(backstage);
    return rows[0]!.count > 0;
  };
  const hangUp = async (session: Session) => {
    const { client } = session;
    if (session.isRunning) await sql`select pg_cancel_backend(${client.processID})`.execute(backstage);
    await client.query('rollback');
    await client.query('select pg_advisory_unlock_all()');
    Object.assign(session, { takenBy: null, shownMs: null });
  };
  return {
    backstage,
    openFor: (conductor) =>
      new Kysely<Database>({ dialect: new PostgresDialect({ pool: poolOf(sessions, conductor, isBlocked) }) }),
    hangUp: async (actor) => {
      const held = sessions.filter(({ takenBy }) => takenBy !== null && (actor === undefined || takenBy === actor));
      await Promise.all(held.map(hangUp)); // together, since one of them may wait for another
    },
    empty: async () => {
      for (const statement of EMPTYING) await sql.raw(statement).execute(backstage);
    },
    close: async () => {
      for (const { client } of sessions) client.release();
      await backstage.destroy();
    },
  };
}

const FUNCTIONS = `
  create schema simulated;
  create sequence simulated.ids;
  create function simulated.clock_timestamp() returns timestamptz language sql stable
    as $$ select coalesce(nullif(current_setting('simulation.now', true), ''), '2026-01-01')::timestamptz $$;
  create function simulated.now() returns timestamptz language sql stable
    as $$ select simulated.clock_timestamp() $$;
  create function simulated.gen_random_uuid() returns uuid language sql volatile
    as $$ select overlay(overlay(md5(nextval('simulated.ids')::text) placing '4' from 13) placing '8' from 17)::uuid $$;`;

const EMPTYING = [
  'delete from connections',
  'delete from models',
  'delete from budgets',
  'delete from daily_calls',
  'alter sequence simulated.ids restart',
];

/** The part of a pool that Kysely's driver uses, over sessions that are connected once and for all. */
function poolOf(
  sessions: readonly Session[],
  conductor: Conductor,
  isBlocked: (session: Session) => Promise<boolean>,
): pg.Pool {
  const connect = async () => {
    const session = sessions.find(({ takenBy }) => takenBy === null);
    if (session === undefined) throw new Error(`More than ${SESSIONS} sessions are held at a time`);
    session.takenBy = conductor.actor ?? conductor;
    const waiting = { isBlocked: () => isBlocked(session) };
    return {
      query: (text: string, values: readonly unknown[]) =>
        conductor.effect(statementOf(text).label, () => run(session, conductor.now(), text, values), waiting),
      release: () => {
        session.takenBy = null;
      },
    };
  };
  return { connect, end: async () => {}, options: {} } as unknown as pg.Pool; // the rest is never asked for
}

async function run(session: Session, now: Date, text: string, values: readonly unknown[]): Promise<pg.QueryResult> {
  const { client } = session;
  const statement = statementOf(text);
  session.isRunning = true;
  try {
    if (statement.isStamped && session.shownMs !== now.getTime()) {
      await client.query(`set simulation.now = '${now.toISOString()}'`);
      session.shownMs = now.getTime();
    }
    if (text === 'rollback') session.shownMs = null;
    const { name, text: ready, readsClock } = statement;
    return await client.query({
      ...(name && { name }),
      text: ready,
      values: readsClock ? [...values, now] : [...values],
    });
  } catch (error) {
    session.shownMs = null;
    throw error;
  } finally {
    session.isRunning = false;
  }
}

interface Statement {
  /** Its beginning, in one line. */
  readonly label: string;
  /** The time is one parameter more. */
  readonly text: string;
  readonly readsClock: boolean;
  /** Whether a default may stamp its rows. */
  readonly isStamped: boolean;
  /** Under which it is prepared: planning takes as long as executing on a few rows. `null`: it cannot be. */
  readonly name: string | null;
}

const statements = new Map<string, Statement>();

function statementOf(text: string): Statement {
  const known = statements.get(text);
  if (known !== undefined) return known;
  const parameters = [...text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number));
  const clock = `$${Math.max(0, ...parameters) + 1}::timestamptz`;
  const readsClock = text.search(CLOCK) >= 0;
  const statement = {
    label: `sql ${text.replaceAll(/\s+/g, ' ').trim().slice(0, 60)}`,
    text: readsClock ? text.replaceAll(CLOCK, clock) : text,
    readsClock,
    isStamped: text.includes('insert into'),
    // Postgres finds the partial index of an upsert only where it sees the values.
    name: /on conflict \([^)]*\) where/.test(text) ? null : `s${statements.size}`,
  };
  statements.set(text, statement);
  return statement;
}
