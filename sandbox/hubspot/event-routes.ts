import express, { type Request, type Router } from 'express';
import { ENGAGEMENT_TYPES } from '../../src/domain/lead.ts';
import type { Activity } from '../world/world.ts';
import { requireAnyScope } from './auth.ts';
import { urlOf } from './contact-fields.ts';
import { EVENT_NAMES, eventOf, formOf, objectOf } from './event-types.ts';
import { HubspotError, refused } from './hubspot-error.ts';
import { campaignGuidOf } from './ids.ts';
import { limitOf, paging } from './object-routes.ts';
import type { Portal } from './portal.ts';
import { listOf } from './record-answer.ts';

const MOST_EVENTS = 100;

interface Occurrence {
  readonly person: number;
  readonly activity: Activity;
  readonly eventType: string;
}

/** Event occurrences: what contacts did on the web and in e-mails. Only for accounts with an Enterprise hub. */
export function eventRoutes(portal: Portal): Router {
  const router = express.Router();
  const { settings, people } = portal;

  router.use('/events/event-occurrences/2026-09', (_request, response, next) => {
    if (!settings.isEnterprise) {
      throw new HubspotError(403, 'MISSING_SCOPES', 'This account has no product of the Enterprise tier.');
    }
    requireAnyScope(response, ['oauth', 'crm.objects.contacts.read']);
    next();
  });
  router.get('/events/event-occurrences/2026-09/event-types', (_request, response) => {
    const ours = ENGAGEMENT_TYPES.filter((type) => !objectOf(type) && !formOf(type, undefined));
    const names = ours.map((type) => eventOf(type, settings.portalId)).filter((name) => name !== null);
    response.json({ eventTypes: [...new Set([...Object.values(EVENT_NAMES), ...names])].sort() });
  });
  router.get('/events/event-occurrences/2026-09', (request, response) => {
    const wanted = queryOf(request, settings.largestPage);
    const results: object[] = [];
    let next: string | null = null;
    for (const occurrence of occurrences(portal, wanted)) {
      const { person, activity, eventType } = occurrence;
      if (results.length === wanted.limit) {
        next = `${person}-${activity.n}`;
        break;
      }
      results.push({
        id: `${settings.portalId}-${person}-${activity.n}`,
        eventType,
        objectType: 'CONTACT',
        objectId: String(people.contactOf(person)),
        occurredAt: activity.at.toISOString(),
        properties: propertiesOf(activity),
      });
    }
    response.json({ results, ...(next === null ? {} : { paging: paging(request, next) }) });
  });
  return router;
}

interface EventQuery {
  readonly contact: number | null;
  readonly eventType: string | null;
  readonly afterMs: number;
  readonly beforeMs: number;
  readonly limit: number;
  /** Person and activity at which the page starts. */
  readonly start: readonly [number, number];
}

function queryOf(request: Request, largestPage: number): EventQuery {
  const one = (name: string) => listOf(request, name)[0] ?? null;
  const objectType = one('objectType')?.toLowerCase() ?? 'contact';
  if (!['contact', 'contacts', '0-1'].includes(objectType)) throw refused(`No events are kept for ${objectType}`);
  const contact = one('objectId');
  const eventType = one('eventType');
  if (contact === null && eventType === null) throw refused('Either objectId or eventType is required');
  const [, person = '0', activity = '0'] = /^(\d+)-(\d+)$/.exec(one('after') ?? '0-0') ?? [];
  return {
    contact: contact === null ? null : Number(contact),
    eventType,
    afterMs: instantOf(one('occurredAfter'), Number.NEGATIVE_INFINITY),
    beforeMs: instantOf(one('occurredBefore'), Number.POSITIVE_INFINITY),
    limit: Math.min(limitOf(request, MOST_EVENTS, 20), largestPage),
    start: [Number(person), Number(activity)],
  };
}

function instantOf(text: string | null, otherwise: number): number {
  if (text === null) return otherwise;
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw refused(`'${text}' is not a valid date`);
  return ms;
}

/** Occurrences person by person and by time within a person: an order that stays while new ones come in. */
function* occurrences({ people, settings, tables }: Portal, wanted: EventQuery): Iterable<Occurrence> {
  for (const person of persons()) {
    if (people.changedMs(person) < wanted.afterMs && !people.hasNews(person)) continue;
    for (const activity of people.person(person).activities) {
      const atMs = activity.at.getTime();
      if (person === wanted.start[0] && activity.n < wanted.start[1]) continue;
      if (atMs < wanted.afterMs || atMs > wanted.beforeMs) continue;
      const eventType = eventOf(activity.type, settings.portalId);
      if (eventType === null || (wanted.eventType !== null && eventType !== wanted.eventType)) continue;
      if (tables.contacts.has(people.contactOf(person))) yield { person, activity, eventType };
    }
  }

  function* persons(): Iterable<number> {
    if (wanted.contact !== null) {
      yield* people
        .peopleOf(wanted.contact)
        .toSorted((a, b) => a - b)
        .filter((n) => n >= wanted.start[0]);
      return;
    }
    for (let n = wanted.start[0]; n < people.world.size; n++) yield n;
  }
}

function propertiesOf({ page, campaign }: Activity): Readonly<Record<string, string>> {
  return {
    ...(page === undefined ? {} : { hs_url: urlOf(page), hs_path: page }),
    ...(campaign === undefined ? {} : { hs_campaign_guid: campaignGuidOf(campaign) }),
  };
}
