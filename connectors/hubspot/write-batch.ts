import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { LeadScoringError } from '../../src/errors.ts';
import type { OperationClass } from '../call.ts';
import { sendInPieces } from '../pieces.ts';
import type { HubspotClient } from './client.ts';
import { errorOf } from './error-body.ts';
import { recordFailure } from './failures.ts';
import { INPUTS_PER_BATCH } from './record-batches.ts';
import { BatchAnswer, WrittenRecord } from './schemas.ts';

/** One input of a batch, without its trace id. */
export interface BatchInput {
  readonly id?: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly associations?: readonly object[];
}

/** One written record. */
export type Written = z.infer<typeof WrittenRecord>;

/** How one input ended; `undefined`: the answer does not say. */
export type InputResult = Written | LeadScoringError | undefined;

/** A batch endpoint, what repeating it does, and whether a record without trace id is the answer to an input. */
export interface BatchTarget {
  readonly path: string;
  readonly operation: OperationClass;
  readonly isAnswer: (record: Written, input: BatchInput) => boolean;
}

/** Codes of a refusal that is about some input, so that the others may pass on their own. */
const ABOUT_AN_INPUT = new Set<string>(['CRM_REJECTED_RECORD', 'CRM_RECORD_GONE']);

/**
 * Sends inputs, 100 a call, and tells how each ended, in order; what ends a whole call is the end of each of its inputs.
 *
 * HubSpot answers in no order and splits success from failure by trace id (207), but refuses some batches whole for
 * one bad input (400, nothing done) or one locked record (423): those are sent again in pieces.
 */
export async function sendBatch(
  client: HubspotClient,
  target: BatchTarget,
  inputs: readonly BatchInput[],
  signal: AbortSignal,
): Promise<readonly InputResult[]> {
  return sendInPieces<BatchInput, InputResult>(inputs, {
    size: INPUTS_PER_BATCH,
    send: (piece) => sendOnce(client, target, piece, signal),
    failed: (error) => error,
    isOfOne: isAboutAnInput,
    clock: client.clock,
    signal,
  });
}

/** Whether a batch was refused because of one of its inputs. */
function isAboutAnInput({ code }: LeadScoringError): boolean {
  return ABOUT_AN_INPUT.has(code);
}

async function sendOnce(
  client: HubspotClient,
  { path, operation, isAnswer }: BatchTarget,
  inputs: readonly BatchInput[],
  signal: AbortSignal,
): Promise<readonly InputResult[]> {
  const sent = inputs.map((input) => ({ ...input, objectWriteTraceId: randomUUID() }));
  const call = { operation, method: 'POST', path, body: { inputs: sent } } as const;
  const { body } = await client.send(call, BatchAnswer, signal);
  const written = body.results.flatMap((result) => WrittenRecord.safeParse(result).data ?? []);
  const failures = body.errors.map((entry) => errorOf(entry));
  return sent.map((input) => {
    const { id, objectWriteTraceId } = input;
    const failure = failures.find(
      ({ traceIds, ids }) => traceIds.includes(objectWriteTraceId) || (id !== undefined && ids.includes(id)),
    );
    if (failure !== undefined) return recordFailure(failure);
    const traced = written.find((record) => record.objectWriteTraceId === objectWriteTraceId);
    return traced ?? written.find((record) => !record.objectWriteTraceId && isAnswer(record, input));
  });
}
