import { z } from 'zod';
import { LeadScoringError } from '../../src/errors.ts';
import { type Answer, type Call, SALESFORCE_API_VERSION, type SalesforceClient } from './client.ts';
import { failureOfErrors, QueryInterrupted, RowError } from './failure.ts';
import { chunks } from './soql.ts';

/** Longest path we put in a request line; the limit is 16,384 bytes with all headers, a proxy's often 8,192. */
const LONGEST_PATH_BYTES = 8_000;
const SUBREQUESTS_PER_BATCH = 25;
/** Salesforce's largest page; it may send fewer. */
const PAGE_HEADERS = { 'Sforce-Query-Options': 'batchSize=2000' };

/** A record as it came, its fields under the API's names. */
export const Row = z.looseObject({ Id: z.string().regex(/^\w{15,18}$/) });
export type Row = z.infer<typeof Row>;

/** One page of a query's answer. */
export const QueryPage = z.looseObject({
  done: z.boolean(),
  records: z.array(Row),
  nextRecordsUrl: z.string().startsWith('/services/data/').optional(),
});
export type QueryPage = z.infer<typeof QueryPage>;

/** The first page of a query; `all` includes deleted and archived records (`queryAll`). */
export async function queryPage(
  client: SalesforceClient,
  soql: string,
  { all }: { readonly all: boolean },
  signal: AbortSignal,
): Promise<Answer<QueryPage>> {
  const path = `/${all ? 'queryAll' : 'query'}?q=${encodeURIComponent(soql)}`;
  if (path.length <= LONGEST_PATH_BYTES) {
    return client.send(pageCall(path), QueryPage, signal);
  }
  const answer = await sendBatch(client, [path], QueryPage, signal);
  const [page] = answer.body;
  if (page === undefined) throw new LeadScoringError('CRM_PROTOCOL', 'A batch was answered with nothing');
  if (page instanceof Error) throw page;
  return { ...answer, body: page };
}

/** The page that a locator names. @throws {QueryInterrupted} `locator` once it is dead. */
export async function nextPage(
  client: SalesforceClient,
  nextRecordsUrl: string,
  signal: AbortSignal,
): Promise<Answer<QueryPage>> {
  return client.send(pageCall(nextRecordsUrl), QueryPage, signal);
}

function pageCall(path: string): Call {
  return { method: 'GET', path, headers: PAGE_HEADERS, operation: 'read', isQuery: true };
}

/** Every row of each query, in one call per 25 queries (and one per further page). */
export async function queryTogether(
  client: SalesforceClient,
  soqls: readonly string[],
  signal: AbortSignal,
): Promise<Row[]> {
  const rows: Row[] = [];
  try {
    for (const some of chunks(soqls, SUBREQUESTS_PER_BATCH)) {
      const paths = some.map((soql) => `/query?q=${encodeURIComponent(soql)}`);
      const { body } = await sendBatch(client, paths, QueryPage, signal);
      for (const first of body) {
        if (first instanceof Error) throw first;
        rows.push(...first.records, ...(await furtherRows(client, first, signal)));
      }
    }
  } catch (error) {
    // These queries name their ids: there is no window to halve, and a locator is a minute old at most.
    if (error instanceof QueryInterrupted) throw new LeadScoringError('CRM_TIMEOUT', error.message);
    throw error;
  }
  return rows;
}

/** The rows of the pages behind a first page. */
async function furtherRows(client: SalesforceClient, first: QueryPage, signal: AbortSignal): Promise<Row[]> {
  const rows: Row[] = [];
  for (let url = first.nextRecordsUrl; url !== undefined; ) {
    const { body } = await nextPage(client, url, signal);
    rows.push(...body.records);
    url = body.nextRecordsUrl;
  }
  return rows;
}

const BatchAnswer = z.looseObject({
  results: z.array(z.looseObject({ statusCode: z.number().int(), result: z.unknown() })),
});

/**
 * Up to 25 reads in one call; the paths travel in the body, where their length does not matter.
 *
 * @returns one answer per path, same order; an error where that read alone was refused.
 */
export async function sendBatch<S extends z.ZodType>(
  client: SalesforceClient,
  paths: readonly string[],
  schema: S,
  signal: AbortSignal,
): Promise<Answer<(z.infer<S> | Error)[]>> {
  const batchRequests = paths.map((path) => ({ method: 'GET', url: `v${SALESFORCE_API_VERSION}${path}` }));
  const answer = await client.send(
    {
      method: 'POST',
      path: '/composite/batch',
      body: { haltOnError: false, batchRequests },
      operation: 'read',
      isQuery: true,
    },
    BatchAnswer,
    signal,
  );
  return { ...answer, body: answer.body.results.map(({ statusCode, result }) => partOf(statusCode, result, schema)) };
}

function partOf<S extends z.ZodType>(status: number, result: unknown, schema: S): z.infer<S> | Error {
  if (status >= 400) {
    const errors = z.array(RowError).min(1).safeParse(result);
    return failureOfErrors(errors.success ? errors.data : [RowError.parse({})], status);
  }
  const parsed = schema.safeParse(result);
  return parsed.success ? parsed.data : new LeadScoringError('CRM_PROTOCOL', 'Part of a batch has an unknown shape');
}
