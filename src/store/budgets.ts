import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Budget, Rate } from '../domain/budget.ts';
import type { Clock } from '../domain/clock.ts';
import type { Told } from '../domain/daily-quota.ts';
import { LeadScoringError } from '../errors.ts';
import { type BudgetedAccount, countCall, dailyUse } from './daily-calls.ts';
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
 * The same statement counts the call against our share of the account's day and refuses it once that is used up. The
 * day is the CRM's, by its own clock as soon as an answer has told it. A call counts from when it asks to start,
 * whether it is sent or not.
 */
export function openBudget(db: Kysely<Database>, account: BudgetedAccount, clock: Clock): Budget {
  const { name } = account;
  let told: Told | null = null;
  let aheadMs = 0; // the CRM's clock, compared with ours
  const crmNow = () => new Date(clock.now().getTime() + aheadMs);
  // One reservation at a time: through several connections of the pool, callers could overtake each other.
  let lastReservation: Promise<unknown> = Promise.resolve();
  const reserveInTurn = (slot: Slot): Promise<number | null> => {
    const reservation = lastReservation.then(() => reserve(db, slot));
    lastReservation = reservation.catch(() => {});
    return reservation;
  };
  const start = async (slot: Slot, signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    const waitMs = await reserveInTurn(slot);
    if (waitMs === null) throw await shareUsedUp(db, account, crmNow());
    if (waitMs <= 0) return;
    await clock.sleep(Math.ceil(waitMs), signal);
    // Somebody may have been asked for a pause while this call slept: its slot is void then, but it has been counted.
    if (await isPaused(db, name, slot.bucket)) await start({ ...slot, count: COUNTED }, signal);
  };
  return {
    take: (bucket, rate, signal) =>
      start({ account: name, bucket, rate, count: countCall(account, crmNow(), told) }, signal),
    pause: (bucket, ms) => pause(db, name, bucket, ms),
    learn: (at, dailyCalls) => {
      aheadMs = at.getTime() - clock.now().getTime();
      if (dailyCalls !== null) told = { ...dailyCalls, at };
    },
  };
}

/** One call that wants to start. */
interface Slot {
  readonly account: string;
  readonly bucket: string;
  readonly rate: Rate;
  /** Counts it against the day: a query with a row if it may start. */
  readonly count: RawBuilder<unknown>;
}

const COUNTED = sql`select 1`;

/** Takes the next free slot; returns the milliseconds until it, below 0 if it is now, `null` if the day has none left. */
async function reserve(db: Kysely<Database>, { account, bucket, rate, count }: Slot): Promise<number | null> {
  const stepMs = rate.perMs / rate.calls;
  // Not waiting for the disk doubles the throughput; a crash forgets a few milliseconds of reservations at most.
  const { rows } = await sql<{ wait_ms: number }>`
    with counted as (${count})
    insert into budgets (account, bucket, next_at)
    select ${account}, ${bucket}, clock_timestamp() + ${stepMs}::float8 * interval '1 ms'
    from counted cross join (select set_config('synchronous_commit', 'off', true)) as quick
    on conflict (account, bucket) do update
      set next_at = greatest(budgets.next_at, clock_timestamp()) + ${stepMs}::float8 * interval '1 ms'
    returning (extract(epoch from next_at - clock_timestamp()) * 1000)::float8 - ${stepMs}::float8 as wait_ms
  `.execute(db);
  return rows[0]?.wait_ms ?? null;
}

async function shareUsedUp(db: Kysely<Database>, account: BudgetedAccount, at: Date): Promise<LeadScoringError> {
  const { spent } = await dailyUse(db, account.name, at);
  const backAt = spent[0]?.backAt ?? account.returnsAt(at);
  const percent = Math.round((account.dailyShare ?? 1) * 1000) / 10;
  return new LeadScoringError(
    'CRM_QUOTA_EXHAUSTED',
    `The connection has used up its ${percent} % of the account's daily calls`,
    { retryAfterMs: backAt.getTime() - at.getTime() },
  );
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
