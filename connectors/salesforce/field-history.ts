import { z } from 'zod';
import type { LeadObject } from '../../src/domain/crm.ts';
import type { Org } from './org.ts';
import { OBJECT_OF } from './people.ts';
import { queryTogether } from './query.ts';
import { Instant } from './schemas.ts';
import { chunks, listOf } from './soql.ts';

const IDS_PER_QUERY = 200;

const HistoryRow = z.looseObject({
  Field: z.string(),
  NewValue: z.union([z.string(), z.number(), z.boolean(), z.null()]).catch(null),
  CreatedById: z.string(),
  CreatedDate: Instant,
});

/** The latest change of a tracked field. */
export type TrackedChange = z.infer<typeof HistoryRow>;

/**
 * The latest change of each field of each record, by `id field`, as far as the org tracks the field.
 *
 * Field history is off for our score fields unless an admin turned it on: each write would leave rows.
 */
export async function latestChanges(
  object: LeadObject,
  { ids, fields }: { readonly ids: readonly string[]; readonly fields: readonly string[] },
  org: Org,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, TrackedChange>> {
  const latest = new Map<string, TrackedChange>();
  const history = `${OBJECT_OF[object]}History` as const;
  if (ids.length === 0 || fields.length === 0 || (await org.fields(history)) === null) return latest;
  const parent = `${OBJECT_OF[object]}Id`;
  const select = `SELECT Id, ${parent}, Field, NewValue, CreatedById, CreatedDate FROM ${history}`;
  const soqls = [...chunks(ids, IDS_PER_QUERY)].map(
    (some) =>
      `${select} WHERE ${parent} IN ${listOf(some)} AND Field IN ${listOf(fields)} ORDER BY CreatedDate DESC, Id DESC`,
  );
  for (const row of await queryTogether(org.client, soqls, signal)) {
    const { success, data } = HistoryRow.safeParse(row);
    const key = `${String(row[parent])} ${success ? data.Field : ''}`;
    if (success && !latest.has(key)) latest.set(key, data);
  }
  return latest;
}
