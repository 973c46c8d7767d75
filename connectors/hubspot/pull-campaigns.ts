import type { CrmCampaign, Page } from '../../src/domain/crm.ts';
import { LeadScoringError } from '../../src/errors.ts';
import type { HubspotClient } from './client.ts';
import { listed } from './listed.ts';
import { PATHS } from './paths.ts';
import { cursorAt, type Place, pulledUntil } from './place.ts';
import type { WindowRules } from './pull-changes.ts';
import { Campaign } from './schemas.ts';

const QUERY = { limit: '100', properties: 'hs_name,hs_start_date,hs_end_date,hs_campaign_type' };

/**
 * Pulls the campaigns that changed; HubSpot has no search of them and few of them, so the whole list is read.
 *
 * An account without marketing campaigns answers 403: the stream is then empty, engagements name none.
 */
export async function* pullCampaigns(
  client: HubspotClient,
  place: Place | null,
  { overlapMs, lagMs }: WindowRules,
  signal: AbortSignal,
): AsyncGenerator<Page<CrmCampaign>> {
  const fromMs = place?.at === 'window' ? place.fromMs : null;
  let begunAtMs: number | null = null;
  try {
    for await (const { results, sentAt, isLast } of listed(client, PATHS.campaigns, QUERY, Campaign, signal)) {
      begunAtMs ??= sentAt.getTime() - lagMs;
      const changed = results.filter(({ updatedAt }) => fromMs === null || updatedAt.getTime() >= fromMs - overlapMs);
      const next = isLast ? pulledUntil(Math.max(begunAtMs, fromMs ?? begunAtMs)) : place;
      yield {
        records: changed.map(({ id, properties }) => ({
          crmId: id,
          name: properties.hs_name ?? '',
          type: properties.hs_campaign_type || null,
          startsOn: dayOf(properties.hs_start_date),
          endsOn: dayOf(properties.hs_end_date),
        })),
        rejected: [],
        cursor: cursorAt(next ?? { at: 'list', after: null, begunAtMs }),
      };
    }
  } catch (error) {
    if (!(error instanceof LeadScoringError) || error.code !== 'CRM_SCOPE_MISSING') throw error;
  }
}

/** A date as `YYYY-MM-DD`; HubSpot sends that, or midnight UTC in milliseconds. */
function dayOf(text: string | null | undefined): string | null {
  if (!text) return null;
  const at = new Date(/^\d+$/.test(text) ? Number(text) : text);
  return Number.isNaN(at.getTime()) ? null : at.toISOString().slice(0, 10);
}
