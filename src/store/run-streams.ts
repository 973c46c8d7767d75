import { sql, type Transaction } from 'kysely';
import type { Database } from './schema.ts';
import type { PageOf, Tally } from './tally.ts';

/** Adds what became of a page's records to the counts of its stream. */
export async function addToStream(
  tx: Transaction<Database>,
  { runId, stream }: Pick<PageOf, 'runId' | 'stream'>,
  { pulled, stored, excluded }: Tally & { readonly pulled: number },
): Promise<void> {
  await sql`
    update run_streams set
      pulled = pulled + ${pulled},
      stored = stored + ${stored},
      excluded = (
        select coalesce(jsonb_object_agg(reason, count), '{}') from (
          select reason, sum(count::int) as count
          from (select * from jsonb_each_text(excluded) union all
                select * from jsonb_each_text(${JSON.stringify(excluded)}::jsonb)) as both_counts (reason, count)
          group by reason) as sums)
    where run_id = ${runId} and stream = ${stream}`.execute(tx);
}
