import type { Budget } from '../../src/domain/budget.ts';
import type { Clock } from '../../src/domain/clock.ts';
import type { CrmConnector, RecordKind, Stream } from '../../src/domain/crm.ts';
import type { Mapping } from '../../src/domain/mapping.ts';
import { caughtUp } from '../catch-up.ts';
import { check } from './check.ts';
import { SalesforceClient } from './client.ts';
import { countSource } from './count.ts';
import type { SalesforceCredentials } from './credentials.ts';
import { describe } from './describe.ts';
import { findTasks } from './find-tasks.ts';
import { Org } from './org.ts';
import { provision } from './provision.ts';
import { isInside, pullSource } from './pull.ts';
import { readLeads } from './read-leads.ts';
import { readMapped } from './read-mapped.ts';
import { readTasks } from './read-tasks.ts';
import { removeTasks } from './remove-tasks.ts';
import { restoreStages } from './restore-stages.ts';
import { scanSource } from './scan.ts';
import type { Source } from './source.ts';
import { sourcesOf } from './streams.ts';
import { TaskWriter } from './tasks.ts';
import { whoChanged } from './who-changed.ts';
import { writeLeads } from './write-leads.ts';

export { SALESFORCE_API_VERSION, SALESFORCE_PACE } from './client.ts';
export { SalesforceCredentials } from './credentials.ts';

export interface SalesforceConnectorOptions {
  readonly credentials: SalesforceCredentials;
  /** Login URL (`https://login.salesforce.com`) or My Domain URL; client credentials need the latter. */
  readonly baseUrl: string;
  readonly mapping: Mapping;
  readonly budget: Budget;
  readonly clock: Clock;
  /** See {@link PullTiming}; 10 minutes if omitted. */
  readonly overlapMs?: number;
  /** See {@link PullTiming}; 2 s if omitted. */
  readonly lagMs?: number;
  /** Longest wait for one answer, in milliseconds; 30 s if omitted. */
  readonly timeoutMs?: number;
  /**
   * As {@link timeoutMs}, for queries; 130 s if omitted. Salesforce ends them itself after 120 s, with QUERY_TIMEOUT:
   * to give up earlier would hide that answer, after which the window is halved.
   */
  readonly queryTimeoutMs?: number;
  /** Stores credentials with a rotated refresh token; awaited before the new session is used. */
  readonly onRotated?: (credentials: SalesforceCredentials) => Promise<void>;
}

/** A Salesforce org as a CRM: Leads and Contacts are the leads. */
export function salesforceConnector(options: SalesforceConnectorOptions): CrmConnector {
  const { mapping, overlapMs = 600_000, lagMs = 2_000 } = options;
  const { timeoutMs = 30_000, queryTimeoutMs = 130_000, onRotated = async () => {} } = options;
  const client = new SalesforceClient({ ...options, timeoutMs, queryTimeoutMs, onRotated });
  const org = new Org(client);
  const sources = new Map(sourcesOf(mapping).map((source) => [source.stream.name, source]));
  const taskWriter = new TaskWriter(client, mapping.tasks.businessHours.timeZone);

  /** The source behind one of our own streams. @throws {RangeError} for another connector's. */
  function sourceOf<K extends RecordKind>(stream: Stream<K>): Source<K> {
    const source = sources.get(stream.name);
    if (source?.stream.kind !== stream.kind) throw new RangeError(`Salesforce has no stream ${stream.name}`);
    return source as unknown as Source<K>; // the kind has just been compared
  }

  return {
    crm: 'salesforce',
    streams: [...sources.values()].map(({ stream }) => stream),
    get calls() {
      return client.calls;
    },
    check: (signal) => check(org, { mapping, signal }),
    describe: (object, signal) => describe(org, object, signal),
    pull: (stream, cursor, signal) =>
      caughtUp(cursor, isInside, (from) =>
        pullSource(sourceOf(stream), from, { org, timing: { overlapMs, lagMs }, signal }),
      ),
    readLeads: (leads, signal) => readLeads(leads, { org, mapping, signal }),
    readMapped: (object, part, crmIds, signal) => readMapped({ org, mapping }, { object, part, crmIds }, signal),
    scan: (stream, signal) => scanSource(sourceOf(stream), org, signal),
    count: (stream, signal) => countSource(sourceOf(stream), org, signal),
    whoChanged: (leads, fields, signal) => whoChanged({ leads, fields }, { org, mapping, signal }),
    provision: (how, signal) => provision(how, { org, mapping, signal }),
    writeLeads: (writes, signal) => writeLeads(writes, { org, mapping, signal }),
    readTasks: (taskIds, signal) => readTasks(client, taskIds, signal),
    removeTasks: (taskIds, signal) => removeTasks(client, taskIds, signal),
    restoreStages: (stages, signal) => restoreStages(stages, { org, mapping, signal }),
    createTasks: (tasks, signal) => taskWriter.create(tasks, signal),
    findTasks: (tasks, signal) => findTasks(tasks, client, signal),
  };
}
