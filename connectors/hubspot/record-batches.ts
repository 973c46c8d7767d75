import type { HubspotClient } from './client.ts';
import { PATHS } from './paths.ts';
import { BatchAnswer, HubspotRecord } from './schemas.ts';

/** HubSpot's limit for the inputs of one batch. */
export const INPUTS_PER_BATCH = 100;

/** What to read of which records. */
export interface BatchRead {
  readonly object: string;
  readonly properties: readonly string[];
  readonly ids: readonly string[];
}

/** Records by id as they stand now, strongly consistent; in no order, absent where HubSpot has none. */
export async function readBatches(
  client: HubspotClient,
  { object, properties, ids }: BatchRead,
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  const results: unknown[] = [];
  for (const chunk of chunksOf([...new Set(ids)], INPUTS_PER_BATCH)) {
    const body = { properties, inputs: chunk.map((id) => ({ id })) };
    const call = { operation: 'read', method: 'POST', path: PATHS.batch(object, 'read'), body } as const;
    results.push(...(await client.send(call, BatchAnswer, signal)).body.results);
  }
  return results;
}

/**
 * Adds the values of properties that were too many for a list's address or a search's body.
 *
 * Associations that came with a record stay with it.
 */
export async function withProperties(
  client: HubspotClient,
  { object, properties }: Omit<BatchRead, 'ids'>,
  results: readonly unknown[],
  signal: AbortSignal,
): Promise<unknown[]> {
  const bare = new Map<string, object>();
  const unreadable: unknown[] = [];
  for (const result of results) {
    const parsed = HubspotRecord.safeParse(result);
    if (parsed.success) bare.set(parsed.data.id, Object(result));
    else unreadable.push(result);
  }
  const full = await readBatches(client, { object, properties, ids: [...bare.keys()] }, signal);
  const joined = full.map((result) => {
    const parsed = HubspotRecord.safeParse(result);
    return parsed.success ? { ...bare.get(parsed.data.id), ...Object(result) } : result;
  });
  return [...joined, ...unreadable];
}

/** Runs of at most `size`, in order. */
export function chunksOf<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size));
}
