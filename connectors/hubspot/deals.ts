import type { CrmDeal } from '../../src/domain/crm.ts';
import { readValue } from './property-values.ts';
import type { HubspotRecord } from './schemas.ts';
import type { Links } from './source.ts';

/** Properties that a deal is read with. Stage ids differ per portal; the calculated flags do not. */
export const DEAL_PROPERTIES = [
  'hs_lastmodifieddate',
  'dealstage',
  'amount',
  'createdate',
  'closedate',
  'hs_is_closed',
  'hs_is_closed_won',
];

/** Reads a deal with the contacts and companies it is linked to. */
export function dealOf({ id, properties, createdAt, updatedAt, archived }: HubspotRecord, links: Links): CrmDeal {
  const outcome = outcomeOf(properties);
  const amount = readValue(properties.amount, 'number', 'amount');
  return {
    crmId: id,
    modifiedAt: updatedAt,
    leads: (links.contacts ?? []).map((crmId) => ({ object: 'contact', crmId })),
    companyId: links.companies?.[0] ?? null,
    outcome,
    stage: properties.dealstage ?? '',
    amount: typeof amount === 'number' ? amount : null,
    createdAt: instantOf(properties.createdate, 'createdate') ?? createdAt,
    // An open deal's close date is a forecast.
    closedAt: outcome === 'open' ? null : instantOf(properties.closedate, 'closedate'),
    isDeleted: archived === true,
  };
}

function outcomeOf(properties: HubspotRecord['properties']): CrmDeal['outcome'] {
  const isWon = readValue(properties.hs_is_closed_won, 'boolean', 'hs_is_closed_won');
  if (isWon === true) return 'won';
  return readValue(properties.hs_is_closed, 'boolean', 'hs_is_closed') === true ? 'lost' : 'open';
}

function instantOf(text: string | null | undefined, property: string): Date | null {
  const value = readValue(text, 'instant', property);
  return typeof value === 'string' ? new Date(value) : null;
}
