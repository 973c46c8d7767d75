import { ApiError, notFound } from '../api-error.ts';
import type { Api, ApiAnswer, ApiRequest, Route } from './api.ts';
import { collectionRoutes } from './collection-routes.ts';
import { compositeRoutes } from './composite-routes.ts';
import { describeRoutes } from './describe-routes.ts';
import { queryRoutes } from './query-routes.ts';
import { recordRoutes } from './record-routes.ts';
import { replicationRoutes } from './replication-routes.ts';
import { toolingRoutes } from './tooling-routes.ts';

/** The first route that fits wins: fixed paths stand before those with an id in them. */
const ROUTES: readonly Route[] = [
  ...queryRoutes,
  ...compositeRoutes(dispatch),
  ...collectionRoutes,
  ...describeRoutes,
  ...replicationRoutes,
  ...toolingRoutes,
  ...recordRoutes,
];

/** Answers a request; every refusal becomes an answer. */
export function dispatch(api: Api, request: ApiRequest): ApiAnswer {
  try {
    return routed(api, request);
  } catch (error) {
    if (error instanceof ApiError) return { status: error.status, body: error.body() };
    throw error;
  }
}

function routed(api: Api, request: ApiRequest): ApiAnswer {
  const path = request.path.length > 1 ? request.path.replace(/\/$/, '') : request.path;
  const fitting = ROUTES.filter((route) => route.path.test(path));
  const route = fitting.find(({ method }) => method === request.method);
  if (route !== undefined) {
    const [, ...params] = route.path.exec(path)!;
    return route.run(api, request, params);
  }
  if (fitting.length === 0) throw notFound();
  const allowed = [...new Set(fitting.map(({ method }) => method))].join(',');
  const message = `HTTP Method '${request.method}' not allowed. Allowed are ${allowed}`;
  throw new ApiError(405, 'METHOD_NOT_ALLOWED', message);
}
