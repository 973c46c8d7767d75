import type { CrmOwner, Page } from '../../src/domain/crm.ts';
import type { HubspotClient } from './client.ts';
import { listed } from './listed.ts';
import { PATHS } from './paths.ts';
import { cursorAt, type Place, pulledUntil } from './place.ts';
import type { WindowRules } from './pull-changes.ts';
import { Owner } from './schemas.ts';

/**
 * Pulls the reps that changed; those who left are archived, in a list of their own.
 *
 * HubSpot has no search of owners, so both lists are read and compared with the place. They are short.
 */
export async function* pullOwners(
  client: HubspotClient,
  place: Place | null,
  { overlapMs, lagMs }: WindowRules,
  signal: AbortSignal,
): AsyncGenerator<Page<CrmOwner>> {
  const fromMs = place?.at === 'window' ? place.fromMs : null;
  let begunAtMs: number | null = null;
  for (const archived of ['false', 'true']) {
    for await (const { results, sentAt, isLast } of listed(
      client,
      PATHS.owners,
      { limit: '100', archived },
      Owner,
      signal,
    )) {
      begunAtMs ??= sentAt.getTime() - lagMs;
      const changed = results.filter(({ updatedAt }) => fromMs === null || updatedAt.getTime() >= fromMs - overlapMs);
      const isEnd = isLast && archived === 'true';
      const next = isEnd ? pulledUntil(Math.max(begunAtMs, fromMs ?? begunAtMs)) : place;
      yield {
        records: changed.map((owner) => ({
          crmId: owner.id,
          name: [owner.firstName, owner.lastName].filter(Boolean).join(' '),
          isActive: archived === 'false' && owner.archived !== true,
          isQueue: owner.type === 'QUEUE',
        })),
        rejected: [],
        cursor: cursorAt(next ?? { at: 'list', after: null, begunAtMs }),
      };
    }
  }
}
