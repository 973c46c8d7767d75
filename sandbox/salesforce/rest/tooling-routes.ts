import type { Query } from 'soql-parser-js';
import { notFound } from '../api-error.ts';
import { canonicalId, parseId } from '../ids.ts';
import { parseSoql } from '../soql/condition.ts';
import { wholeRecord } from '../soql/record.ts';
import { createCustomField } from '../write/custom-field.ts';
import { type Api, type ApiAnswer, type ApiRequest, basePathOf, ok, type Route } from './api.ts';
import { answerQuery } from './query-routes.ts';

/** Custom fields of one object in a Developer Edition. */
const MAX_CUSTOM_FIELDS = 500;

/** The Tooling API, as far as custom fields need it. */
export const toolingRoutes: readonly Route[] = [
  { method: 'POST', path: /^\/tooling\/sobjects\/CustomField$/, run: create },
  {
    method: 'GET',
    path: /^\/tooling\/sobjects\/CustomField\/(\w{15,18})$/,
    run: (api, request, [id]) => read(api, request, id!),
  },
  { method: 'GET', path: /^\/tooling\/query$/, run: query },
];

function create({ org }: Api, request: ApiRequest): ApiAnswer {
  const id = createCustomField(org, request.body);
  return { status: 201, body: { id, success: true, errors: [], warnings: [], infos: [] } };
}

function read({ org }: Api, request: ApiRequest, text: string): ApiAnswer {
  const named = parseId(canonicalId(text) ?? '');
  const table = org.table('CustomField');
  if (named?.object !== 'CustomField' || !table.has(named.row)) throw notFound();
  return ok(wholeRecord({ org, basePath: `${basePathOf(request)}/tooling` }, table, named.row));
}

function query(api: Api, request: ApiRequest): ApiAnswer {
  const parsed = parseSoql(request.query.get('q') ?? '');
  if (parsed.sObject?.toLowerCase() === 'entitylimit') return ok(entityLimits(api, parsed));
  return ok(answerQuery(api, request, parsed, 'query'));
}

/** `SELECT Label, Max, Remaining FROM EntityLimit WHERE EntityDefinitionId = 'Lead'`. */
function entityLimits({ org }: Api, parsed: Query): object {
  const left = parsed.where?.left;
  const value = left !== null && left !== undefined && 'value' in left ? String(left.value) : '';
  const sobject = org.sobject(value.slice(1, -1));
  const used = [...(sobject?.fields.values() ?? [])].filter(({ isCustom }) => isCustom).length;
  const limit = {
    Label: 'Custom Fields',
    Type: 'CustomFields',
    EntityDefinitionId: sobject?.name ?? null,
    Max: MAX_CUSTOM_FIELDS,
    Remaining: MAX_CUSTOM_FIELDS - used,
  };
  const records = sobject === undefined ? [] : [{ attributes: { type: 'EntityLimit' }, ...limit }];
  return { totalSize: records.length, done: true, records };
}
