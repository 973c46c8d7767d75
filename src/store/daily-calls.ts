import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { DailyUse, ReturnsAt, Told } from '../domain/daily-quota.ts';
import type { Database } from './schema.ts';

/** An account whose calls are counted and, if it has a share, limited. */
export interface BudgetedAccount {
  /** The CRM and its account id, such as `hubspot 4711`. */
  readonly name: string;
  /** Part of the account's daily calls that we may spend, above 0 to 1; `null`: no limit of ours. */
  readonly dailyShare: number | null;
  readonly returnsAt: ReturnsAt;
}

/**
 * The part of a statement that counts one call made at `at`, and returns a row if it may be made.
 *
 * The limit of an earlier process stands until an answer tells another; without either, the call passes.
 */
export function countCall(
  { name, dailyShare, returnsAt }: BudgetedAccount,
  at: Date,
  told: Told | null,
): RawBuilder<unknown> {
  const atMs = at.getTime();
  const back = String(returnsAt(at).getTime());
  return sql`
    insert into daily_calls as day (account, calls, daily_limit, daily_left, told_at)
    values (${name}, jsonb_build_object(${back}::text, 1), ${told?.limit ?? null}, ${told?.left ?? null},
      ${told?.at ?? null})
    on conflict (account) do update set
      calls = (
        select jsonb_object_agg(back_ms, calls) from (
          select back_ms, sum(calls) as calls
          from (select ${back}::text as back_ms, 1 as calls
            union all select key, value::int from jsonb_each_text(day.calls) where key::float8 > ${atMs}) as counting
          group by back_ms) as sums),
      daily_limit = coalesce(excluded.daily_limit, day.daily_limit),
      daily_left = coalesce(excluded.daily_left, day.daily_left),
      told_at = coalesce(excluded.told_at, day.told_at)
    where (
      select coalesce(sum(value::int), 0) from jsonb_each_text(day.calls) where key::float8 > ${atMs}
    ) < coalesce(floor(${dailyShare}::float8 * coalesce(excluded.daily_limit, day.daily_limit)), 'infinity')
    returning account`;
}

/** Counts the calls that were made before an account was known by its name against it, with what the CRM told of its day. */
export async function handOnCalls(
  db: Kysely<Database>,
  former: string,
  { name, returnsAt }: BudgetedAccount,
  at: Date,
): Promise<void> {
  const back = String(returnsAt(at).getTime());
  await sql`
    with former as (
      delete from daily_calls where account = ${former}
      returning daily_limit, daily_left, told_at, (select sum(value::int) from jsonb_each_text(calls)) as spent)
    insert into daily_calls as day (account, calls, daily_limit, daily_left, told_at)
    select ${name}, jsonb_build_object(${back}::text, spent), daily_limit, daily_left, told_at from former
    on conflict (account) do update set
      calls = day.calls || jsonb_build_object(${back}::text,
        coalesce((day.calls ->> ${back})::int, 0) + (excluded.calls ->> ${back})::int),
      daily_limit = coalesce(excluded.daily_limit, day.daily_limit),
      daily_left = coalesce(excluded.daily_left, day.daily_left),
      told_at = coalesce(excluded.told_at, day.told_at)`.execute(db);
}

/** What an account's day looks like at an instant, by the CRM's clock. */
export async function dailyUse(db: Kysely<Database>, account: string, at: Date): Promise<DailyUse> {
  const row = await db.selectFrom('daily_calls').selectAll().where('account', '=', account).executeTakeFirst();
  if (row === undefined) return { spent: [], told: null };
  const { calls, daily_limit: limit, daily_left: left, told_at: toldAt } = row;
  const spent = Object.entries(calls)
    .map(([backMs, number]) => ({ calls: number, backAt: new Date(Number(backMs)) }))
    .filter(({ backAt }) => backAt > at)
    .sort((a, b) => a.backAt.getTime() - b.backAt.getTime());
  const told = limit === null || left === null || toldAt === null ? null : { limit, left, at: toldAt };
  return { spent, told };
}
