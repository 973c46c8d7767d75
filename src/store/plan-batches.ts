import { sql, type Transaction } from 'kysely';
import type { Database } from './schema.ts';

/**
 * Deals the planned writes of a run that are in no batch yet out to batches of `size`: hot leads first, then those
 * whose band changes, then the rest, neighbours together.
 *
 * Formed before the first is sent, so that however many workers share them, each call to the CRM is full.
 */
export async function formBatches(tx: Transaction<Database>, runId: string, size: number): Promise<void> {
  // No statistics know of writes that were planned a moment ago: taken for one row, they would be joined one by one.
  await sql`set local enable_nestloop = off`.execute(tx);
  await sql`
    with last as (select coalesce(max(number), 0) as number from write_batches where run_id = ${runId}),
    dealt as (
      select lead_id, last.number + 1 + (row_number() over (order by lane, object, crm_id) - 1) / ${size}::int as batch
      from writes cross join last
      where run_id = ${runId} and state = 'planned' and batch is null),
    formed as (
      update writes set batch = dealt.batch from dealt
      where writes.run_id = ${runId} and writes.lead_id = dealt.lead_id
      returning writes.batch)
    insert into write_batches (run_id, number) select distinct ${runId}::uuid, batch from formed`.execute(tx);
  await sql`set local enable_nestloop = on`.execute(tx);
}

/**
 * The lowest batch that waits for a step and that no other worker has in hand, marked as through with it; `null` if
 * there is none. It stays locked until the transaction ends, and a crash gives it back.
 */
export async function takeBatch(
  tx: Transaction<Database>,
  runId: string,
  step: 'is_checked' | 'is_sent',
): Promise<number | null> {
  const { rows } = await sql<{ number: number }>`
    update write_batches set ${sql.ref(step)} = true
    where run_id = ${runId} and number = (
      select number from write_batches where run_id = ${runId} and not ${sql.ref(step)}
      order by number limit 1 for update skip locked)
    returning number`.execute(tx);
  return rows[0]?.number ?? null;
}
