import express, { type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import { associationType, inlineType } from './association-types.ts';
import { typeIdsOf } from './associations.ts';
import { requireAnyScope, sourceOfCall } from './auth.ts';
import { batchArchive, batchCreate, batchRead, batchUpdate, batchUpsert, CreateInput, UpdateInput } from './batch.ts';
import { notFound, refused } from './hubspot-error.ts';
import { mergeContacts } from './merge.ts';
import { OBJECT_TYPES, type ObjectType, objectTypeOf } from './object-types.ts';
import { linksOf, type Portal } from './portal.ts';
import { assertFewEnough, historyOf } from './property-history.ts';
import { listOf, recordAnswer } from './record-answer.ts';
import { Search } from './search.ts';
import { prepareCreate, prepareUpdate, resolveId } from './writes.ts';

const MOST_LISTED = 100;
const LONGEST_URL = 8_000;

/** The routes under `/crm/objects/{version}`. */
export function objectRoutes(portal: Portal): Router {
  const router = express.Router();
  const search = new Search(portal);
  const batches = {
    read: batchRead,
    update: batchUpdate,
    upsert: batchUpsert,
    create: batchCreate,
    archive: batchArchive,
  };

  router.use('/:type', (request, response, next) => {
    const isRead = request.method === 'GET' || /\/(search|batch\/read)$/.test(request.path);
    const { readScope, writeScope } = OBJECT_TYPES[typeOf(request)];
    requireAnyScope(response, [isRead ? readScope : writeScope]);
    if (request.originalUrl.length > LONGEST_URL) response.sendStatus(414);
    else next();
  });
  router.get('/:type', (request, response) => list(portal, typeOf(request), request, response));
  router.post('/:type', (request, response) => {
    const type = typeOf(request);
    const { properties, associations } = CreateInput.parse(request.body);
    const id = prepareCreate(portal, type, properties, associations).commit(sourceOfCall(response));
    response.status(201).json(told(portal, type, id, Object.keys(properties)));
  });
  router.post('/:type/search', (request, response) => {
    response.json(search.answer(typeOf(request), request.body));
  });
  for (const [verb, answer] of Object.entries(batches)) {
    router.post(`/:type/batch/${verb}`, (request, response) => answer(portal, typeOf(request), request, response));
  }
  router.post('/contacts/merge', (request, response) => {
    const { primaryObjectId, objectIdToMerge } = Merge.parse(request.body);
    const id = mergeContacts(portal, Number(primaryObjectId), Number(objectIdToMerge));
    response.json(told(portal, 'contacts', id, []));
  });
  router.post('/contacts/gdpr-delete', (request, response) => {
    const { objectId, idProperty } = Erase.parse(request.body);
    const id = resolveId(portal, 'contacts', objectId, idProperty);
    if (id !== null && portal.tables.contacts.has(id)) portal.tables.contacts.destroy(id);
    response.sendStatus(204);
  });
  router.get('/:type/:id', (request, response) => {
    const type = typeOf(request);
    const id = resolveId(portal, type, request.params.id, listOf(request, 'idProperty')[0]);
    const isArchived = listOf(request, 'archived')[0] === 'true';
    const record = id === null ? null : portal.tables[type].read(id);
    if (!record || (record.archivedMs !== null) !== isArchived) throw notFound('resource not found');
    response.json({
      ...told(portal, type, record.id, listOf(request, 'properties')),
      ...historyOf(portal, type, record.id, listOf(request, 'propertiesWithHistory')),
      ...inline(portal, type, record.id, request),
    });
  });
  router.patch('/:type/:id', (request, response) => {
    const type = typeOf(request);
    const { properties } = UpdateInput.parse(request.body);
    const id = resolveId(portal, type, request.params.id, listOf(request, 'idProperty')[0]);
    prepareUpdate(portal, type, id, properties).commit(sourceOfCall(response));
    response.json(told(portal, type, id!, Object.keys(properties)));
  });
  router.delete('/:type/:id', (request, response) => {
    const type = typeOf(request);
    const id = resolveId(portal, type, request.params.id);
    if (id !== null && portal.tables[type].isLive(id)) portal.tables[type].archive(id);
    response.sendStatus(204);
  });
  router.get('/:type/:id/associations/:toType', (request, response) => singleAssociations(portal, request, response));
  return router;
}

const Merge = z.object({ primaryObjectId: z.string().regex(/^\d+$/), objectIdToMerge: z.string().regex(/^\d+$/) });
const Erase = z.object({ objectId: z.string(), idProperty: z.string().optional() });

/** The object that the path names. @throws {HubspotError} 400 */
export function typeOf(request: Request, parameter = 'type'): ObjectType {
  const segment = String(request.params[parameter]);
  const type = objectTypeOf(segment);
  if (!type) throw refused(`Unable to infer object type from: ${segment}`);
  return type;
}

function told(portal: Portal, type: ObjectType, id: number, asked: readonly string[]) {
  const record = portal.tables[type].read(id)!;
  return recordAnswer(type, record, asked, portal.settings, (name) => portal.definitions[type].find(name) !== null);
}

/** The list: in order of ids, strongly consistent, without end. `after` is the id of the next record. */
function list(portal: Portal, type: ObjectType, request: Request, response: Response): void {
  const limit = Math.min(limitOf(request, MOST_LISTED), portal.settings.largestPage);
  const after = listOf(request, 'after')[0] ?? '0';
  if (!/^\d{1,16}$/.test(after)) throw refused(`'${after}' is not a valid paging cursor`);
  const isArchived = listOf(request, 'archived')[0] === 'true';
  const asked = listOf(request, 'properties');
  const histories = listOf(request, 'propertiesWithHistory');
  assertFewEnough(limit, histories);
  const results: object[] = [];
  let next: number | null = null;
  for (const id of portal.tables[type].ids(Number(after), isArchived)) {
    if (results.length === limit) {
      next = id;
      break;
    }
    const links = inline(portal, type, id, request);
    results.push({ ...told(portal, type, id, asked), ...historyOf(portal, type, id, histories), ...links });
  }
  response.json({ results, ...(next === null ? {} : { paging: paging(request, String(next)) }) });
}

/** Links that ride on a record, for `associations=companies,deals`; a primary link shows twice, as HubSpot's does. */
function inline(portal: Portal, type: ObjectType, id: number, request: Request): { associations?: object } {
  const wanted = listOf(request, 'associations').map((name) => objectTypeOf(name));
  const entries = wanted.flatMap((to) => {
    const links = to ? linksOf(portal, type, id, to) : [];
    if (!to || links.length === 0) return [];
    const name = inlineType(type, to);
    const results = links.flatMap((link) => [
      ...(link.isPrimary ? [{ id: String(link.id), type: name }] : []),
      { id: String(link.id), type: link.isPrimary ? `${name}_unlabeled` : name },
    ]);
    return [[to, { results }] as const];
  });
  return entries.length > 0 ? { associations: Object.fromEntries(entries) } : {};
}

function singleAssociations(portal: Portal, request: Request, response: Response): void {
  const type = typeOf(request);
  const to = typeOf(request, 'toType');
  const id = resolveId(portal, type, String(request.params.id));
  if (id === null || !portal.tables[type].isLive(id)) throw notFound('resource not found');
  if (!associationType(type, to)) throw refused(`There is no association from ${type} to ${to}`);
  const limit = limitOf(request, 500);
  const start = Number(listOf(request, 'after')[0] ?? 0);
  const links = linksOf(portal, type, id, to);
  const results = links.slice(start, start + limit).map((link) => ({
    toObjectId: String(link.id),
    associationTypes: associationTypes(typeIdsOf(type, to, link), link.isPrimary),
  }));
  const next = start + limit < links.length ? { paging: paging(request, String(start + limit)) } : {};
  response.json({ results, ...next });
}

/** The kinds of one link; the primary one comes first and is labelled. */
export function associationTypes(typeIds: readonly number[], isPrimary: boolean): object[] {
  return typeIds.map((typeId, index) => ({
    category: 'HUBSPOT_DEFINED',
    typeId,
    label: isPrimary && index === 0 ? 'Primary' : null,
  }));
}

/** The limit of a page, 10 if none is asked for. @throws {HubspotError} 400 beyond `most` */
export function limitOf(request: Request, most: number, usual = Math.min(10, most)): number {
  const limit = Number(listOf(request, 'limit')[0] ?? usual);
  if (!Number.isInteger(limit) || limit < 1 || limit > most) throw refused(`limit must be between 1 and ${most}`);
  return limit;
}

/** The pointer to the next page, with a link. */
export function paging(request: Request, after: string): object {
  const url = new URL(request.originalUrl, `http://${request.headers.host ?? 'localhost'}`);
  url.searchParams.set('after', after);
  return { next: { after, link: url.href } };
}
