import type { Page, RecordKind, RecordOf } from '../../src/domain/crm.ts';
import { LeadScoringError } from '../../src/errors.ts';
import { readAssociations } from './associations.ts';
import type { HubspotClient } from './client.ts';
import { unreadable } from './read-each.ts';
import { HubspotRecord } from './schemas.ts';
import type { Links, ObjectSource } from './source.ts';

type Rejected = Page<never>['rejected'][number];

/** Records as HubSpot sent them, read one by one. */
export interface RawPage {
  readonly records: readonly HubspotRecord[];
  readonly rejected: readonly Rejected[];
}

/** Reads each record on its own, so that an unreadable one is set aside and not its page. */
export function readRecords(results: readonly unknown[]): RawPage {
  const records: HubspotRecord[] = [];
  const rejected: Rejected[] = [];
  for (const result of results) {
    const parsed = HubspotRecord.safeParse(result);
    if (parsed.success) records.push(parsed.data);
    else rejected.push({ crmId: idOf(result), error: unreadable(parsed.error.issues[0]?.path.join('.') ?? '') });
  }
  return { records, rejected };
}

/** Adds what the records are associated with, then translates them. */
export async function translated<K extends RecordKind>(
  client: HubspotClient,
  source: ObjectSource<K>,
  { records, rejected }: RawPage,
  signal: AbortSignal,
): Promise<Pick<Page<RecordOf[K]>, 'records' | 'rejected'>> {
  if (records.length === 0) return { records: [], rejected };
  const read = await source.reader(signal);
  const linksOf = await linksReader(client, source, records, signal);
  const translations: RecordOf[K][] = [];
  const unread: Rejected[] = [];
  for (const record of records) {
    try {
      const translation = read(record, linksOf(record));
      if (translation !== null) translations.push(translation);
    } catch (error) {
      if (!(error instanceof LeadScoringError)) throw error;
      unread.push({ crmId: record.id, error });
    }
  }
  return { records: translations, rejected: [...rejected, ...unread] };
}

/** Lists send associations along, search does not; a record with too many for its page is asked about as well. */
async function linksReader(
  client: HubspotClient,
  { object, associations }: ObjectSource,
  records: readonly HubspotRecord[],
  signal: AbortSignal,
): Promise<(record: HubspotRecord) => Links> {
  const asked = new Map<string, ReadonlyMap<string, readonly string[]>>();
  for (const to of associations) {
    const ids = records.filter((record) => inlineIds(record, to) === null).map(({ id }) => id);
    if (ids.length > 0) asked.set(to, await readAssociations(client, { from: object, to, ids }, signal));
  }
  return (record) =>
    Object.fromEntries(associations.map((to) => [to, inlineIds(record, to) ?? asked.get(to)?.get(record.id) ?? []]));
}

/** Ids that the record brought along, each once (one per label comes), primary first; `null` if not all are there. */
function inlineIds({ associations }: HubspotRecord, to: string): readonly string[] | null {
  if (associations === undefined || associations === null) return null;
  const inline = associations[to];
  if (inline === undefined) return [];
  if (inline.paging !== null) return null;
  const isPrimary = ({ type }: { type: string }) => type.endsWith('_to_company'); // others end in _unlabeled or a label
  const inOrder = [...inline.results.filter(isPrimary), ...inline.results];
  return [...new Set(inOrder.map(({ id }) => id))];
}

function idOf(result: unknown): string {
  const id = typeof result === 'object' && result !== null && 'id' in result ? result.id : undefined;
  if (/^\d+$/.test(String(id))) return String(id);
  throw new LeadScoringError('CRM_PROTOCOL', 'HubSpot sent a record without an id');
}
