import express, { type Request, type Router } from 'express';
import { requireAnyScope } from './auth.ts';
import { DEAL_STAGES } from './deal-records.ts';
import { notFound } from './hubspot-error.ts';
import { campaignGuidOf, ownerIdOf, repOfOwnerId, userIdOf } from './ids.ts';
import { limitOf, paging } from './object-routes.ts';
import type { Portal } from './portal.ts';
import { listOf } from './record-answer.ts';
import { contactByEmail } from './writes.ts';

/** What the account is and whom it employs: details, owners, pipelines, campaigns, subscriptions. */
export function accountRoutes(portal: Portal): Router {
  const router = express.Router();
  const { settings, people, clock } = portal;
  const madeAt = people.world.now.toISOString();

  router.get('/account-info/2026-09/details', (_request, response) => {
    response.json({
      portalId: settings.portalId,
      accountType: 'STANDARD',
      timeZone: settings.timeZone,
      companyCurrency: 'USD',
      additionalCurrencies: [],
      utcOffset: '-05:00',
      utcOffsetMilliseconds: -18_000_000,
      uiDomain: 'app.hubspot.com',
      dataHostingLocation: 'na1',
    });
  });

  const owners = people.world.reps.map((rep) => ({
    id: ownerIdOf(rep.n),
    email: rep.email,
    type: 'PERSON',
    firstName: rep.firstName,
    lastName: rep.lastName,
    userId: rep.isActive ? userIdOf(rep.n) : null,
    userIdIncludingInactive: userIdOf(rep.n),
    teams: [],
    createdAt: madeAt,
    updatedAt: madeAt,
    archived: !rep.isActive,
  }));
  router.get('/crm/owners/2026-09', (request, response) => {
    requireAnyScope(response, ['crm.objects.owners.read']);
    const isArchived = listOf(request, 'archived')[0] === 'true';
    const [email] = listOf(request, 'email');
    const wanted = owners.filter((owner) => owner.archived === isArchived && (!email || owner.email === email));
    response.json(paged(request, wanted, 500, 100));
  });
  router.get('/crm/owners/2026-09/:id', (request, response) => {
    requireAnyScope(response, ['crm.objects.owners.read']);
    const isUserId = listOf(request, 'idProperty')[0] === 'userId';
    const rep = repOfOwnerId(request.params.id);
    const owner = isUserId
      ? owners.find(({ userIdIncludingInactive }) => String(userIdIncludingInactive) === request.params.id)
      : owners[rep];
    if (!owner) throw notFound('resource not found');
    response.json(owner);
  });

  router.get('/crm/pipelines/2026-09/deals', (_request, response) => {
    requireAnyScope(response, ['crm.objects.deals.read']);
    const stages = DEAL_STAGES.map(({ id, label, probability }, displayOrder) => ({
      id,
      label,
      displayOrder,
      metadata: { probability, isClosed: String(id.startsWith('closed')) },
      archived: false,
      createdAt: madeAt,
      updatedAt: madeAt,
    }));
    const pipeline = { id: 'default', label: 'Sales pipeline', displayOrder: 0, stages, archived: false };
    response.json({ results: [{ ...pipeline, createdAt: madeAt, updatedAt: madeAt }] });
  });

  router.get('/marketing/campaigns/2026-09', (request, response) => {
    requireAnyScope(response, ['marketing.campaigns.read']);
    const asked = listOf(request, 'properties');
    const campaigns = people.world.campaigns.map(({ n, name, type, startsAt, endsAt }) => {
      const properties: Record<string, string> = {
        hs_name: name,
        hs_campaign_type: type,
        hs_start_date: startsAt.toISOString().slice(0, 10),
        hs_end_date: endsAt.toISOString().slice(0, 10),
      };
      const told = Object.fromEntries(
        asked.filter((each) => each in properties).map((each) => [each, properties[each]]),
      );
      return { id: campaignGuidOf(n), properties: told, createdAt: startsAt, updatedAt: startsAt, businessUnits: [] };
    });
    response.json({ total: campaigns.length, ...paged(request, campaigns, 100, 50) });
  });

  router.get('/communication-preferences/2026-09/statuses/:email', (request, response) => {
    requireAnyScope(response, ['communication_preferences.read', 'communication_preferences.read_write']);
    const id = contactByEmail(portal, request.params.email);
    const hasLeft = id !== null && portal.tables.contacts.read(id)?.fields.hs_email_optout === 'true';
    const result = {
      channel: 'EMAIL',
      subscriberIdString: request.params.email,
      subscriptionId: 1,
      subscriptionName: 'Marketing information',
      status: id === null ? 'NOT_SPECIFIED' : hasLeft ? 'UNSUBSCRIBED' : 'SUBSCRIBED',
      source: 'API',
      legalBasis: 'LEGITIMATE_INTEREST_PQL',
      timestamp: clock.now().toISOString(),
    };
    response.json({ status: 'COMPLETE', results: [result] });
  });
  return router;
}

/** A page of a short list; `after` counts entries. */
function paged<T>(
  request: Request,
  all: readonly T[],
  most: number,
  usual: number,
): { results: readonly T[]; paging?: object } {
  const limit = limitOf(request, most, usual);
  const start = Number(listOf(request, 'after')[0] ?? 0);
  const results = all.slice(start, start + limit);
  return start + limit < all.length ? { results, paging: paging(request, String(start + limit)) } : { results };
}
