import type { CrmReader, Page, RecordKind, RecordOf, Stream } from '../../src/domain/crm.ts';
import { linesOf } from '../../src/domain/mapped-lines.ts';
import type { Mapping } from '../../src/domain/mapping.ts';
import type { HubspotClient } from './client.ts';
import { DEAL_PROPERTIES, dealOf } from './deals.ts';
import { DefinitionCache } from './definitions.ts';
import { ACTIVITY_OBJECTS, activityProperties, engagementOf } from './engagement-objects.ts';
import { companyOf, companyProperties, contactProperties, leadOf } from './leads.ts';
import type { Place } from './place.ts';
import { pullCampaigns } from './pull-campaigns.ts';
import { pullChanges, type WindowRules } from './pull-changes.ts';
import { pullEvents } from './pull-events.ts';
import { pullFormSubmissions } from './pull-form-submissions.ts';
import { pullList, scanList } from './pull-list.ts';
import { pullOwners } from './pull-owners.ts';
import type { ObjectSource } from './source.ts';

/** One stream and the ways to read it. */
export interface StreamReader<K extends RecordKind = RecordKind> {
  readonly stream: Stream<K>;
  readonly pull: (place: Place | null, rules: WindowRules, signal: AbortSignal) => AsyncIterable<Page<RecordOf[K]>>;
  readonly scan: (signal: AbortSignal) => ReturnType<CrmReader['scan']>;
}

/** Every stream of a portal: owners, campaigns and companies before the leads that name them. */
export function streamReaders(
  client: HubspotClient,
  mapping: Mapping,
  definitions = new DefinitionCache(client),
): readonly StreamReader[] {
  const readers = [
    listedReader({ name: 'owners', kind: 'owner' }, (place, rules, signal) => pullOwners(client, place, rules, signal)),
    listedReader({ name: 'campaigns', kind: 'campaign' }, (place, rules, signal) =>
      pullCampaigns(client, place, rules, signal),
    ),
    objectReader(client, companySource(mapping, definitions)),
    objectReader(client, contactSource(mapping, definitions)),
    objectReader(client, DEALS),
    ...activitySources().map((source) => {
      const { stream, pull } = objectReader(client, source);
      return listedReader(stream, pull); // our ids bear a prefix, and our own tasks are left out
    }),
    listedReader({ name: 'events', kind: 'engagement' }, (place, rules, signal) =>
      pullEvents(client, place, rules, signal),
    ),
    listedReader({ name: 'form-submissions', kind: 'engagement' }, (place, rules, signal) =>
      pullFormSubmissions(client, place, rules, signal),
    ),
  ];
  return readers as unknown as readonly StreamReader[]; // each keeps its kind, which the door compares
}

/** Contacts, as pulled and as read by id. */
export function contactSource(mapping: Mapping, definitions: DefinitionCache): ObjectSource<'lead'> {
  const lines = linesOf(mapping, 'contact');
  return {
    stream: { name: 'contacts', kind: 'lead' },
    object: 'contacts',
    modifiedProperty: 'lastmodifieddate',
    properties: contactProperties(lines),
    associations: ['companies'],
    reader: async (signal) => {
      const known = await definitions.of('contacts', signal);
      return (record, links) => leadOf(record, links, lines, known);
    },
  };
}

function companySource(mapping: Mapping, definitions: DefinitionCache): ObjectSource<'company'> {
  const lines = linesOf(mapping, 'company');
  return {
    stream: { name: 'companies', kind: 'company' },
    object: 'companies',
    modifiedProperty: 'hs_lastmodifieddate',
    properties: companyProperties(lines),
    associations: [],
    reader: async (signal) => {
      const known = await definitions.of('companies', signal);
      return (record) => companyOf(record, lines, known);
    },
  };
}

const DEALS: ObjectSource<'deal'> = {
  stream: { name: 'deals', kind: 'deal' },
  object: 'deals',
  modifiedProperty: 'hs_lastmodifieddate',
  properties: DEAL_PROPERTIES,
  associations: ['contacts', 'companies'],
  reader: async () => dealOf,
};

function activitySources(): ObjectSource<'engagement'>[] {
  return ACTIVITY_OBJECTS.map((activity) => ({
    stream: { name: activity.object, kind: 'engagement' },
    object: activity.object,
    modifiedProperty: 'hs_lastmodifieddate',
    properties: activityProperties(activity),
    associations: ['contacts'],
    reader: async () => (record, links) => engagementOf(activity, record, links),
  }));
}

function objectReader<K extends RecordKind>(client: HubspotClient, source: ObjectSource<K>): StreamReader<K> {
  return {
    stream: source.stream,
    pull: (place, rules, signal) =>
      place?.at === 'window'
        ? pullChanges(client, source, place, rules, signal)
        : pullList(client, source, place, signal),
    scan: (signal) => scanList(client, source, signal),
  };
}

function listedReader<K extends 'owner' | 'campaign' | 'engagement'>(
  stream: Stream<K>,
  pull: StreamReader<K>['pull'],
): StreamReader<K> {
  return { stream, pull, scan: (signal) => scannedByPull(pull, signal) };
}

/** Ids and stamps of a stream whose ids are not those of one list. */
async function* scannedByPull<K extends 'owner' | 'campaign' | 'engagement'>(
  pull: StreamReader<K>['pull'],
  signal: AbortSignal,
): AsyncGenerator<readonly { readonly crmId: string; readonly modifiedAt: Date }[]> {
  for await (const { records } of pull(null, { overlapMs: 0, lagMs: 0 }, signal)) {
    yield records.map((record) => ({
      crmId: 'id' in record ? record.id : record.crmId,
      // We keep no stamp of owners and campaigns; being there is all that a scan asks of them.
      modifiedAt: 'modifiedAt' in record ? record.modifiedAt : new Date(0),
    }));
  }
}
