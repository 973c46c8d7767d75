import { z } from 'zod';
import { LeadScoringError } from '../../src/errors.ts';
import type { Answer, Call, SalesforceClient } from './client.ts';
import { isWorthResending, RowError, rowFailure } from './failure.ts';
import { chunks } from './soql.ts';

/**
 * Rows per call in each round: Salesforce's limit first, then fewer and fewer, so that a locked row keeps fewer others
 * from passing (design 4.2). After the last round a row counts as locked.
 */
const ROWS_BY_ROUND = [200, 100, 25, 5, 1];
const FIRST_WAIT_MS = 250;

/**
 * Sent with every write: without the first a score write could give the lead to another owner, since Salesforce
 * applies assignment rules to updates too; without the second a duplicate rule could refuse it (design 4.1).
 */
const WRITE_HEADERS = { 'Sforce-Auto-Assign': 'FALSE', 'Sforce-Duplicate-Rule-Header': 'allowSave=true' };

/** One row of a collection. */
export interface CollectionRow {
  readonly attributes: { readonly type: string };
  readonly [field: string]: unknown;
}

/** How one row ended. */
export type RowOutcome =
  | { readonly ok: true; readonly id: string; readonly sentAfter: Date }
  | { readonly ok: false; readonly error: LeadScoringError };

const RowResult = z.union([
  z
    .looseObject({ success: z.literal(true), id: z.string() })
    .transform(({ id }) => ({ id, errors: [] as readonly RowError[] })),
  z
    .looseObject({ success: z.literal(false), errors: z.array(RowError) })
    .transform(({ errors }) => ({ id: null, errors: errors as readonly RowError[] })),
]);
/** An answer bears no ids of refused rows: outcomes are matched by index alone (design 4.1). */
const RowResults = z.array(RowResult);

interface Batch extends Pick<Call, 'method' | 'operation'> {
  readonly rows: readonly CollectionRow[];
}

/**
 * Sends rows as a collection, one call after the other: parallel ones would lock each other's parents.
 *
 * Each row passes or fails for itself. Rows that met a lock are sent again in smaller calls. Where a whole call
 * failed its rows bear the failure, and so do the rows behind it, unsent; only a lost answer lets the next call go on.
 *
 * @returns one outcome per row, same order.
 */
export async function sendRows(client: SalesforceClient, batch: Batch, signal: AbortSignal): Promise<RowOutcome[]> {
  const outcomes = new Map<CollectionRow, RowOutcome>();
  let waiting = batch.rows;
  for (const [round, rowsPerCall] of ROWS_BY_ROUND.entries()) {
    if (waiting.length === 0) break;
    if (round > 0) await client.clock.sleep(FIRST_WAIT_MS * 2 ** (round - 1), signal);
    waiting = await sendRound(client, { ...batch, rows: waiting }, { rowsPerCall, outcomes, signal });
  }
  return batch.rows.map((row) => outcomes.get(row)!); // the first round has set every one
}

/** Notes the outcome of each row and returns the rows worth another round. */
async function sendRound(
  client: SalesforceClient,
  { method, operation, rows }: Batch,
  round: {
    readonly rowsPerCall: number;
    readonly outcomes: Map<CollectionRow, RowOutcome>;
    readonly signal: AbortSignal;
  },
): Promise<CollectionRow[]> {
  const { rowsPerCall, outcomes, signal } = round;
  const locked: CollectionRow[] = [];
  let failure: LeadScoringError | null = null;
  for (const records of chunks(rows, rowsPerCall)) {
    const body = { allOrNone: false, records };
    const call = { method, path: '/composite/sobjects', body, headers: WRITE_HEADERS, operation };
    const answer: Answer<z.infer<typeof RowResults>> | LeadScoringError =
      failure ?? (await failureAsValue(client.send(call, RowResults, signal)));
    if (answer instanceof LeadScoringError) {
      if (answer.code !== 'CRM_OUTCOME_UNKNOWN') failure = answer;
      for (const row of records) outcomes.set(row, { ok: false, error: answer });
      continue;
    }
    for (const [index, row] of records.entries()) {
      const { id = null, errors = [] } = answer.body[index] ?? {};
      const isWritten = id !== null && errors.length === 0;
      outcomes.set(row, isWritten ? { ok: true, id, sentAfter: answer.sentAfter } : refused(errors));
      if (isWorthResending(errors)) locked.push(row);
    }
  }
  return locked;
}

function refused(errors: readonly RowError[]): RowOutcome {
  return { ok: false, error: rowFailure(errors) };
}

/** A failure that we raised on purpose as a value; anything else is thrown on, an abort among it. */
async function failureAsValue<T>(work: Promise<T>): Promise<T | LeadScoringError> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof LeadScoringError) return error;
    throw error;
  }
}
