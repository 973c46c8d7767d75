import type { Sandbox, SandboxOptions } from '../../sandbox/start.ts';
import type { Budget } from '../../src/domain/budget.ts';
import type {
  Crm,
  CrmConnector,
  LeadObject,
  LeadRef,
  Page,
  RecordKind,
  RecordOf,
  Stream,
  SyncCursor,
} from '../../src/domain/crm.ts';
import type { ChangerKind } from '../../src/domain/field-change.ts';
import type { Mapping } from '../../src/domain/mapping.ts';

/** How a connector of a contract test differs from the shipped one. */
export interface ConnectOptions {
  readonly budget?: Budget;
  readonly mapping?: Mapping;
  readonly timeoutMs?: number;
  readonly overlapMs?: number;
  readonly lagMs?: number;
}

/** What the suite needs to know of a CRM. */
export interface ContractSubject {
  readonly mapping: Mapping;
  /** The twin's settings for these tests: a search index that keeps up. */
  readonly settings: NonNullable<SandboxOptions['settings']>;
  /** Opens the connector, with valid credentials of the twin. */
  connect(baseUrl: string, options: ConnectOptions): CrmConnector;
  /** Which object an id names. */
  refOf(crmId: string): LeadRef;
  /** Routes for faults, `METHOD /path` with `*` for a path segment. */
  readonly routes: Readonly<
    Record<'pullLeads' | 'readLeads' | 'writeLeads' | 'createTasks' | 'readTasks' | 'removeTasks', string>
  >;
  /** The mapped lifecycle field, two of its values in their order, and an object of leads that has it. */
  readonly stages: { readonly field: string; readonly low: string; readonly high: string; readonly object: LeadObject };
  /** Values, under the CRM's names, with which a rep completes a task, and with which one renames it. */
  readonly taskEdits: {
    readonly done: Readonly<Record<string, string>>;
    readonly renamed: Readonly<Record<string, string>>;
  };
  /** The text field that is mapped as `city`. */
  readonly cityField: string;
  /** As {@link cityField} on contacts, where leads and contacts name it differently. */
  readonly contactCityField?: string;
  /** Whether a lead that belongs to no rep belongs to a queue. */
  readonly hasQueues?: boolean;
  /** What an import counts as: Salesforce cannot tell it from the person who holds the tool. */
  readonly importKind: ChangerKind;
  /** Calls that counting so many records of one stream costs. */
  callsToCount(records: number): number;
  /** An id of the right form that no lead has. */
  readonly noSuchLead: LeadRef;
  /** Leads that share one stamp in the test of the search caps; above 10,000. */
  readonly sameStampLeads: number;
}

/** A sandbox with one CRM, and connectors to it. */
export interface Bench {
  readonly sandbox: Sandbox;
  readonly subject: ContractSubject;
  readonly crm: Crm;
  connect(options?: ConnectOptions): CrmConnector;
  /** The lead that person n of the world is. */
  lead(n: number): LeadRef;
}

/** Opens a bench that ends with its test. */
export type OpenBench = (options?: SandboxOptions) => Promise<Bench>;

/** A signal that nobody aborts. */
export const live = new AbortController().signal;

/** Streams of one kind. */
export function streamsOf<K extends RecordKind>(connector: CrmConnector, kind: K): readonly Stream<K>[] {
  return connector.streams.filter((stream): stream is Stream<K> => stream.kind === kind);
}

/** Everything that a pull brings. */
export async function pulled<K extends RecordKind>(
  connector: CrmConnector,
  stream: Stream<K>,
  cursor: SyncCursor | null,
): Promise<{
  readonly records: readonly RecordOf[K][];
  readonly pages: readonly Page<RecordOf[K]>[];
  readonly cursor: SyncCursor | null;
}> {
  const pages = await Array.fromAsync(connector.pull(stream, cursor, live));
  return { records: pages.flatMap(({ records }) => records), pages, cursor: pages.at(-1)?.cursor ?? cursor };
}

/** The world's people who are leads of one object now. */
export function leadsOf({ sandbox, lead }: Bench, object: LeadObject): readonly LeadRef[] {
  const all = Array.from({ length: sandbox.world.size }, (_, n) => lead(n));
  return all.filter((each) => each.object === object);
}

/** The value of `city` for a lead, under the CRM's name of the field. */
export function cityOf({ cityField, contactCityField }: ContractSubject, { object }: LeadRef, city: string) {
  return { [object === 'contact' ? (contactCityField ?? cityField) : cityField]: city };
}

/** One text for a lead, to compare by. */
export function nameOf({ object, crmId }: LeadRef): string {
  return `${object} ${crmId}`;
}
