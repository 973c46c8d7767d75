import { ApiError } from '../api-error.ts';
import { instantText, parseInstant } from '../value.ts';
import { type Api, type ApiAnswer, type ApiRequest, ok, type Route } from './api.ts';
import { tableInPath } from './record-routes.ts';

const DAY_S = 86_400;
const MAX_IDS = 600_000;

/** Ids that changed or were deleted within an interval, and the org's limits. */
export const replicationRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: /^\/sobjects\/(\w+)\/updated$/,
    run: (api, request, [object]) => updated(api, request, object!),
  },
  {
    method: 'GET',
    path: /^\/sobjects\/(\w+)\/deleted$/,
    run: (api, request, [object]) => deleted(api, request, object!),
  },
  { method: 'GET', path: /^\/limits$/, run: limits },
];

function updated({ org }: Api, request: ApiRequest, object: string): ApiAnswer {
  const table = tableInPath(org, object);
  const { from, to, covered } = intervalOf(request, org.nowSeconds(), 30);
  const ids: string[] = [];
  for (const row of table.rowsByStamp(from, to)) if (!table.isDeleted(row)) ids.push(table.idOf(row));
  if (ids.length > MAX_IDS) throw new ApiError(400, 'EXCEEDED_ID_LIMIT', 'too many ids in the interval');
  return ok({ ids, latestDateCovered: instantText(covered) });
}

function deleted({ org }: Api, request: ApiRequest, object: string): ApiAnswer {
  const table = tableInPath(org, object);
  const now = org.nowSeconds();
  const { from, to, covered } = intervalOf(request, now, 15);
  const deletedRecords: object[] = [];
  for (const row of table.rowsByStamp(from, to)) {
    if (table.isDeleted(row))
      deletedRecords.push({ id: table.idOf(row), deletedDate: instantText(table.stampOf(row)) });
  }
  const earliestDateAvailable = instantText(now - 15 * DAY_S);
  return ok({ deletedRecords, earliestDateAvailable, latestDateCovered: instantText(covered) });
}

/** From the first second to the last, and the whole minute up to which the answer is complete. */
interface Interval {
  readonly from: number;
  readonly to: number;
  readonly covered: number;
}

/** The interval in whole minutes; seconds are ignored. @throws {ApiError} `INVALID_REPLICATION_DATE` */
function intervalOf({ query }: ApiRequest, now: number, maxDays: number): Interval {
  const from = minuteOf(query.get('start'));
  const asked = minuteOf(query.get('end'));
  if (from === null || asked === null) {
    throw new ApiError(400, 'MISSING_ARGUMENT', 'start and end must be specified as dateTime');
  }
  if (asked - from < 60) {
    throw new ApiError(400, 'INVALID_REPLICATION_DATE', 'endDate: must be at least one minute greater than startDate');
  }
  if (from < now - maxDays * DAY_S - 60) {
    throw new ApiError(400, 'INVALID_REPLICATION_DATE', `startDate: cannot be more than ${maxDays} days in the past`);
  }
  // More may still happen within this minute: it is shown, but the next request must begin with it.
  return { from, to: asked - 1, covered: Math.min(asked, Math.floor(now / 60) * 60) };
}

/** A `+` that was not encoded arrives as a blank. */
function minuteOf(text: string | null): number | null {
  const seconds = text === null ? null : parseInstant(text.replace(' ', '+'));
  return seconds === null ? null : Math.floor(seconds / 60) * 60;
}

function limits(api: Api): ApiAnswer {
  const { used, max } = api.usage();
  const fixed = (Max: number) => ({ Max, Remaining: Max });
  return ok({
    DailyApiRequests: { Max: max, Remaining: Math.max(0, max - used) },
    DailyBulkApiBatches: fixed(15_000),
    DailyBulkV2QueryJobs: fixed(10_000),
    DailyBulkV2QueryFileStorageMB: fixed(976_562),
    DailyStandardVolumePlatformEvents: fixed(10_000),
    DailyDeliveredPlatformEvents: fixed(10_000),
    HourlyPublishedPlatformEvents: fixed(50_000),
    DataStorageMB: fixed(1_073),
    FileStorageMB: fixed(1_073),
  });
}
