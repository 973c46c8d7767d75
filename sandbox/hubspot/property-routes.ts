import express, { type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import { requireAnyScope } from './auth.ts';
import { HubspotError, notFound, sendError } from './hubspot-error.ts';
import { typeOf } from './object-routes.ts';
import { OBJECT_TYPES, type ObjectType } from './object-types.ts';
import type { Portal } from './portal.ts';
import { FIELD_TYPES, type PropertyType } from './property-catalog.ts';
import { type PropertyDefinitions, type PropertyGroup, propertyAnswer } from './property-definitions.ts';
import { listOf } from './record-answer.ts';

const Option = z.object({
  label: z.string(),
  value: z.string(),
  displayOrder: z.number().int().default(-1),
  hidden: z.boolean().default(false),
});
const NewProperty = z.object({
  name: z.string(),
  label: z.string(),
  type: z.enum(Object.keys(FIELD_TYPES) as PropertyType[]), // Object.keys forgets the keys
  fieldType: z.string(),
  groupName: z.string(),
  description: z.string().default(''),
  options: z.array(Option).default([]),
  hasUniqueValue: z.boolean().default(false),
  formField: z.boolean().default(false),
  hidden: z.boolean().default(false),
  displayOrder: z.number().int().default(-1),
});
const Change = z.object({
  label: z.string().optional(),
  type: NewProperty.shape.type.optional(),
  fieldType: z.string().optional(),
  groupName: z.string().optional(),
  description: z.string().optional(),
  options: z.array(Option).optional(),
  formField: z.boolean().optional(),
  hidden: z.boolean().optional(),
  displayOrder: z.number().int().optional(),
});
const NewGroup = z.object({ name: z.string(), label: z.string(), displayOrder: z.number().int().default(-1) });
const Names = z.object({ inputs: z.array(z.object({ name: z.string() })).max(100) });

/** The routes under `/crm/properties/{version}`. */
export function propertyRoutes(portal: Portal): Router {
  const router = express.Router();
  const of = (request: Request): PropertyDefinitions => portal.definitions[typeOf(request)];

  router.use('/:type', (request, response, next) => {
    const type = typeOf(request);
    const isRead = request.method === 'GET' || request.path.endsWith('/batch/read');
    requireAnyScope(
      response,
      isRead ? [OBJECT_TYPES[type].readScope, schemaScope(type, 'read')] : [schemaScope(type, 'write')],
    );
    next();
  });
  router.get('/:type/groups', (request, response) => {
    response.json({ results: of(request).groups().map(groupAnswer) });
  });
  router.post('/:type/groups', (request, response) => {
    response.status(201).json(groupAnswer(of(request).createGroup(NewGroup.parse(request.body))));
  });
  router.get('/:type/groups/:name', (request, response) => {
    const group = of(request)
      .groups()
      .find(({ name }) => name === request.params.name);
    if (!group) throw notFound(`No property group exists with the name '${request.params.name}'`);
    response.json(groupAnswer(group));
  });
  router.delete('/:type/groups/:name', (request, response) => {
    of(request).archiveGroup(request.params.name);
    response.sendStatus(204);
  });
  router.post('/:type/batch/create', (request, response) => {
    const { inputs } = z.object({ inputs: z.array(NewProperty).min(1).max(100) }).parse(request.body);
    const failures: HubspotError[] = [];
    const results = inputs.flatMap((input) => {
      try {
        return [propertyAnswer(of(request).create(input))];
      } catch (error) {
        if (!(error instanceof HubspotError)) throw error;
        failures.push(error);
        return [];
      }
    });
    if (failures.length > 0 && results.length === 0) sendError(response, failures[0]!);
    else sendBatch(portal, response, failures.length > 0 ? 207 : 201, results, failures);
  });
  router.post('/:type/batch/read', (request, response) => {
    const found = Names.parse(request.body).inputs.map(({ name }) => of(request).find(name));
    const results = found.filter((property) => property !== null).map(propertyAnswer);
    const failures = found.filter((property) => property === null).map(() => notFound('No such property'));
    sendBatch(portal, response, failures.length > 0 ? 207 : 200, results, failures);
  });
  router.post('/:type/batch/archive', (request, response) => {
    for (const { name } of Names.parse(request.body).inputs) of(request).archive(name);
    response.sendStatus(204);
  });
  router.get('/:type', (request, response) => {
    const isArchived = listOf(request, 'archived')[0] === 'true';
    response.json({ results: of(request).all(isArchived).map(propertyAnswer) });
  });
  router.post('/:type', (request, response) => {
    response.status(201).json(propertyAnswer(of(request).create(NewProperty.parse(request.body))));
  });
  router.get('/:type/:name', (request, response) => {
    const isArchived = listOf(request, 'archived')[0] === 'true';
    const property = of(request).findAny(request.params.name);
    if (!property || (property.archivedMs !== null) !== isArchived) {
      throw notFound(`No property exists with the name '${request.params.name}'`);
    }
    response.json(propertyAnswer(property));
  });
  router.patch('/:type/:name', (request, response) => {
    const given = Object.entries(Change.parse(request.body)).filter(([, value]) => value !== undefined);
    response.json(propertyAnswer(of(request).update(request.params.name, Object.fromEntries(given))));
  });
  router.delete('/:type/:name', (request, response) => {
    of(request).archive(request.params.name);
    response.sendStatus(204);
  });
  return router;
}

function schemaScope(type: ObjectType, right: 'read' | 'write'): string {
  const owner = type === 'companies' || type === 'deals' ? type : 'contacts';
  return `crm.schemas.${owner}.${right}`;
}

function groupAnswer(group: PropertyGroup): object {
  return { ...group, archived: false };
}

function sendBatch(
  { clock }: Portal,
  response: Response,
  status: number,
  results: readonly object[],
  failures: readonly HubspotError[],
): void {
  const at = clock.now().toISOString();
  const errors = failures.map(({ category, message, subCategory }) => ({
    status: 'error',
    category,
    message,
    subCategory,
  }));
  response.status(status).json({
    status: 'COMPLETE',
    results,
    startedAt: at,
    completedAt: at,
    ...(errors.length > 0 ? { numErrors: errors.length, errors } : {}),
  });
}
