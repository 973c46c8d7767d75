import type { Budget } from '../../src/domain/budget.ts';
import type { Clock } from '../../src/domain/clock.ts';
import type { CrmConnector, RecordKind, Stream } from '../../src/domain/crm.ts';
import type { Mapping } from '../../src/domain/mapping.ts';
import { caughtUp } from '../catch-up.ts';
import { check } from './check.ts';
import { HubspotClient } from './client.ts';
import type { HubspotCredentials } from './credentials.ts';
import { DefinitionCache } from './definitions.ts';
import { describe } from './describe.ts';
import { HUBSPOT_BASE_URL } from './paths.ts';
import { isInside, placeOf } from './place.ts';
import { provision } from './provision.ts';
import { readLeads } from './read-leads.ts';
import { readMapped } from './read-mapped.ts';
import { readTasks } from './read-tasks.ts';
import { removeTasks } from './remove-tasks.ts';
import { restoreStages } from './restore-stages.ts';
import { contactSource, type StreamReader, streamReaders } from './streams.ts';
import { createTasks, findTasks } from './tasks.ts';
import { whoChanged } from './who-changed.ts';
import { writeLeads } from './write-leads.ts';

export { HubspotCredentials } from './credentials.ts';
export { HUBSPOT_API_VERSION, HUBSPOT_BASE_URL } from './paths.ts';

export interface HubspotConnectorOptions {
  readonly credentials: HubspotCredentials;
  /** HubSpot's own API if omitted. */
  readonly baseUrl?: string;
  readonly mapping: Mapping;
  readonly budget: Budget;
  readonly clock: Clock;
  /**
   * How far a window reaches back into the last one; 60 s if omitted. HubSpot promises no bound for the lag of its
   * search index, up to 30 s were seen; the nightly reconciliation finds what came later still.
   */
  readonly overlapMs?: number;
  /** How far a window stays behind HubSpot's present; 5 s if omitted. */
  readonly lagMs?: number;
  /** Longest wait for one answer, in milliseconds; 30 s if omitted. */
  readonly timeoutMs?: number;
  /** IANA zone of the account, in which its daily quota resets; known after `check`, UTC until then. */
  readonly timeZone?: string;
  /** Stores credentials with a changed refresh token; awaited before the new token is used. */
  readonly onRotated?: (credentials: HubspotCredentials) => Promise<void>;
}

/** A HubSpot portal as a CRM: its contacts are the leads. */
export function hubspotConnector(options: HubspotConnectorOptions): CrmConnector {
  const { mapping, overlapMs = 60_000, lagMs = 5_000 } = options;
  const client = new HubspotClient({
    ...options,
    baseUrl: options.baseUrl ?? HUBSPOT_BASE_URL,
    timeoutMs: options.timeoutMs ?? 30_000,
    timeZone: options.timeZone ?? 'UTC',
    onRotated: options.onRotated ?? (async () => {}),
  });
  const definitions = new DefinitionCache(client);
  const contacts = contactSource(mapping, definitions);
  const readers = new Map(streamReaders(client, mapping, definitions).map((reader) => [reader.stream.name, reader]));

  /** The reader of one of our own streams. @throws {RangeError} for another connector's. */
  function readerOf<K extends RecordKind>(stream: Stream<K>): StreamReader<K> {
    const reader = readers.get(stream.name);
    if (reader?.stream.kind !== stream.kind) throw new RangeError(`HubSpot has no stream ${stream.name}`);
    return reader as unknown as StreamReader<K>; // the kind has just been compared
  }

  return {
    crm: 'hubspot',
    streams: [...readers.values()].map(({ stream }) => stream),
    get calls() {
      return client.calls;
    },
    check: (signal) => check(client, signal),
    describe: (object, signal) => describe(definitions, object, signal),
    pull: (stream, cursor, signal) =>
      caughtUp(cursor, isInside, (from) => readerOf(stream).pull(placeOf(from), { overlapMs, lagMs }, signal)),
    readLeads: (leads, signal) => readLeads(client, contacts, leads, signal),
    readMapped: (object, part, crmIds, signal) =>
      readMapped(client, { mapping, definitions }, { object, part, crmIds }, signal),
    scan: (stream, signal) => readerOf(stream).scan(signal),
    count: (stream, signal) => countOf(readerOf(stream).scan(signal)),
    whoChanged: (leads, fields, signal) => whoChanged(client, { mapping, definitions }, { leads, fields }, signal),
    provision: ({ dryRun }, signal) => provision(client, { mapping, definitions, dryRun }, signal),
    writeLeads: (writes, signal) => writeLeads(client, mapping, writes, signal),
    readTasks: (taskIds, signal) => readTasks(client, taskIds, signal),
    removeTasks: (taskIds, signal) => removeTasks(client, taskIds, signal),
    restoreStages: (stages, signal) => restoreStages(client, mapping, stages, signal),
    createTasks: (tasks, signal) => createTasks(client, tasks, signal),
    findTasks: (tasks, signal) => findTasks(client, tasks, signal),
  };
}

/** How many records the pages of a scan hold: HubSpot has no number of its own that does not lag. */
async function countOf(pages: ReturnType<CrmConnector['scan']>): Promise<number> {
  let count = 0;
  for await (const page of pages) count += page.length;
  return count;
}
