import express, { type ErrorRequestHandler } from 'express';
import { z } from 'zod';
import { ApiError } from './api-error.ts';
import type { Org } from './org.ts';
import type { CursorStore } from './rest/cursor-store.ts';
import type { Sessions } from './sessions.ts';
import { stampRows } from './stamp-rows.ts';
import { convertLead } from './write/convert-lead.ts';
import { mergeRecords } from './write/merge-records.ts';

const Convert = z.strictObject({ leadId: z.string(), withOpportunity: z.boolean().default(true) });
const Merge = z.strictObject({ winner: z.string(), loser: z.string() });
const PublicKey = z.strictObject({ clientId: z.string(), publicKey: z.string() });
const Stamp = z.strictObject({ object: z.string(), count: z.number().int().positive() });

/** What only Salesforce has: POST convert, merge, public-key, expire-sessions, expire-locators, stamp. */
export function controlRoutes(org: Org, sessions: Sessions, cursors: CursorStore): express.Router {
  const router = express.Router();
  router.use(express.json());
  router.post('/convert', (request, response) => {
    const { leadId, withOpportunity } = Convert.parse(request.body);
    response.json(convertLead(org, leadId, { withOpportunity }));
  });
  router.post('/merge', (request, response) => {
    const { winner, loser } = Merge.parse(request.body);
    response.json({ id: mergeRecords(org, winner, loser) });
  });
  router.post('/public-key', (request, response) => {
    const { clientId, publicKey } = PublicKey.parse(request.body);
    org.settings.publicKeys[clientId] = publicKey;
    response.sendStatus(204);
  });
  router.post('/expire-sessions', (_request, response) => {
    sessions.end();
    response.sendStatus(204);
  });
  router.post('/expire-locators', (_request, response) => {
    cursors.clear();
    response.sendStatus(204);
  });
  router.post('/stamp', (request, response) => {
    const { object, count } = Stamp.parse(request.body);
    response.json({ stamped: stampRows(org.tableOf(object), count, org.nowSeconds(), org.userId) });
  });
  router.use(refuse);
  return router;
}

const refuse: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (error instanceof z.ZodError) response.status(400).json({ error: z.prettifyError(error) });
  else if (error instanceof ApiError) response.status(400).json({ error: error.message });
  else next(error);
};
