import { z } from 'zod';
import { LeadScoringError } from '../../src/errors.ts';
import { QueryInterrupted } from './failure.ts';
import type { Org } from './org.ts';
import { scanned } from './scan.ts';
import type { Source } from './source.ts';

const Counted = z.looseObject({ totalSize: z.number().int().nonnegative() });

/** How many rows a scan of the source would list, as Salesforce counts them itself. */
export async function countSource(source: Source, org: Org, signal: AbortSignal): Promise<number> {
  const fields = await org.fields(source.object);
  if (fields === null) return 0;
  const path = `/query?q=${encodeURIComponent(`SELECT COUNT() ${scanned(source, fields)}`)}`;
  try {
    const call = { method: 'GET', path, operation: 'read', isQuery: true } as const;
    return (await org.client.send(call, Counted, signal)).body.totalSize;
  } catch (error) {
    if (!(error instanceof QueryInterrupted)) throw error;
    throw new LeadScoringError('CRM_TIMEOUT', `The rows of ${source.object} cannot be counted`);
  }
}
