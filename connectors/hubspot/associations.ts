import { z } from 'zod';
import { LeadScoringError } from '../../src/errors.ts';
import { readInPieces } from '../pieces.ts';
import type { HubspotClient } from './client.ts';
import { PATHS } from './paths.ts';
import { AssociationPage, BatchAnswer } from './schemas.ts';

/** HubSpot's limit for the inputs of one call. */
const INPUTS_PER_CALL = 1_000;

/** A contact's primary company, a deal's primary company (HUBSPOT_DEFINED; shared/design/hubspot.md 2.5). */
const PRIMARY_TYPES = new Set([1, 5]);

interface Input {
  readonly id: string;
  readonly after?: string;
}

/**
 * Ids associated with each record, the primary one first, else in HubSpot's order; a record without any is absent.
 *
 * Strongly consistent, unlike search. Records with very many associations are read on, page by page; an id that makes
 * HubSpot refuse its whole call is absent as well.
 */
export async function readAssociations(
  client: HubspotClient,
  { from, to, ids }: { readonly from: string; readonly to: string; readonly ids: readonly string[] },
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  let inputs: readonly Input[] = ids.map((id) => ({ id }));
  while (inputs.length > 0) {
    const further: Input[] = [];
    const path = PATHS.associations(from, to);
    const read = (some: readonly Input[]) => readOnce(client, path, some, signal);
    const answers = await readInPieces(inputs, { size: INPUTS_PER_CALL, read, clock: client.clock, signal });
    for (const { from: record, to: targets, paging } of answers.flat()) {
      const known = found.get(record.id) ?? [];
      const news = targets.filter(({ toObjectId }) => !known.includes(toObjectId));
      const isPrimary = (target: Target) => target.associationTypes.some(belongsToPrimary);
      const [primary, others] = [news.filter(isPrimary), news.filter((target) => !isPrimary(target))];
      found.set(record.id, [...idsOf(primary), ...known, ...idsOf(others)]);
      if (paging === null) continue;
      if (news.length === 0) throw new LeadScoringError('CRM_PROTOCOL', 'HubSpot repeats a page of associations');
      further.push({ id: record.id, after: paging });
    }
    inputs = further;
  }
  return found;
}

type Target = z.infer<typeof AssociationPage>['to'][number];

const belongsToPrimary = ({ category, typeId }: Target['associationTypes'][number]): boolean =>
  category === 'HUBSPOT_DEFINED' && PRIMARY_TYPES.has(typeId);

const idsOf = (targets: readonly Target[]): string[] => targets.map(({ toObjectId }) => toObjectId);

async function readOnce(
  client: HubspotClient,
  path: string,
  inputs: readonly Input[],
  signal: AbortSignal,
): Promise<z.infer<typeof AssociationPage>[]> {
  const call = { operation: 'read', bucket: 'associations', method: 'POST', path, body: { inputs } } as const;
  // A 207 lists the records without associations as errors: they are no failures.
  const { body } = await client.send(
    call,
    BatchAnswer.extend({ results: z.array(AssociationPage).default([]) }),
    signal,
  );
  return body.results;
}
