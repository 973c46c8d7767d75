import { ApiError } from '../api-error.ts';
import { canonicalId, parseId } from '../ids.ts';
import type { Org } from '../org.ts';
import { recordMaker } from '../soql/record.ts';
import type { Table } from '../table.ts';
import { upsertRecord } from '../write/upsert-record.ts';
import { isWholeFailure } from '../write/values.ts';
import { deleteRecord, type Input, insertRecord, updateRecord } from '../write/write-record.ts';
import { type Api, type ApiAnswer, type ApiRequest, basePathOf, ok, type Route, writeContextOf } from './api.ts';
import { idOfRecord, objectBody, valuesOf } from './record-body.ts';
import { tableInPath } from './record-routes.ts';
import { assertNotPoisoned, assertNotStruck } from './row-fault.ts';

const MAX_RECORDS = 200;
const MAX_RETRIEVED = 2000;
const MAX_RETRIEVED_BY_GET = 800;
const RETRIEVE = /^\/composite\/sobjects\/(\w+)$/;

/** sObject Collections: 200 whatever becomes of the rows, one result a row in the order given. */
export const collectionRoutes: readonly Route[] = [
  { method: 'POST', path: /^\/composite\/sobjects$/, run: (api, request) => writeAll(api, request, inserted) },
  { method: 'PATCH', path: /^\/composite\/sobjects$/, run: (api, request) => writeAll(api, request, updated()) },
  { method: 'DELETE', path: /^\/composite\/sobjects$/, run: deleteAll },
  { method: 'POST', path: RETRIEVE, run: (api, request, [object]) => retrieveByBody(api, request, object!) },
  { method: 'GET', path: RETRIEVE, run: (api, request, [object]) => retrieveByQuery(api, request, object!) },
  {
    method: 'PATCH',
    path: /^\/composite\/sobjects\/(\w+)\/(\w+)$/,
    run: (api, request, [object, field]) => writeAll(api, request, upserted(object!, field!)),
  },
];

interface RowResult {
  readonly id?: string;
  readonly success: boolean;
  readonly errors: readonly object[];
  readonly created?: boolean;
}

type WriteRow = (api: Api, request: ApiRequest, record: Input, index: number) => RowResult;

function writeAll(api: Api, request: ApiRequest, write: WriteRow): ApiAnswer {
  const { records, allOrNone } = objectBody(request.body);
  if (!Array.isArray(records)) throw new ApiError(400, 'MISSING_ARGUMENT', 'records must be specified');
  assertCount(records.length);
  assertNotPoisoned(
    request,
    records.flatMap(({ id, WhoId }: Input) => [id, WhoId]),
  );
  const attempts = records.map((record: Input, index) => () => write(api, request, record, index));
  return ok(runRows(api.org, attempts, allOrNone === true));
}

/** Each attempt becomes a result; with `allOrNone` one failure takes everything back. */
function runRows(org: Org, attempts: readonly (() => RowResult)[], allOrNone: boolean): readonly RowResult[] {
  return org.journal.attempt(() => {
    const results = attempts.map(resultOf);
    const isToBeUndone = allOrNone && results.some(({ success }) => !success);
    const result = isToBeUndone ? results.map((each) => (each.success ? ROLLED_BACK : each)) : results;
    return { result, isToBeUndone };
  });
}

const ROLLED_BACK: RowResult = {
  success: false,
  errors: [
    {
      statusCode: 'ALL_OR_NONE_OPERATION_ROLLED_BACK',
      message: 'Record rolled back because not all records were valid and the request was using AllOrNone header',
      fields: [],
    },
  ],
};

/** A failed row bears no id. @throws {ApiError} what fails the whole request */
function resultOf(attempt: () => RowResult): RowResult {
  try {
    return attempt();
  } catch (error) {
    if (!(error instanceof ApiError) || isWholeFailure(error)) throw error;
    return { success: false, errors: error.rowErrors() };
  }
}

function inserted(api: Api, request: ApiRequest, record: Input, index: number): RowResult {
  assertNotStruck(request, index, '');
  const id = insertRecord(writeContextOf(api, request), tableOfRecord(api, record), valuesOf(record));
  return { id, success: true, errors: [] };
}

/** One update request: it remembers the ids that it met. */
function updated(): WriteRow {
  const seen = new Set<string>();
  return (api, request, record, index) => {
    const id = idOfRecord(record);
    if (id === null) throw new ApiError(400, 'MISSING_ARGUMENT', 'Id not specified in an update call', []);
    const full = canonicalId(id) ?? id;
    if (seen.has(full)) throw new ApiError(400, 'DUPLICATE_VALUE', `Duplicate id in list: ${full}`, []);
    seen.add(full);
    const table = tableOfRecord(api, record);
    assertNotStruck(request, index, full);
    updateRecord(writeContextOf(api, request), table, id, valuesOf(record));
    return { id: full, success: true, errors: [] };
  };
}

function upserted(object: string, field: string): WriteRow {
  return (api, request, record, index) => {
    const table = tableInPath(api.org, object);
    assertNotStruck(request, index, '');
    const entry = Object.entries(record).find(([name]) => name.toLowerCase() === field.toLowerCase());
    if (entry === undefined) throw new ApiError(400, 'MISSING_ARGUMENT', `${field} not specified`, []);
    const { [entry[0]]: value, ...rest } = record;
    const outcome = upsertRecord(writeContextOf(api, request), table, field, String(value), valuesOf(rest));
    if ('ids' in outcome) {
      throw new ApiError(400, 'DUPLICATE_EXTERNAL_ID', `${field}: more than one record found for external id field`, [
        field,
      ]);
    }
    return { ...outcome, success: true, errors: [] };
  };
}

function deleteAll(api: Api, request: ApiRequest): ApiAnswer {
  const ids = (request.query.get('ids') ?? '').split(',').filter((id) => id !== '');
  assertCount(ids.length);
  assertNotPoisoned(request, ids);
  const attempts = ids.map((id, index) => () => {
    const object = parseId(canonicalId(id) ?? '')?.object;
    if (object === undefined) throw new ApiError(400, 'MALFORMED_ID', `malformed id ${id}`, []);
    assertNotStruck(request, index, id);
    deleteRecord(api.org, api.org.table(object), id);
    return { id: canonicalId(id)!, success: true, errors: [] };
  });
  return ok(runRows(api.org, attempts, request.query.get('allOrNone') === 'true'));
}

function tableOfRecord({ org }: Api, record: Input): Table {
  const attributes = record.attributes as { readonly type?: unknown } | undefined;
  if (typeof attributes?.type === 'string') return org.tableOf(attributes.type);
  const message = 'Nested object for polymorphic foreign key must have an attributes field before any other fields.';
  throw new ApiError(400, 'JSON_PARSER_ERROR', message);
}

function assertCount(count: number): void {
  if (count <= MAX_RECORDS) return;
  throw new ApiError(400, 'EXCEEDED_ID_LIMIT', `record limit reached. cannot submit more than ${MAX_RECORDS} records`);
}

function retrieveByBody(api: Api, request: ApiRequest, object: string): ApiAnswer {
  const { ids, fields } = objectBody(request.body);
  if (!Array.isArray(ids) || !Array.isArray(fields)) {
    throw new ApiError(400, 'MISSING_ARGUMENT', 'ids and fields must be specified');
  }
  return retrieve(api, request, object, ids.map(String), fields.map(String), MAX_RETRIEVED);
}

function retrieveByQuery(api: Api, request: ApiRequest, object: string): ApiAnswer {
  const ids = (request.query.get('ids') ?? '').split(',');
  const fields = (request.query.get('fields') ?? '').split(',');
  return retrieve(api, request, object, ids, fields, MAX_RETRIEVED_BY_GET);
}

/** Records in the order of the ids, `null` for one that is not there or was deleted. */
function retrieve(
  api: Api,
  request: ApiRequest,
  object: string,
  ids: readonly string[],
  fields: readonly string[],
  max: number,
): ApiAnswer {
  if (ids.length > max) throw new ApiError(400, 'EXCEEDED_ID_LIMIT', `more than ${max} ids`);
  assertNotPoisoned(request, ids);
  const { org } = api;
  const table = tableInPath(org, object);
  const selected = [...new Set([...fields, 'Id'])].map((field) => ({ type: 'Field' as const, field }));
  const recordOf = recordMaker({ org, basePath: basePathOf(request) }, table, { fields: selected });
  return ok(
    ids.map((text) => {
      const id = canonicalId(text);
      if (id === null) throw new ApiError(400, 'MALFORMED_ID', `malformed id ${text}`);
      const named = parseId(id);
      if (named?.object !== table.sobject.name || !table.has(named.row) || table.isDeleted(named.row)) return null;
      return recordOf(named.row);
    }),
  );
}
