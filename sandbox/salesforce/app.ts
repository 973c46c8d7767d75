import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import { faultGate, type SpokenFault } from '../fault-gate.ts';
import type { Fault } from '../faults.ts';
import type { TwinOptions } from '../twin.ts';
import { ApiError, notFound } from './api-error.ts';
import { controlRoutes } from './control-routes.ts';
import { DailyUsage } from './daily-usage.ts';
import { bearerOf, oauthRoutes } from './oauth.ts';
import type { Org } from './org.ts';
import type { Api, ApiAnswer } from './rest/api.ts';
import { CursorStore } from './rest/cursor-store.ts';
import { dispatch } from './rest/dispatch.ts';
import { Sessions } from './sessions.ts';
import { versionList, versionState } from './versions.ts';

/** Longest request line that Salesforce takes, in bytes. */
const MAX_URI_BYTES = 16_384;

/** The org over HTTP: token endpoint, REST API, and its controls under `/__sandbox/salesforce`. */
export function salesforceApp(org: Org, { faults, stats }: Pick<TwinOptions, 'faults' | 'stats'>): Express {
  const sessions = new Sessions(org);
  const cursors = new CursorStore(() => org.now());
  const usage = new DailyUsage(() => org.now());
  const api: Api = { org, cursors, usage: () => ({ used: usage.used, max: org.settings.dailyCalls }) };
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(sandboxDate(org));
  app.use('/__sandbox/salesforce', controlRoutes(org, sessions, cursors));
  app.use(limitHeader(api));
  app.use(
    ['/services/data/:version', '/'],
    faultGate({
      crm: 'salesforce',
      faults,
      stats,
      routeOf,
      answer: (fault, request, response) => {
        answerFault(sessions, fault, request, response);
      },
    }),
  );
  app.use(oauthRoutes(org, sessions));
  app.get('/services/data', (_request, response) => void response.json(versionList()));
  app.use(
    '/services/data/:version',
    authorised(sessions),
    counted(api, usage, () => stats.countRateLimited('salesforce')),
  );
  app.use('/services/data/:version', express.json({ limit: '64mb', strict: false }), restHandler(api));
  app.use((_request, response) => void send(response, { status: 404, body: notFound().body() }));
  app.use(refuse);
  return app;
}

/** Every answer bears sandbox time. */
function sandboxDate(org: Org): RequestHandler {
  return (_request, response, next) => {
    response.setHeader('Date', org.now().toUTCString());
    next();
  };
}

function limitHeader({ usage }: Api): RequestHandler {
  return (request, response, next) => {
    const { used, max } = usage();
    if (request.path.startsWith('/services/data/'))
      response.setHeader('Sforce-Limit-Info', `api-usage=${used + 1}/${max}`);
    next();
  };
}

/** The route for the counters: ids and locators are replaced. */
function routeOf({ method, originalUrl }: Request): string {
  const path = originalUrl.split('?')[0]!.replace(/(\/sobjects\/\w+\/)[0-9A-Za-z]{15,18}$/, '$1{id}');
  return `${method} ${path.replace(/\/query\/[\w-]+$/, '/query/{id}')}`;
}

function answerFault(sessions: Sessions, fault: SpokenFault, request: Request, response: Response): void {
  const isToken = request.originalUrl.startsWith('/services/oauth2/');
  if (fault.kind === 'expired-token' && isToken) {
    response.status(400).json({ error: 'invalid_grant', error_description: 'expired access/refresh token' });
    return;
  }
  if (fault.kind === 'expired-token') sessions.end(bearerOf(request));
  if (fault.kind === 'rate-limit' && fault.retryAfterSeconds !== undefined) {
    response.setHeader('Retry-After', fault.retryAfterSeconds);
  }
  fail(response, spoken(fault));
}

/** The fault in Salesforce's words. */
function spoken(fault: SpokenFault): ApiError {
  switch (fault.kind) {
    case 'rate-limit': {
      const limit = fault.policy === 'DAILY' ? 'TotalRequests' : 'ConcurrentRequests (Concurrent API)';
      return new ApiError(403, 'REQUEST_LIMIT_EXCEEDED', `${limit} Limit exceeded.`);
    }
    case 'expired-token':
      return expiredSession();
    case 'missing-scope':
      return new ApiError(403, 'INSUFFICIENT_ACCESS', 'insufficient access rights on cross-reference id');
    case 'server-error': {
      const code = fault.status === 500 ? 'UNKNOWN_EXCEPTION' : 'SERVER_UNAVAILABLE';
      return new ApiError(fault.status, code, 'An unexpected error occurred.');
    }
  }
}

function expiredSession(): ApiError {
  return new ApiError(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
}

function authorised(sessions: Sessions): RequestHandler {
  return (request, _response, next) => {
    const version = String(request.params.version).replace(/^v/, '');
    const state = versionState(version);
    if (state === 'unknown') throw notFound();
    if (state === 'retired')
      throw new ApiError(410, 'UNSUPPORTED_API_VERSION', 'the api version is no longer supported');
    if (Buffer.byteLength(request.originalUrl) > MAX_URI_BYTES) throw new ApiError(414, 'URI_TOO_LONG', 'URI Too Long');
    if (!sessions.isAlive(bearerOf(request))) throw expiredSession();
    next();
  };
}

function counted(api: Api, usage: DailyUsage, onRefused: () => void): RequestHandler {
  return (_request, _response, next) => {
    const { used, max } = api.usage();
    if (used >= max) {
      onRefused();
      throw new ApiError(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.');
    }
    usage.count();
    next();
  };
}

function restHandler(api: Api): RequestHandler {
  return (request, response) => {
    const [, query = ''] = request.originalUrl.split(/\?(.*)/s);
    const answer = dispatch(api, {
      method: request.method,
      version: String(request.params.version).slice(1),
      path: decodeURI(request.path),
      query: new URLSearchParams(query),
      headers: headersOf(request),
      body: request.body,
      fault: (response.locals.fault as Fault | undefined) ?? null,
    });
    send(response, answer);
  };
}

function headersOf({ headers }: Request): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

function send(response: Response, { status, body, headers = {} }: ApiAnswer): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.status(status);
  if (body === undefined) response.end();
  else response.json(body);
}

function fail(response: Response, error: ApiError): void {
  send(response, { status: error.status, body: error.body() });
}

const refuse: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (error instanceof ApiError) fail(response, error);
  else if (error instanceof SyntaxError)
    fail(response, new ApiError(400, 'JSON_PARSER_ERROR', 'The body is not JSON.'));
  else next(error);
};
