import type { RequestHandler } from 'express';
import { objectTypeOf } from './object-types.ts';

const CURRENT = '2026-09';

/** Older spelling → path of the dated API. @see hubspot.md 0 */
const OLDER: readonly (readonly [RegExp, string])[] = [
  [/^\/crm\/v[34]\/(objects|associations|properties|owners|pipelines)(?=\/|$)/, `/crm/$1/${CURRENT}`],
  [/^\/crm\/(objects|associations|properties|owners|pipelines)\/2026-0\d(-beta)?(?=\/|$)/, `/crm/$1/${CURRENT}`],
  [/^\/oauth\/(v1|v3|2026-0\d)(?=\/|$)/, `/oauth/${CURRENT}`],
  [/^\/account-info\/(v3|2026-0\d)(?=\/|$)/, `/account-info/${CURRENT}`],
  [/^\/events\/(v3\/events|event-occurrences\/2026-0\d)(?=\/|$)/, `/events/event-occurrences/${CURRENT}`],
  [/^\/marketing\/(forms|campaigns)\/2026-0\d(-beta)?(?=\/|$)/, `/marketing/$1/${CURRENT}`],
  [/^\/marketing\/v3\/(forms|campaigns)(?=\/|$)/, `/marketing/$1/${CURRENT}`],
  [/^\/communication-preferences\/(v[34]|2026-0\d)(?=\/|$)/, `/communication-preferences/${CURRENT}`],
];

/** The dated path that a path means, objects by name and not by type id. */
export function currentPath(path: string): string {
  const older = OLDER.find(([pattern]) => pattern.test(path));
  const dated = older ? path.replace(older[0], older[1]) : path;
  return dated.replace(/(?<=^\/crm\/\w+\/2026-09\/.*)\b0-\d+\b/g, (typeId) => objectTypeOf(typeId) ?? typeId);
}

/** Lets v3, v4 and dated paths reach the same routes. */
export const rewriteOlderPaths: RequestHandler = (request, _response, next) => {
  const [path = '', query] = request.url.split('?');
  const current = currentPath(path.length > 1 ? path.replace(/\/$/, '') : path);
  request.url = query === undefined ? current : `${current}?${query}`;
  next();
};

/** The route of a path for counters: ids, GUIDs and addresses become `{id}`. */
export function routeOf(method: string, path: string): string {
  const segments = path
    .split('/')
    .map((segment) => (/^\d+$|@|%40|^[\da-f]{8}-[\da-f-]{27}$/i.test(segment) ? '{id}' : segment));
  return `${method} ${segments.join('/')}`;
}
