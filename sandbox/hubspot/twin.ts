import express, { type Express, type Request, type Response } from 'express';
import { actorOf } from '../actor.ts';
import { faultGate, type SpokenFault } from '../fault-gate.ts';
import type { Twin, TwinOptions } from '../twin.ts';
import { accountRoutes } from './account-routes.ts';
import { associationRoutes } from './association-routes.ts';
import { authenticate, Tokens } from './auth.ts';
import { refuseBatch } from './batch-fault.ts';
import { eventRoutes } from './event-routes.ts';
import { objectOf } from './event-types.ts';
import { formRoutes, Submissions } from './form-routes.ts';
import { errorAnswer, expired, HubspotError, missingScopes, notFound, sendError } from './hubspot-error.ts';
import { engagementIdOf, userIdOf } from './ids.ts';
import { mergeContacts } from './merge.ts';
import { keyInfoRoute, oauthRoutes } from './oauth.ts';
import { objectRoutes } from './object-routes.ts';
import type { ObjectType } from './object-types.ts';
import { rewriteOlderPaths, routeOf } from './paths.ts';
import { linksOf, openPortal, type Portal } from './portal.ts';
import { propertyRoutes } from './property-routes.ts';
import { storedValues } from './property-values.ts';
import { rateLimits, sendRateLimited } from './rate-limits.ts';
import type { Fields } from './record.ts';
import { HubspotSettings } from './settings.ts';
import { stateOf } from './state.ts';
import { actorSource, WORLD_SOURCE } from './value-source.ts';

/** A local HubSpot account: the dated API 2026-09, and v3 and v4 paths alike. */
export function createHubspotTwin(options: TwinOptions): Twin {
  const settings = HubspotSettings.parse(options.settings);
  const portal = openPortal(options.world, options.clock, settings);
  const submissions = new Submissions(portal.people);
  const { tables, people } = portal;
  return {
    app: hubspotApp(portal, submissions, options),
    hint: [
      `HUBSPOT_TOKEN=${Object.keys(settings.tokens)[0] ?? ''}`,
      `or OAuth: client id ${settings.oauth.clientId}, client secret ${settings.oauth.clientSecret},`,
      `          refresh token ${settings.oauth.refreshToken}`,
    ],
    state: () => stateOf(portal),
    leadId: (person) => String(people.contactOf(person)),
    addActivity(person, activity) {
      const added = people.person(person).activities.length;
      tables.contacts.touch(people.contactOf(person), () =>
        submissions.note(person, people.addActivity(person, activity)),
      );
      const object = objectOf(activity.type);
      const write = { atMs: options.clock.now().getTime(), source: WORLD_SOURCE };
      if (object) tables[object].adopt(engagementIdOf(person, added), {}, write);
    },
    editLeads: (crmIds, values, by) => edit(portal, 'contacts', { ids: crmIds, values, by }),
    editTasks: (crmIds, values, by) => edit(portal, 'tasks', { ids: crmIds, values, by }),
    mergeLeads: (winnerId, loserId) => String(mergeContacts(portal, Number(winnerId), Number(loserId))),
    convertLead() {
      throw new RangeError('HubSpot has contacts only');
    },
    completeTasks(crmId) {
      const ids = linksOf(portal, 'contacts', Number(crmId), 'tasks').map(({ id }) => id);
      const open = ids.filter((id) => tables.tasks.read(id)?.fields.hs_task_status !== 'COMPLETED');
      edit(portal, 'tasks', { ids: open.map(String), values: COMPLETED, by: 'user' });
    },
    deleteLead(crmId) {
      if (!tables.contacts.isLive(Number(crmId))) throw notFound(`No contact ${crmId}`);
      tables.contacts.archive(Number(crmId));
    },
  };
}

interface Edit {
  readonly ids: readonly string[];
  readonly values: Fields;
  readonly by: string;
}

/** Writes behind the stage, all with one stamp. @throws {HubspotError} for a record that is not there */
function edit(portal: Portal, type: ObjectType, { ids, values, by }: Edit): void {
  const table = portal.tables[type];
  const stored = storedValues(values, portal.definitions[type]);
  const absent = ids.find((id) => !table.isLive(Number(id)));
  if (absent !== undefined) throw notFound(`No ${type} record ${absent}`);
  const { reps } = portal.people.world;
  const rep = reps.find(({ firstName, lastName, email }) => [`${firstName} ${lastName}`, email].includes(by));
  const source = actorSource(actorOf(by), userIdOf(rep?.n ?? 0));
  const atMs = portal.clock.now().getTime();
  for (const id of ids) table.write(Number(id), stored, source, atMs);
}
const COMPLETED = { hs_task_status: 'COMPLETED' };

function hubspotApp(portal: Portal, submissions: Submissions, { clock, faults, stats }: TwinOptions): Express {
  const app = express();
  const tokens = new Tokens(portal.settings, clock);
  let calls = 0;
  app.disable('x-powered-by');
  app.disable('etag');
  app.use((_request, response, next) => {
    calls += 1;
    response.locals.callNumber = calls;
    next();
  });
  app.use(rewriteOlderPaths);
  app.use(
    faultGate({
      crm: 'hubspot',
      faults,
      stats,
      routeOf: ({ method, path }) => routeOf(method, path),
      answer: answerFault,
    }),
  );
  app.use('/oauth/2026-09', oauthRoutes(portal, tokens));
  app.use(authenticate(tokens));
  app.use(keyInfoRoute(portal, tokens));
  app.use(rateLimits(portal.settings, clock, stats));
  app.use(express.json({ limit: '16mb' }));
  app.use(refuseBatch);
  app.use('/crm/objects/2026-09', objectRoutes(portal));
  app.use('/crm/associations/2026-09', associationRoutes(portal));
  app.use('/crm/properties/2026-09', propertyRoutes(portal));
  app.use(accountRoutes(portal));
  app.use(eventRoutes(portal));
  app.use(formRoutes(portal, submissions));
  app.use(() => {
    throw notFound('resource not found');
  });
  app.use(errorAnswer);
  return app;
}

function answerFault(fault: SpokenFault, _request: Request, response: Response): void {
  switch (fault.kind) {
    case 'rate-limit':
      sendRateLimited(response, fault.policy, fault.retryAfterSeconds);
      break;
    case 'expired-token':
      sendError(response, expired());
      break;
    case 'missing-scope':
      sendError(response, missingScopes(fault.scopes));
      break;
    case 'server-error':
      sendError(response, new HubspotError(fault.status, 'INTERNAL_ERROR', 'internal error'));
  }
}
