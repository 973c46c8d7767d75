import type { Page, RecordKind, RecordOf } from '../../src/domain/crm.ts';
import { LeadScoringError } from '../../src/errors.ts';
import type { HubspotClient } from './client.ts';
import { PATHS } from './paths.ts';
import { cursorAt, pulledUntil, type WindowPlace } from './place.ts';
import { withProperties } from './record-batches.ts';
import { readRecords, translated } from './record-page.ts';
import { RecordPage } from './schemas.ts';
import type { ObjectSource } from './source.ts';

/** How windows are laid, in milliseconds. */
export interface WindowRules {
  /** A window begins this long before the end of the last: the search index trails the records. */
  readonly overlapMs: number;
  /** A window ends this long before HubSpot's present. */
  readonly lagMs: number;
}

/** HubSpot's limit for one page of a search. */
const RECORDS_PER_PAGE = 200;
/** HubSpot refuses a search of more characters. */
const LONGEST_SEARCH = 3_000;

/**
 * Pulls what changed since the last window.
 *
 * The window is walked by id: each search asks for ids above the last one served, so that any number of records with
 * one stamp arrive and no search is paged to its cap of 10,000. The first search has no upper end; its answer tells
 * HubSpot's time, which closes the window. Records that change during the walk leave the window for the next one.
 */
export async function* pullChanges<K extends RecordKind>(
  client: HubspotClient,
  source: ObjectSource<K>,
  place: WindowPlace,
  { overlapMs, lagMs }: WindowRules,
  signal: AbortSignal,
): AsyncGenerator<Page<RecordOf[K]>> {
  const { fromMs } = place;
  let { toMs, afterId } = place;
  for (;;) {
    const window = { fromMs: fromMs - overlapMs, toMs, afterId };
    const { results, last, isCapped, sentAt } = await searchPage(client, source, window, signal);
    toMs ??= Math.max(fromMs, sentAt.getTime() - lagMs);
    if (last !== null && afterId !== null && BigInt(last) <= BigInt(afterId)) {
      throw new LeadScoringError('CRM_PROTOCOL', 'HubSpot repeats a page of a search');
    }
    const isLast = !isCapped || last === null;
    const page = await translated(client, source, readRecords(results), signal);
    yield { ...page, cursor: cursorAt(isLast ? pulledUntil(toMs) : { ...place, toMs, afterId: last }) };
    if (isLast) return;
    afterId = last;
  }
}

interface Found {
  readonly results: readonly unknown[];
  /** The highest id among them, `null` if there are none. */
  readonly last: string | null;
  /** Whether there are more. */
  readonly isCapped: boolean;
  readonly sentAt: Date;
}

async function searchPage(
  client: HubspotClient,
  { object, modifiedProperty, properties }: ObjectSource,
  { fromMs, toMs, afterId }: Pick<WindowPlace, 'fromMs' | 'toMs' | 'afterId'>,
  signal: AbortSignal,
): Promise<Found> {
  const filters = [
    { propertyName: modifiedProperty, operator: 'GTE', value: String(fromMs) },
    ...(toMs === null ? [] : [{ propertyName: modifiedProperty, operator: 'LTE', value: String(toMs) }]),
    ...(afterId === null ? [] : [{ propertyName: 'hs_object_id', operator: 'GT', value: afterId }]),
  ];
  const bare = {
    filterGroups: [{ filters }],
    sorts: [{ propertyName: 'hs_object_id', direction: 'ASCENDING' }],
    limit: RECORDS_PER_PAGE,
    properties: [modifiedProperty], // without any, HubSpot would send names and addresses
  };
  const full = { ...bare, properties };
  const isTooLong = JSON.stringify(full).length > LONGEST_SEARCH;
  const call = { operation: 'read', bucket: 'search', method: 'POST', path: PATHS.search(object) } as const;
  const { body, sentAt } = await client.send({ ...call, body: isTooLong ? bare : full }, RecordPage, signal);
  const { records, rejected } = readRecords(body.results);
  return {
    results: isTooLong ? await withProperties(client, { object, properties }, body.results, signal) : body.results,
    last: lastId([...records.map(({ id }) => id), ...rejected.map(({ crmId }) => crmId)]),
    isCapped: body.paging !== null,
    sentAt,
  };
}

/** The highest id; they are numbers, at times beyond 2^53. */
function lastId(ids: readonly string[]): string | null {
  return ids.reduce<string | null>((last, id) => (last === null || BigInt(id) > BigInt(last) ? id : last), null);
}
