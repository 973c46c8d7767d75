import { z } from 'zod';
import type { LeadScoringError } from '../../src/errors.ts';
import type { OperationClass } from '../call.ts';
import { type Placed, sendInPieces } from '../pieces.ts';
import type { Call, SalesforceClient } from './client.ts';
import { isWorthResending, lockedIds, RowError, rowFailure } from './failure.ts';

/** Salesforce's limit for the rows of one call. */
const ROWS_PER_CALL = 200;

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
  | {
      readonly ok: false;
      readonly error: LeadScoringError;
      /** Records whose lock refused the row, which may pass a moment later; absent if it was no lock. */
      readonly lockedBy?: readonly string[];
    };

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

/** Creates or updates rows: see {@link sendRows}. */
export async function writeRows(
  client: SalesforceClient,
  how: { readonly method: 'POST' | 'PATCH'; readonly operation: OperationClass },
  rows: readonly CollectionRow[],
  signal: AbortSignal,
): Promise<RowOutcome[]> {
  const callOf = (records: readonly CollectionRow[]): Call => ({
    ...how,
    path: '/composite/sobjects',
    body: { allOrNone: false, records },
    headers: WRITE_HEADERS,
  });
  return sendRows(client, rows, callOf, signal);
}

/** Deletes records by id: see {@link sendRows}. They go to the recycle bin. */
export async function deleteRows(
  client: SalesforceClient,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<RowOutcome[]> {
  const callOf = (some: readonly string[]): Call => ({
    method: 'DELETE',
    path: `/composite/sobjects?ids=${some.join(',')}&allOrNone=false`,
    operation: 'idempotent',
  });
  return sendRows(client, ids, callOf, signal);
}

/**
 * Sends rows as collections, one call after the other: parallel ones would lock each other's parents.
 *
 * Each row passes or fails for itself. Rows that met a lock are sent again in smaller calls, those that waited for the
 * same record together: so it is locked once, and keeps fewer others from passing (design 4.2). A call that a value of
 * one row spoils as a whole is sent again in pieces.
 *
 * @returns one outcome per row, same order.
 */
async function sendRows<T>(
  client: SalesforceClient,
  rows: readonly T[],
  callOf: (rows: readonly T[]) => Call,
  signal: AbortSignal,
): Promise<RowOutcome[]> {
  return sendInPieces<T, RowOutcome>(rows, {
    size: ROWS_PER_CALL,
    async send(piece) {
      const { body, sentAfter } = await client.send(callOf(piece), RowResults, signal);
      return piece.map((_, index) => {
        const { id = null, errors = [] } = body[index] ?? {};
        return id !== null && errors.length === 0 ? { ok: true, id, sentAfter } : refused(errors);
      });
    },
    failed: (error) => ({ ok: false, error }),
    locked: (answered) => answered.filter(({ result }) => lockOf(result) !== null).sort(byLock),
    clock: client.clock,
    signal,
  });
}

function refused(errors: readonly RowError[]): RowOutcome {
  const lock = isWorthResending(errors) ? { lockedBy: lockedIds(errors) } : {};
  return { ok: false, error: rowFailure(errors), ...lock };
}

/** A text that is the same for rows that waited for the same records; `null` if the row met no lock. */
function lockOf(outcome: RowOutcome): string | null {
  return outcome.ok ? null : (outcome.lockedBy?.join() ?? null);
}

type Answered = Placed<unknown> & { readonly result: RowOutcome };

function byLock(a: Answered, b: Answered): number {
  const [one, other] = [lockOf(a.result) ?? '', lockOf(b.result) ?? ''];
  return one === other ? a.place - b.place : one < other ? -1 : 1;
}
