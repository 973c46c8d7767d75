import { type Kysely, sql } from 'kysely';
import type { Budget, Rate } from '../domain/budget.ts';
import type { Clock } from '../domain/clock.ts';
import type { Database } from './schema.ts';

/**
 * The budget of one CRM account, exact across processes.
 *
 * A call reserves its slot, the next instant that is free, in one statement, and sleeps until then. Slots are
 * `perMs / calls` apart, so no window of any place holds more than its rate, and waiting costs no polling. A limiter
 * of fixed windows (`rate-limiter-flexible` among them) rejects instead, so that callers have to poll, and lets up to
 * twice the rate through a window that straddles two of its own.
 *
 * Slots are reckoned by the database's clock, the one that all workers share.
 * A process that wakes up late starts late: leave a margin of a few per cent below a limit that punishes.
 *
 * @param account - The CRM and its account id, such as `hubspot 4711`.
 */
export function openBudget(db: Kysely<Database>, account: string, clock: Pick<Clock, 'sleep'>): Budget {
  // One reservation at a time: through several connections of the pool, callers could overtake each other.
  let lastReservation: Promise<unknown> = Promise.resolve();
  const reserveInTurn = (bucket: string, rate: Rate): Promise<number> => {
    const reservation = lastReservation.then(() => reserve(db, account, bucket, rate));
    lastReservation = reservation.catch(() => {});
    return reservation;
  };
  const take = async (bucket: string, rate: Rate, signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    const waitMs = await reserveInTurn(bucket, rate);
    if (waitMs <= 0) return;
    await clock.sleep(Math.ceil(waitMs), signal);
    // Somebody may have been asked for a pause while this call slept: its slot is void then.
    if (await isPaused(db, account, bucket)) await take(bucket, rate, signal);
  };
  return { take, pause: (bucket, ms) => pause(db, account, bucket, ms) };
}

/** Takes the next free slot; returns the milliseconds until it, below 0 if it is now. */
async function reserve(db: Kysely<Database>, account: string, bucket: string, rate: Rate): Promise<number> {
  const stepMs = rate.perMs / rate.calls;
  // Not waiting for the disk doubles the throughput; a crash forgets a few milliseconds of reservations at most.
  const { rows } = await sql<{ wait_ms: number }>`
    insert into budgets (account, bucket, next_at)
    select ${account}, ${bucket}, clock_timestamp() + ${stepMs}::float8 * interval '1 ms'
    from (select set_config('synchronous_commit', 'off', true)) as quick
    on conflict (account, bucket) do update
      set next_at = greatest(budgets.next_at, clock_timestamp()) + ${stepMs}::float8 * interval '1 ms'
    returning (extract(epoch from next_at - clock_timestamp()) * 1000)::float8 - ${stepMs}::float8 as wait_ms
  `.execute(db);
  return rows[0]?.wait_ms ?? 0;
}

async function isPaused(db: Kysely<Database>, account: string, bucket: string): Promise<boolean> {
  const row = await db
    .selectFrom('budgets')
    .select(sql<boolean>`coalesce(paused_until > clock_timestamp(), false)`.as('is_paused'))
    .where('account', '=', account)
    .where('bucket', '=', bucket)
    .executeTakeFirst();
  return row?.is_paused ?? false;
}

async function pause(db: Kysely<Database>, account: string, bucket: string, ms: number): Promise<void> {
  await sql`
    insert into budgets (account, bucket, next_at, paused_until)
    select ${account}, ${bucket}, until, until
    from (select clock_timestamp() + ${ms}::float8 * interval '1 ms' as until) as asked
    on conflict (account, bucket) do update set
      next_at = greatest(budgets.next_at, excluded.next_at),
      paused_until = greatest(budgets.paused_until, excluded.paused_until)
  `.execute(db);
}
