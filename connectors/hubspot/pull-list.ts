import type { Page, RecordKind, RecordOf } from '../../src/domain/crm.ts';
import { LeadScoringError } from '../../src/errors.ts';
import { type Answer, fitsUrl, type HubspotClient } from './client.ts';
import { PATHS } from './paths.ts';
import { cursorAt, type ListPlace, pulledUntil } from './place.ts';
import { withProperties } from './record-batches.ts';
import { type RawPage, readRecords, translated } from './record-page.ts';
import { RecordPage } from './schemas.ts';
import type { ObjectSource } from './source.ts';

/** HubSpot's limit for one page of a list and one batch. */
const RECORDS_PER_PAGE = 100;

/**
 * Pulls everything: the list endpoint, in order of ids, strongly consistent and without a cap.
 *
 * A record that changes meanwhile is found again by the first window, which begins where the list began.
 */
export async function* pullList<K extends RecordKind>(
  client: HubspotClient,
  source: ObjectSource<K>,
  place: ListPlace | null,
  signal: AbortSignal,
): AsyncGenerator<Page<RecordOf[K]>> {
  let after = place?.after ?? null;
  let begunAtMs = place?.begunAtMs;
  for (;;) {
    const { body, sentAt } = await listPage(client, source, after, signal);
    begunAtMs ??= sentAt.getTime();
    const next = body.paging;
    if (next !== null && next === after) throw new LeadScoringError('CRM_PROTOCOL', 'HubSpot repeats a page of a list');
    const page = await translated(client, source, withAssociations(readRecords(body.results)), signal);
    const nextPlace = next === null ? pulledUntil(begunAtMs) : ({ at: 'list', after: next, begunAtMs } as const);
    yield { ...page, cursor: cursorAt(nextPlace) };
    if (next === null) return;
    after = next;
  }
}

/** A list sends no word of associations for a record that has none of those asked for. */
function withAssociations({ records, rejected }: RawPage): RawPage {
  return { records: records.map((record) => ({ ...record, associations: record.associations ?? {} })), rejected };
}

/** Ids and stamps of everything, for reconciliation. */
export async function* scanList(
  client: HubspotClient,
  source: ObjectSource,
  signal: AbortSignal,
): AsyncGenerator<readonly { readonly crmId: string; readonly modifiedAt: Date }[]> {
  const bare = { ...source, properties: [source.modifiedProperty], associations: [] };
  for (let after: string | null = null; ; ) {
    const { body } = await listPage(client, bare, after, signal);
    const { records, rejected } = readRecords(body.results);
    // One that cannot be read is there all the same: left out, it would count as deleted.
    const unread = rejected.map(({ crmId }) => ({ crmId, modifiedAt: new Date(0) }));
    yield [...records.map(({ id, updatedAt }) => ({ crmId: id, modifiedAt: updatedAt })), ...unread];
    if (body.paging === null) return;
    if (body.paging === after) throw new LeadScoringError('CRM_PROTOCOL', 'HubSpot repeats a page of a list');
    after = body.paging;
  }
}

type ListAnswer = Answer<{ results: unknown[]; paging: string | null }>;

async function listPage(
  client: HubspotClient,
  { object, modifiedProperty, properties, associations }: Omit<ObjectSource, 'stream' | 'reader'>,
  after: string | null,
  signal: AbortSignal,
): Promise<ListAnswer> {
  const path = PATHS.objects(object);
  const bare = {
    limit: String(RECORDS_PER_PAGE),
    ...(after === null ? {} : { after }),
    ...(associations.length === 0 ? {} : { associations: associations.join(',') }),
  };
  const full = { ...bare, properties: properties.join(',') };
  const isTooLong = !fitsUrl(path, full);
  // Without a word of properties HubSpot would send names and addresses, which nobody asked for.
  const query = isTooLong ? { ...bare, properties: modifiedProperty } : full;
  const answer = await client.send({ operation: 'read', method: 'GET', path, query }, RecordPage, signal);
  if (!isTooLong) return answer;
  const results = await withProperties(client, { object, properties }, answer.body.results, signal);
  return { ...answer, body: { ...answer.body, results } };
}
