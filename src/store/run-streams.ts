import { type RawBuilder, sql, type Transaction } from 'kysely';
import type { Database } from './schema.ts';
import { countsOf, type PageOf, type Tally } from './tally.ts';

/** What became of some records of a stream. */
interface StreamTally extends Tally {
  readonly pulled: number;
  /** Attribute → records whose value does not convert. */
  readonly unconverted?: Readonly<Record<string, number>>;
}

/** Adds what became of a page's records to the counts of its stream. */
export async function addToStream(
  tx: Transaction<Database>,
  { runId, stream }: Pick<PageOf, 'runId' | 'stream'>,
  { pulled, stored, excluded, unconverted = {} }: StreamTally,
): Promise<void> {
  await sql`
    update run_streams set
      pulled = pulled + ${pulled},
      stored = stored + ${stored},
      excluded = ${sumOfCounts(sql`excluded`, excluded)},
      unconverted = ${sumOfCounts(sql`unconverted`, unconverted)}
    where run_id = ${runId} and stream = ${stream}`.execute(tx);
}

/** Adds values that a run could not write to its count. */
export async function countUnwritable(
  tx: Transaction<Database>,
  runId: string,
  names: readonly string[],
): Promise<void> {
  if (names.length === 0) return;
  await sql`update runs set unwritable = ${sumOfCounts(sql`unwritable`, countsOf(names))} where id = ${runId}`.execute(
    tx,
  );
}

/** The counts of a jsonb column with others added, name by name. */
function sumOfCounts(
  column: RawBuilder<unknown>,
  added: Readonly<Record<string, number>>,
): RawBuilder<Record<string, number>> {
  return sql`(
    select coalesce(jsonb_object_agg(name, count), '{}') from (
      select name, sum(count::int) as count
      from (select * from jsonb_each_text(${column}) union all
            select * from jsonb_each_text(${JSON.stringify(added)}::jsonb)) as both_counts (name, count)
      group by name) as sums)`;
}
