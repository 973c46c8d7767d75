import type { SandboxClock } from '../clock.ts';
import type { World } from '../world/world.ts';
import { Associations, type Link } from './associations.ts';
import { companyRecords } from './company-records.ts';
import { contactRecords } from './contact-records.ts';
import { dealRecords } from './deal-records.ts';
import { EmailIndex } from './email-index.ts';
import { engagementRecords } from './engagement-records.ts';
import { OBJECT_TYPE_NAMES, type ObjectType } from './object-types.ts';
import { People } from './people.ts';
import { PropertyDefinitions } from './property-definitions.ts';
import { RecordTable } from './record-table.ts';
import type { HubspotSettings } from './settings.ts';

/** Everything that one HubSpot account holds. */
export interface Portal {
  readonly settings: HubspotSettings;
  readonly clock: SandboxClock;
  readonly people: People;
  readonly tables: Readonly<Record<ObjectType, RecordTable>>;
  readonly definitions: Readonly<Record<ObjectType, PropertyDefinitions>>;
  readonly associations: Associations;
  readonly emails: EmailIndex;
}

/** An account that holds the world's people and nothing else yet. */
export function openPortal(world: World, clock: SandboxClock, settings: HubspotSettings): Portal {
  const people = new People(world);
  const baseOf = (type: ObjectType) => {
    if (type === 'contacts') return contactRecords(people);
    if (type === 'companies') return companyRecords(world);
    return type === 'deals' ? dealRecords(people) : engagementRecords(type, people);
  };
  return {
    settings,
    clock,
    people,
    tables: perObject((type) => new RecordTable(type, baseOf(type), clock, settings.searchLagMs)),
    definitions: perObject((type) => new PropertyDefinitions(type, world, clock)),
    associations: new Associations(people),
    emails: new EmailIndex(world),
  };
}

/** Links to records that are there and not in the recycling bin. */
export function linksOf({ associations, tables }: Portal, from: ObjectType, fromId: number, to: ObjectType): Link[] {
  return associations.links(from, fromId, to).filter(({ id }) => tables[to].isLive(id));
}

function perObject<T>(make: (type: ObjectType) => T): Record<ObjectType, T> {
  return Object.fromEntries(OBJECT_TYPE_NAMES.map((type) => [type, make(type)])) as Record<ObjectType, T>; // all keys
}
