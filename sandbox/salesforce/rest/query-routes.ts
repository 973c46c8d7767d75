import type { Query } from 'soql-parser-js';
import { ApiError } from '../api-error.ts';
import { TOOLING_ONLY } from '../schema/all.ts';
import { aggregateRecords, isAggregate, isPlainCount } from '../soql/aggregate.ts';
import { malformed, parseSoql } from '../soql/condition.ts';
import { recordMaker } from '../soql/record.ts';
import { type QueryMode, selectRows } from '../soql/select-rows.ts';
import type { Table } from '../table.ts';
import { type Api, type ApiAnswer, type ApiRequest, basePathOf, ok, type Route } from './api.ts';

const DEFAULT_PAGE = 2000;
const MIN_PAGE = 200;
/** Rows a page when two or more long text fields are selected. */
const LONG_TEXT_PAGE = 200;

/** query, queryAll and their later pages. */
export const queryRoutes: readonly Route[] = [
  { method: 'GET', path: /^\/query$/, run: (api, request) => query(api, request, 'query') },
  { method: 'GET', path: /^\/queryAll$/i, run: (api, request) => query(api, request, 'queryAll') },
  {
    method: 'GET',
    path: /^\/query(?:All)?\/([\w-]+)$/i,
    run: (api, request, [place]) => ok(api.cursors.page(place!, basePathOf(request))),
  },
];

function query(api: Api, request: ApiRequest, mode: QueryMode): ApiAnswer {
  const text = request.query.get('q');
  if (text === null) throw malformed('A query string has to be specified');
  const parsed = parseSoql(text);
  if (TOOLING_ONLY.has(api.org.tableOf(parsed.sObject ?? '').sobject.name)) {
    throw new ApiError(400, 'INVALID_TYPE', `sObject type '${parsed.sObject}' is not supported.`);
  }
  return ok(answerQuery(api, request, parsed, mode));
}

/** Runs a parsed query, for the data and the tooling door alike. @throws {ApiError} */
export function answerQuery(api: Api, request: ApiRequest, parsed: Query, mode: QueryMode): object {
  const { org } = api;
  const isGrouped = isAggregate(parsed) && !isPlainCount(parsed);
  // A limit on groups counts groups, and so must not cut the rows that are grouped.
  const { limit, ...unlimited } = parsed;
  const { table, rows } = selectRows(org, isGrouped ? unlimited : parsed, mode);
  if (isPlainCount(parsed)) return { totalSize: rows.length, done: true, records: [] };
  if (isGrouped) {
    const records = aggregateRecords(org, table, parsed, rows).slice(0, limit);
    return { totalSize: records.length, done: true, records };
  }
  const basePath = basePathOf(request);
  const recordOf = recordMaker({ org, basePath }, table, parsed);
  return api.cursors.open(
    rows,
    recordOf,
    Math.min(pageSizeOf(request, parsed, table), org.settings.largestPage),
    basePath,
  );
}

function pageSizeOf({ headers }: ApiRequest, { fields = [] }: Query, table: Table): number {
  const asked = Number(/batchSize=(\d+)/i.exec(headers['sforce-query-options'] ?? '')?.[1] ?? DEFAULT_PAGE);
  const longTexts = fields.filter((field) => {
    const found = field.type === 'Field' ? table.sobject.fields.get(field.field.toLowerCase()) : undefined;
    return found?.isCustom && found.type === 'textarea';
  });
  const largest = longTexts.length >= 2 ? LONG_TEXT_PAGE : DEFAULT_PAGE;
  return Math.min(Math.max(asked, MIN_PAGE), largest);
}
