import type { z } from 'zod';
import type { CrmEngagement, Page } from '../../src/domain/crm.ts';
import type { Attributes } from '../../src/domain/lead.ts';
import { LeadScoringError } from '../../src/errors.ts';
import type { HubspotClient } from './client.ts';
import { engagementTypeOf, isPulled } from './event-types.ts';
import { PATHS } from './paths.ts';
import { cursorAt, type Place, pulledUntil } from './place.ts';
import type { WindowRules } from './pull-changes.ts';
import { readEach } from './read-each.ts';
import { EventOccurrence, EventTypes, RecordPage } from './schemas.ts';

const EVENTS_PER_PAGE = '100';

/** Events reach HubSpot's store later than they happened, so their windows overlap by more than those of records. */
const EVENT_OVERLAP_MS = 600_000;

/**
 * Pulls what leads did on the web, in e-mails and in other systems: event occurrences, one event type after the other.
 *
 * An account without any hub of the Enterprise tier has none (403): the stream is then empty.
 */
export async function* pullEvents(
  client: HubspotClient,
  place: Place | null,
  { overlapMs, lagMs }: WindowRules,
  signal: AbortSignal,
): AsyncGenerator<Page<CrmEngagement>> {
  const start = place?.at === 'window' ? place : null;
  const listing = await eventTypes(client, signal);
  if (listing === null) return;
  const toMs = start?.toMs ?? Math.max(start?.fromMs ?? 0, listing.sentAt.getTime() - lagMs);
  const window = { at: 'window', fromMs: start?.fromMs ?? 0, toMs, afterId: null } as const;
  const types = listing.types.filter((type) => start?.part == null || type >= start.part);
  let after = start?.part === types[0] ? (start?.after ?? null) : null;
  for (const [index, part] of types.entries()) {
    for (;;) {
      const fromMs = Math.max(0, window.fromMs - Math.max(overlapMs, EVENT_OVERLAP_MS));
      const body = await occurrences(client, { part, fromMs, toMs, after }, signal);
      if (body.paging !== null && body.paging === after) {
        throw new LeadScoringError('CRM_PROTOCOL', 'HubSpot repeats a page of events');
      }
      after = body.paging;
      const next = after === null ? (types[index + 1] ?? null) : part;
      const cursor = cursorAt(next === null ? pulledUntil(toMs) : { ...window, part: next, after });
      yield { ...readEach(body.results, EventOccurrence, engagementOf), cursor };
      if (after === null) break;
    }
  }
}

/** Names of the account's event types in order; `null` where the account has no events. */
async function eventTypes(client: HubspotClient, signal: AbortSignal) {
  try {
    const call = { operation: 'read', method: 'GET', path: PATHS.eventTypes } as const;
    const { body, sentAt } = await client.send(call, EventTypes, signal);
    return { types: body.eventTypes.filter(isPulled).sort(), sentAt };
  } catch (error) {
    if (error instanceof LeadScoringError && error.code === 'CRM_SCOPE_MISSING') return null;
    throw error;
  }
}

async function occurrences(
  client: HubspotClient,
  { part, fromMs, toMs, after }: { part: string; fromMs: number; toMs: number; after: string | null },
  signal: AbortSignal,
): Promise<z.infer<typeof RecordPage>> {
  const query = {
    objectType: 'contact',
    eventType: part,
    ...(fromMs === 0 ? {} : { occurredAfter: new Date(fromMs).toISOString() }),
    occurredBefore: new Date(toMs).toISOString(),
    limit: EVENTS_PER_PAGE,
    ...(after === null ? {} : { after }),
  };
  return (await client.send({ operation: 'read', method: 'GET', path: PATHS.events, query }, RecordPage, signal)).body;
}

/** Details of an event that score models look at. */
const DETAILS: Readonly<Record<string, string>> = {
  hs_url: 'url',
  hs_page_url: 'url',
  hs_page_title: 'title',
  hs_path: 'page',
};

function engagementOf({
  id,
  eventType,
  objectId,
  occurredAt,
  properties,
}: z.infer<typeof EventOccurrence>): CrmEngagement {
  const details: Attributes = Object.fromEntries(
    Object.entries(DETAILS).flatMap(([property, name]) => (properties[property] ? [[name, properties[property]]] : [])),
  );
  return {
    id: `event:${id}`,
    ...engagementTypeOf(eventType),
    occurredAt,
    campaign: properties.hs_campaign_id || properties.hs_campaign_guid || null,
    properties: details,
    leads: [{ object: 'contact', crmId: objectId }],
    modifiedAt: occurredAt, // events never change
    isDeleted: false,
  };
}
