import { z } from 'zod';
import type { Page, RecordKind, RecordOf, SyncCursor } from '../../src/domain/crm.ts';
import { LeadScoringError } from '../../src/errors.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { abortable } from './abortable.ts';
import { QueryInterrupted } from './failure.ts';
import type { Fields, Org } from './org.ts';
import { nextPage, queryPage, type Row } from './query.ts';
import { instantLiteral, quoted } from './soql.ts';
import type { Source } from './source.ts';

/** Where a first pull begins: before Salesforce was sold. */
const EPOCH_MS = Date.UTC(1999, 0, 1);
const SECOND_MS = 1_000;

/**
 * A place in the order (SystemModstamp, Id): everything up to and including it has been delivered.
 *
 * Never a locator: it dies after two days, and stands for a query that nobody may be able to repeat.
 */
const Place = z.object({
  /** Milliseconds since 1970, whole seconds. */
  at: z.number().int(),
  /** Id within the second; `''` before the first. */
  id: z.string().default(''),
  /** Where the window closes, milliseconds since 1970; `null`: the window before has been drained up to `at`. */
  until: z.number().int().nullable().default(null),
});
type Place = z.infer<typeof Place>;

/** How a pull deals with time. */
export interface PullTiming {
  /**
   * How far a drained pull is read again, in milliseconds: a long transaction becomes visible after its stamp.
   * Ten minutes is the longest that an Apex transaction or a bulk chunk runs.
   */
  readonly overlapMs: number;
  /** How far the window stays behind the org's time, in milliseconds: the second that runs is not complete yet. */
  readonly lagMs: number;
}

/**
 * Records changed since the cursor, in pages of up to 2,000, ordered by (SystemModstamp, Id).
 *
 * Pages come by locator; when that dies, or after a crash, the same order goes on from the last place. The window
 * closes at the org's own time of its first answer less the lag; later changes that a page shows already are
 * delivered and do not move the place.
 *
 * @throws {LeadScoringError} `CRM_FIELD_MISSING` naming a mapped field that is not there; `CRM_SCOPE_MISSING` for an
 *   object that is not.
 */
export async function* pullSource<K extends RecordKind>(
  source: Source<K>,
  cursor: SyncCursor | null,
  { org, timing, signal }: { readonly org: Org; readonly timing: PullTiming; readonly signal: AbortSignal },
): AsyncGenerator<Page<RecordOf[K]>> {
  const fields = await abortable(org.fields(source.object), signal);
  if (fields === null && source.isOptional) return;
  if (fields === null) throw new LeadScoringError('CRM_SCOPE_MISSING', `The object ${source.object} cannot be read`);
  try {
    for await (const { rows, place } of pagesOf(source, fields, startOf(cursor, timing), { org, timing, signal })) {
      const read = await source.reader(rows, { org, fields, signal });
      yield { ...readRows(rows, read), cursor: encodeCursor(place) };
    }
  } catch (error) {
    if (error instanceof LeadScoringError && error.code === 'CRM_FIELD_MISSING') org.forget();
    throw error;
  }
}

/** Whether a cursor lies within a window that is not drained. */
export function isInside(cursor: SyncCursor): boolean {
  return decodeCursor(cursor, Place).until !== null;
}

function startOf(cursor: SyncCursor | null, { overlapMs }: PullTiming): Place {
  if (cursor === null) return { at: EPOCH_MS, id: '', until: null };
  const place = decodeCursor(cursor, Place);
  return place.until === null ? { at: place.at - overlapMs, id: '', until: null } : place;
}

interface RowPage {
  readonly rows: readonly Row[];
  readonly place: Place;
}

/** The pages of one window: in one query, or in slices of time once a query has timed out. */
async function* pagesOf(
  source: Source,
  fields: Fields,
  start: Place,
  { org, timing, signal }: { readonly org: Org; readonly timing: PullTiming; readonly signal: AbortSignal },
): AsyncGenerator<RowPage> {
  const select = selectOf(source, fields);
  const all = fields.has('IsDeleted');
  let place = start;
  let sliceMs: number | null = null;
  for (let deaths = 0; ; ) {
    const upper: number | null = sliceMs === null ? place.until : Math.min(place.at + sliceMs, place.until ?? Infinity);
    try {
      let { body: page, answeredAt } = await queryPage(
        org.client,
        `${select}${orderedFrom(place, upper)}`,
        { all },
        signal,
      );
      const until = place.until ?? secondOf(answeredAt.getTime() - timing.lagMs);
      const isLastSlice = upper === null || upper >= until;
      place = { ...place, until };
      while (page.nextRecordsUrl !== undefined) {
        const next = placeBehind(page.records, place, answeredAt);
        if (next.id !== place.id) deaths = 0;
        place = next;
        yield { rows: page.records, place };
        page = (await nextPage(org.client, page.nextRecordsUrl, signal)).body;
      }
      place = isLastSlice ? { at: until, id: '', until: null } : { at: upper + SECOND_MS, id: '', until };
      yield { rows: page.records, place };
      if (isLastSlice) return;
      sliceMs = sliceMs === null ? null : sliceMs * 2;
    } catch (error) {
      if (!(error instanceof QueryInterrupted)) throw error;
      if (error.reason === 'timeout') {
        place = { ...place, until: place.until ?? latestSecond(org, timing) };
        sliceMs = halved(sliceMs, place);
        continue;
      }
      deaths += 1;
      if (deaths > 3) {
        throw new LeadScoringError('CRM_UNAVAILABLE', 'Each locator of the query died before it led any further');
      }
    }
  }
}

/** Half of the slice (or window) that took too long. @throws {LeadScoringError} `CRM_TIMEOUT` below one second. */
function halved(sliceMs: number | null, { at, until }: Place): number {
  const windowMs = (until ?? at) - at;
  const half = secondOf(Math.min(sliceMs ?? windowMs, windowMs) / 2);
  if (half >= SECOND_MS) return half;
  throw new LeadScoringError('CRM_TIMEOUT', 'Salesforce cannot answer the query even for a single second');
}

/** The latest second that is certainly complete: an older one is safe, so the latest answer's time will do. */
function latestSecond(org: Org, { lagMs }: PullTiming): number {
  return secondOf((org.client.latestAnswerAt?.getTime() ?? EPOCH_MS) - lagMs);
}

/**
 * The last place in the page that is certain. The locator fixed which records come and in which order, but their
 * values are read page by page: one changed in the meantime shows a stamp that says nothing about its place.
 */
function placeBehind(rows: readonly Row[], place: Place, queriedAt: Date): Place {
  const row = rows.findLast(({ SystemModstamp }) => stampMs(SystemModstamp) < secondOf(queriedAt.getTime()));
  return row === undefined ? place : { ...place, at: stampMs(row.SystemModstamp), id: row.Id };
}

function stampMs(stamp: unknown): number {
  return Date.parse(String(stamp).replace(/\+0000$/, 'Z'));
}

function secondOf(ms: number): number {
  return Math.floor(ms / SECOND_MS) * SECOND_MS;
}

/** @throws {LeadScoringError} `CRM_FIELD_MISSING` naming the fields that the source needs and the org has not. */
function selectOf({ object, fields: needed, optional, where }: Source, fields: Fields): string {
  const missing = needed.filter((name) => !name.includes('.') && !fields.has(name));
  if (missing.length > 0) {
    throw new LeadScoringError('CRM_FIELD_MISSING', `${object} has no field ${missing.join(', ')} that we may see`);
  }
  const names = ['Id', 'SystemModstamp', ...needed, ...optional.filter((name) => fields.has(name))];
  const selected = [...new Set(names.map((name) => fields.get(name)?.name ?? name))];
  const condition = where?.(fields) ?? null;
  return `SELECT ${selected.join(', ')} FROM ${object} WHERE ${condition === null ? '' : `${condition} AND `}`;
}

/** The rest of the order behind a place; `upper` is the last second of it, in milliseconds since 1970. */
function orderedFrom({ at, id }: Place, upper: number | null): string {
  const stamp = instantLiteral(new Date(at));
  const behind = id === '' ? '' : ` AND (SystemModstamp > ${stamp} OR Id > ${quoted(id)})`;
  const closed = upper === null ? '' : ` AND SystemModstamp <= ${instantLiteral(new Date(upper))}`;
  return `SystemModstamp >= ${stamp}${behind}${closed} ORDER BY SystemModstamp, Id`;
}

function readRows<T>(rows: readonly Row[], read: (row: Row) => readonly T[]): Pick<Page<T>, 'records' | 'rejected'> {
  const records: T[] = [];
  const rejected: { crmId: string; error: LeadScoringError }[] = [];
  for (const row of rows) {
    try {
      records.push(...read(row));
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
      rejected.push({ crmId: row.Id, error: unreadable(error) });
    }
  }
  return { records, rejected };
}

function unreadable(error: z.ZodError): LeadScoringError {
  const field = error.issues[0]?.path.join('.') ?? 'a field';
  return new LeadScoringError('CRM_RECORD_UNREADABLE', `${field} has a value of an unknown form`);
}
