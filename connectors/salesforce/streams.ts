import { leadObjects, type Mapping } from '../../src/domain/mapping.ts';
import { eventsSource, tasksSource } from './activities.ts';
import { campaignMembersSource, campaignsSource } from './campaigns.ts';
import { companiesSource } from './companies.ts';
import { dealsSource } from './deals.ts';
import { emailMessagesSource } from './email-messages.ts';
import { ownersSource, queuesSource } from './owners.ts';
import { peopleSource } from './people.ts';
import type { Source } from './source.ts';

/** Every stream of an org, in the order in which references resolve. */
export function sourcesOf(mapping: Mapping): readonly Source[] {
  return [
    ownersSource,
    queuesSource,
    campaignsSource,
    companiesSource(mapping),
    ...leadObjects(mapping).map((object) => peopleSource(object, mapping)),
    dealsSource,
    tasksSource,
    eventsSource,
    campaignMembersSource,
    emailMessagesSource,
  ];
}
