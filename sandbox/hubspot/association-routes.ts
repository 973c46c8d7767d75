import express, { type Router } from 'express';
import { z } from 'zod';
import { associationType } from './association-types.ts';
import { typeIdsOf } from './associations.ts';
import { requireAnyScope } from './auth.ts';
import { refused } from './hubspot-error.ts';
import { associationTypes, typeOf } from './object-routes.ts';
import { OBJECT_TYPES, type ObjectType } from './object-types.ts';
import { linksOf, type Portal } from './portal.ts';
import { resolveId } from './writes.ts';

const MOST_READ = 1_000;
const MOST_CREATED = 2_000;

const Id = z.union([z.string(), z.number()]).transform(String);
const Read = z.object({
  inputs: z
    .array(z.object({ id: Id, after: z.string().regex(/^\d+$/).optional() }))
    .min(1)
    .max(MOST_READ),
});
const Pair = { from: z.object({ id: Id }), to: z.object({ id: Id }) };
const Create = z.object({
  inputs: z
    .array(z.object({ ...Pair, types: z.array(z.object({ associationTypeId: z.number() })).min(1) }))
    .min(1)
    .max(MOST_CREATED),
});
const CreateDefault = z.object({ inputs: z.array(z.object(Pair)).min(1).max(MOST_CREATED) });

/** The routes under `/crm/associations/{version}`. */
export function associationRoutes(portal: Portal): Router {
  const router = express.Router();

  router.post('/:from/:to/batch/read', (request, response) => {
    const [from, to] = [typeOf(request, 'from'), typeOf(request, 'to')];
    requireAnyScope(response, [OBJECT_TYPES[from].readScope]);
    knownLink(from, to);
    const { inputs } = Read.parse(request.body);
    const answers = inputs.map(({ id, after }) => ({ id, ...page(portal, from, id, to, Number(after ?? 0)) }));
    const results = answers
      .filter(({ links }) => links.length > 0)
      .map(({ id, links, next }) => ({
        from: { id },
        to: links,
        ...(next === null ? {} : { paging: { next: { after: next } } }),
      }));
    // A record without links is an error here, though nothing went wrong.
    const errors = answers
      .filter(({ links }) => links.length === 0)
      .map(({ id }) => ({
        status: 'error',
        category: 'OBJECT_NOT_FOUND',
        subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND',
        message: `No ${to} is associated with ${from} ${id}.`,
        context: { fromObjectId: [id], fromObjectType: [from], toObjectType: [to] },
      }));
    send(portal, errors.length > 0 ? { results, numErrors: errors.length, errors } : { results }, response, 200);
  });

  router.post('/:from/:to/batch/create', (request, response) => {
    const [from, to] = [typeOf(request, 'from'), typeOf(request, 'to')];
    requireAnyScope(response, [OBJECT_TYPES[from].writeScope]);
    link(Create.parse(request.body).inputs, from, to);
    send(portal, { results: [] }, response, 201);
  });

  router.post('/:from/:to/batch/associate/default', (request, response) => {
    const [from, to] = [typeOf(request, 'from'), typeOf(request, 'to')];
    requireAnyScope(response, [OBJECT_TYPES[from].writeScope]);
    link(CreateDefault.parse(request.body).inputs, from, to);
    send(portal, { results: [] }, response, 201);
  });

  return router;

  function link(
    pairs: readonly { from: { id: string }; to: { id: string } }[],
    from: ObjectType,
    to: ObjectType,
  ): void {
    knownLink(from, to);
    for (const pair of pairs) {
      const ids = [resolveId(portal, from, pair.from.id), resolveId(portal, to, pair.to.id)] as const;
      if (ids[0] === null || ids[1] === null) throw refused('An id is not a number');
      if (!portal.tables[from].isLive(ids[0]) || !portal.tables[to].isLive(ids[1])) {
        throw refused(`No association from ${from} ${pair.from.id} to ${to} ${pair.to.id}: a record is not there`);
      }
      portal.associations.add(from, ids[0], to, ids[1]);
    }
  }
}

function page(portal: Portal, from: ObjectType, text: string, to: ObjectType, start: number) {
  const id = resolveId(portal, from, text);
  const isThere = id !== null && portal.tables[from].isLive(id);
  const all = isThere ? linksOf(portal, from, id, to) : [];
  const end = start + portal.settings.associationPageSize;
  const links = all.slice(start, end).map((each) => ({
    toObjectId: each.id,
    associationTypes: associationTypes(typeIdsOf(from, to, each), each.isPrimary),
  }));
  return { links, next: end < all.length ? String(end) : null };
}

function knownLink(from: ObjectType, to: ObjectType): void {
  if (!associationType(from, to)) throw refused(`There is no association from ${from} to ${to}`);
}

function send({ clock }: Portal, answer: object, response: express.Response, status: number): void {
  const at = clock.now().toISOString();
  response
    .status('errors' in answer ? 207 : status)
    .json({ status: 'COMPLETE', ...answer, startedAt: at, completedAt: at });
}
