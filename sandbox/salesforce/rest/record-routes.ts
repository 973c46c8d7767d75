import { ApiError, notFound } from '../api-error.ts';
import { canonicalId, parseId } from '../ids.ts';
import type { Org } from '../org.ts';
import { TOOLING_ONLY } from '../schema/all.ts';
import { columnOf } from '../soql/column.ts';
import { wholeRecord } from '../soql/record.ts';
import type { Table } from '../table.ts';
import { upsertRecord } from '../write/upsert-record.ts';
import { deleteRecord, insertRecord, updateRecord } from '../write/write-record.ts';
import { type Api, type ApiAnswer, type ApiRequest, basePathOf, ok, type Route, writeContextOf } from './api.ts';
import { objectBody, valuesOf } from './record-body.ts';
import { assertNotStruck } from './row-fault.ts';

const ONE = /^\/sobjects\/(\w+)\/([0-9A-Za-z]{15}|[0-9A-Za-z]{18})$/;
const BY_EXTERNAL_ID = /^\/sobjects\/(\w+)\/(\w+)\/([^/]+)$/;

/** Single records. */
export const recordRoutes: readonly Route[] = [
  { method: 'POST', path: /^\/sobjects\/(\w+)$/, run: (api, request, [object]) => create(api, request, object!) },
  { method: 'GET', path: ONE, run: (api, request, [object, id]) => read(api, request, object!, id!) },
  { method: 'PATCH', path: ONE, run: (api, request, [object, id]) => update(api, request, object!, id!) },
  { method: 'DELETE', path: ONE, run: (api, request, [object, id]) => remove(api, request, object!, id!) },
  {
    method: 'PATCH',
    path: BY_EXTERNAL_ID,
    run: (api, request, [object, field, value]) => upsert(api, request, object!, field!, decodeURIComponent(value!)),
  },
];

/** The table of an object in a path. @throws {ApiError} `NOT_FOUND` */
export function tableInPath(org: Org, name: string): Table {
  const sobject = org.sobject(name);
  if (sobject === undefined || TOOLING_ONLY.has(sobject.name)) throw notFound();
  return org.table(sobject.name);
}

function create(api: Api, request: ApiRequest, object: string): ApiAnswer {
  const table = tableInPath(api.org, object);
  assertNotStruck(request, 0, '');
  const id = insertRecord(writeContextOf(api, request), table, valuesOf(objectBody(request.body)));
  const location = `${basePathOf(request)}/sobjects/${table.sobject.name}/${id}`;
  return { status: 201, body: { id, success: true, errors: [] }, headers: { Location: location } };
}

function read({ org }: Api, request: ApiRequest, object: string, id: string): ApiAnswer {
  const table = tableInPath(org, object);
  const row = readableRow(table, id);
  const record = wholeRecord({ org, basePath: basePathOf(request) }, table, row);
  const names = request.query.get('fields');
  if (names === null) return ok(record);
  const columns = names.split(',').map((name) => columnOf(org, table, name.trim()));
  const chosen = columns.map(({ field, read }) => [field.name, read(row)]);
  return ok({ attributes: record.attributes, ...Object.fromEntries(chosen), Id: record.Id });
}

/** @throws {ApiError} `NOT_FOUND`, `ENTITY_IS_DELETED` */
function readableRow(table: Table, text: string): number {
  const id = canonicalId(text);
  const named = id === null ? null : parseId(id);
  if (named?.object !== table.sobject.name || !table.has(named.row)) throw notFound();
  if (table.isDeleted(named.row)) throw new ApiError(404, 'ENTITY_IS_DELETED', 'entity is deleted', []);
  return named.row;
}

function update(api: Api, request: ApiRequest, object: string, id: string): ApiAnswer {
  const table = tableInPath(api.org, object);
  readableRow(table, id);
  assertNotStruck(request, 0, id);
  assertUnmodifiedSince(api.org, request, table, id);
  updateRecord(writeContextOf(api, request), table, id, valuesOf(objectBody(request.body)));
  return { status: 204, body: undefined };
}

function assertUnmodifiedSince(org: Org, { headers }: ApiRequest, table: Table, id: string): void {
  const since = Date.parse(headers['if-unmodified-since'] ?? '');
  const [row] = org.rowsNaming(table, table.sobject.fields.get('id')!, id)!;
  if (Number.isNaN(since) || table.stampOf(row!) * 1000 <= since) return;
  throw new ApiError(412, 'PRECONDITION_FAILED', 'the record was changed since then');
}

function remove(api: Api, request: ApiRequest, object: string, id: string): ApiAnswer {
  const table = tableInPath(api.org, object);
  readableRow(table, id);
  assertNotStruck(request, 0, id);
  deleteRecord(api.org, table, id);
  return { status: 204, body: undefined };
}

function upsert(api: Api, request: ApiRequest, object: string, field: string, value: string): ApiAnswer {
  const table = tableInPath(api.org, object);
  assertNotStruck(request, 0, '');
  const outcome = upsertRecord(writeContextOf(api, request), table, field, value, valuesOf(objectBody(request.body)));
  if ('ids' in outcome) {
    const urls = outcome.ids.map((id) => `${basePathOf(request)}/sobjects/${table.sobject.name}/${id}`);
    return { status: 300, body: urls };
  }
  const { id, created } = outcome;
  return { status: created ? 201 : 200, body: { id, success: true, errors: [], created } };
}
