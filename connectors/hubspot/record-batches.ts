import { readInPieces } from '../pieces.ts';
import type { HubspotClient } from './client.ts';
import { PATHS } from './paths.ts';
import { BatchAnswer, HubspotRecord } from './schemas.ts';

/** HubSpot's limit for the inputs of one batch. */
export const INPUTS_PER_BATCH = 100;
/** Its limit where the history of properties is asked for, too. */
const INPUTS_WITH_HISTORY = 50;

/** What to read of which records. */
export interface BatchRead {
  readonly object: string;
  readonly properties: readonly string[];
  /** Properties whose earlier values are read along. */
  readonly histories?: readonly string[];
  readonly ids: readonly string[];
}

/**
 * Records by id as they stand now, strongly consistent; in no order, absent where HubSpot has none.
 *
 * An id that makes HubSpot refuse its whole batch is absent as well, once it stands alone.
 */
export async function readBatches(
  client: HubspotClient,
  { object, properties, histories = [], ids }: BatchRead,
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  const asked = { properties, ...(histories.length > 0 && { propertiesWithHistory: histories }) };
  const answers = await readInPieces([...new Set(ids)], {
    size: histories.length > 0 ? INPUTS_WITH_HISTORY : INPUTS_PER_BATCH,
    read: async (piece) => {
      const body = { ...asked, inputs: piece.map((id) => ({ id })) };
      const call = { operation: 'read', method: 'POST', path: PATHS.batch(object, 'read'), body } as const;
      return (await client.send(call, BatchAnswer, signal)).body.results;
    },
    clock: client.clock,
    signal,
  });
  return answers.flat();
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
