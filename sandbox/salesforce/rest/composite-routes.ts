import { ApiError } from '../api-error.ts';
import type { Api, ApiAnswer, ApiRequest, Route } from './api.ts';
import { ok } from './api.ts';
import { objectBody } from './record-body.ts';

type Dispatch = (api: Api, request: ApiRequest) => ApiAnswer;

const MAX_SUBREQUESTS = 25;
/** Subrequests of a composite that may be queries or collections. */
const MAX_HEAVY = 5;

/** composite and composite/batch: several requests, one call. */
export function compositeRoutes(dispatch: Dispatch): readonly Route[] {
  return [
    { method: 'POST', path: /^\/composite$/, run: (api, request) => composite(api, request, dispatch) },
    { method: 'POST', path: /^\/composite\/batch$/, run: (api, request) => batch(api, request, dispatch) },
  ];
}

interface Subrequest {
  readonly method: string;
  readonly url: string;
  readonly referenceId: string;
  readonly body?: unknown;
  readonly httpHeaders?: Readonly<Record<string, string>>;
  readonly richInput?: unknown;
}

interface SubresponseEntry {
  readonly body: unknown;
  readonly httpHeaders: object;
  readonly httpStatusCode: number;
  readonly referenceId: string;
}

/** One after the other; a later one may use the answers of earlier ones as `@{reference.field}`. */
function composite(api: Api, request: ApiRequest, dispatch: Dispatch): ApiAnswer {
  const { compositeRequest, allOrNone } = objectBody(request.body);
  const subrequests = listOf(compositeRequest, 'compositeRequest');
  const heavy = subrequests.filter(({ url }) => /\/(query|composite\/sobjects)/.test(url));
  if (heavy.length > MAX_HEAVY) {
    throw new ApiError(400, 'LIMIT_EXCEEDED', `no more than ${MAX_HEAVY} queries and collections in a composite`);
  }
  const responses = api.org.journal.attempt(() => {
    const done = runInOrder(api, request, subrequests, dispatch, allOrNone === true);
    return { result: done, isToBeUndone: allOrNone === true && done.some(isFailed) };
  });
  const isHalted = allOrNone === true && responses.some(isFailed);
  return ok({ compositeResponse: isHalted ? responses.map(halted) : responses });
}

function runInOrder(
  api: Api,
  request: ApiRequest,
  subrequests: readonly Subrequest[],
  dispatch: Dispatch,
  stopsAtFailure: boolean,
): readonly SubresponseEntry[] {
  const answers = new Map<string, unknown>();
  const done: SubresponseEntry[] = [];
  for (const subrequest of subrequests) {
    const { referenceId } = subrequest;
    const hasStopped = stopsAtFailure && done.some(isFailed);
    const answer = hasStopped ? PROCESSING_HALTED : runOne(api, request, subrequest, answers, dispatch);
    answers.set(referenceId, answer.body);
    done.push({
      body: answer.body ?? null,
      httpHeaders: answer.headers ?? {},
      httpStatusCode: answer.status,
      referenceId,
    });
  }
  return done;
}

const PROCESSING_HALTED: ApiAnswer = {
  status: 400,
  body: [
    {
      errorCode: 'PROCESSING_HALTED',
      message: 'The transaction was rolled back since another operation in the same transaction failed.',
    },
  ],
};

function isFailed({ httpStatusCode }: SubresponseEntry): boolean {
  return httpStatusCode >= 400;
}

function halted(entry: SubresponseEntry): SubresponseEntry {
  return isFailed(entry) ? entry : { ...entry, body: PROCESSING_HALTED.body, httpHeaders: {}, httpStatusCode: 400 };
}

function runOne(
  api: Api,
  request: ApiRequest,
  subrequest: Subrequest,
  answers: ReadonlyMap<string, unknown>,
  dispatch: Dispatch,
): ApiAnswer {
  try {
    const resolved = withReferences(subrequest, answers);
    return dispatch(api, inner(request, resolved.method, resolved.url, resolved.body, resolved.httpHeaders));
  } catch (error) {
    if (error instanceof ApiError) return { status: error.status, body: error.body() };
    throw error;
  }
}

/** Independent requests; an earlier failure does not matter to a later one. */
function batch(api: Api, request: ApiRequest, dispatch: Dispatch): ApiAnswer {
  const { batchRequests } = objectBody(request.body);
  const results = listOf(batchRequests, 'batchRequests').map(({ method, url, richInput }) => {
    const path = url.startsWith('/') ? url : `/services/data/${url}`;
    const answer = dispatch(api, inner(request, method, path, richInput, {}));
    return { statusCode: answer.status, result: answer.body ?? null };
  });
  return ok({ hasErrors: results.some(({ statusCode }) => statusCode >= 400), results });
}

/** @throws {ApiError} unless it is a list of at most 25 requests */
function listOf(requests: unknown, name: string): readonly Subrequest[] {
  if (!Array.isArray(requests)) throw new ApiError(400, 'JSON_PARSER_ERROR', `${name} must be a list`);
  if (requests.length > MAX_SUBREQUESTS) {
    throw new ApiError(400, 'LIMIT_EXCEEDED', `no more than ${MAX_SUBREQUESTS} subrequests`);
  }
  return requests as readonly Subrequest[];
}

function inner(
  request: ApiRequest,
  method: string,
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): ApiRequest {
  const match = /^\/services\/data\/v([\d.]+)(\/[^?]*)(?:\?(.*))?$/.exec(url);
  if (match === null) throw new ApiError(404, 'NOT_FOUND', 'The requested resource does not exist');
  const own = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    ...request,
    method,
    version: match[1]!,
    path: decodeURI(match[2]!),
    query: new URLSearchParams(match[3] ?? ''),
    headers: { ...request.headers, ...own },
    body,
  };
}

/** Replaces every `@{reference.path}` in the request. @throws {ApiError} for a reference that leads nowhere */
function withReferences(subrequest: Subrequest, answers: ReadonlyMap<string, unknown>): Subrequest {
  const text = JSON.stringify(subrequest).replace(
    /@\{(\w+)((?:\.\w+|\[\d+\])*)\}/g,
    (whole, name: string, path: string) => {
      const value = path
        .split(/[.[\]]+/)
        .filter((step) => step !== '')
        .reduce<unknown>((at, step) => (at as Record<string, unknown> | null | undefined)?.[step], answers.get(name));
      if (typeof value !== 'string' && typeof value !== 'number') {
        throw new ApiError(400, 'PROCESSING_HALTED', `Invalid reference specified. No value for ${whole} found`);
      }
      return JSON.stringify(String(value)).slice(1, -1);
    },
  );
  return JSON.parse(text) as Subrequest;
}
