import { z } from 'zod';
import { readInPieces } from '../pieces.ts';
import type { SalesforceClient } from './client.ts';
import { Row } from './query.ts';

/** Most ids that one retrieve takes (design 2.2). */
const IDS_PER_RETRIEVE = 2_000;

const Retrieved = z.array(Row.nullable());

/**
 * Records by id and not by query, strongly consistent; absent where deleted, merged away or out of our sight.
 *
 * An id that makes Salesforce refuse its whole call (a malformed one does) is absent as well, once it stands alone.
 */
export async function retrieve(
  client: SalesforceClient,
  {
    object,
    fields,
    ids,
  }: { readonly object: string; readonly fields: readonly string[]; readonly ids: readonly string[] },
  signal: AbortSignal,
): Promise<Row[]> {
  const answers = await readInPieces([...new Set(ids)], {
    size: IDS_PER_RETRIEVE,
    read: async (some) => {
      const call = { method: 'POST', path: `/composite/sobjects/${object}`, operation: 'read' } as const;
      return (await client.send({ ...call, body: { ids: some, fields } }, Retrieved, signal)).body;
    },
    clock: client.clock,
    signal,
  });
  return answers.flat().filter((row) => row !== null);
}
