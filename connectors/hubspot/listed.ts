import { z } from 'zod';
import { LeadScoringError } from '../../src/errors.ts';
import type { HubspotClient } from './client.ts';
import { RecordPage } from './schemas.ts';

/** One page of a short list. */
export interface ListedPage<T> {
  readonly results: readonly T[];
  readonly sentAt: Date;
  readonly isLast: boolean;
}

/**
 * Pages of a list that has no search beside it, such as owners or forms.
 *
 * @throws {LeadScoringError} `CRM_PROTOCOL` if HubSpot repeats a page token or sends something else.
 */
export async function* listed<S extends z.ZodType>(
  client: HubspotClient,
  path: string,
  query: Readonly<Record<string, string>>,
  schema: S,
  signal: AbortSignal,
): AsyncGenerator<ListedPage<z.infer<S>>> {
  const page = RecordPage.extend({ results: z.array(schema) });
  for (let after: string | null = null; ; ) {
    const paged: Record<string, string> = after === null ? { ...query } : { ...query, after };
    const { body, sentAt } = await client.send({ operation: 'read', method: 'GET', path, query: paged }, page, signal);
    yield { results: body.results, sentAt, isLast: body.paging === null };
    if (body.paging === null) return;
    if (body.paging === after) throw new LeadScoringError('CRM_PROTOCOL', 'HubSpot repeats a page of a list');
    after = body.paging;
  }
}
