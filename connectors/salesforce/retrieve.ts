import { z } from 'zod';
import { LeadScoringError } from '../../src/errors.ts';
import { sendInPieces } from '../pieces.ts';
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
  const answers = await sendInPieces<string, Row | null | LeadScoringError>([...new Set(ids)], {
    size: IDS_PER_RETRIEVE,
    async send(piece) {
      const body = { ids: piece, fields };
      const path = `/composite/sobjects/${object}`;
      const answer = await client.send({ method: 'POST', path, body, operation: 'read' }, Retrieved, signal);
      return piece.map((_, index) => answer.body[index] ?? null);
    },
    failed: (error) => error,
    isOfOne: isAboutAnId,
    clock: client.clock,
    signal,
  });
  // Where no id passes, it is the call that is wrong and not its ids.
  const hasPassed = answers.some((answer) => !(answer instanceof LeadScoringError));
  const isFailure = (answer: unknown) => answer instanceof LeadScoringError && !(hasPassed && isAboutAnId(answer));
  const failure = answers.find(isFailure);
  if (failure instanceof LeadScoringError) throw failure;
  return answers.filter((answer) => answer !== null && !(answer instanceof LeadScoringError)) as Row[]; // just filtered
}

function isAboutAnId({ code }: LeadScoringError): boolean {
  return code === 'CRM_REJECTED_RECORD';
}
