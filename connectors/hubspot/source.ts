import type { RecordKind, RecordOf, Stream } from '../../src/domain/crm.ts';
import type { HubspotRecord } from './schemas.ts';

/** Ids of associated records by the name of their object, in HubSpot's order. */
export type Links = Readonly<Record<string, readonly string[]>>;

/**
 * A stream of one CRM object: what to ask for, and what its records mean.
 *
 * Such an object can be listed (everything, in order of ids) and searched (what changed).
 */
export interface ObjectSource<K extends RecordKind = RecordKind> {
  readonly stream: Stream<K>;
  /** Name in paths, such as `contacts`. */
  readonly object: string;
  /** Contacts have their own; filtering them by the other one silently finds nothing (shared/design/hubspot.md 2.3). */
  readonly modifiedProperty: 'lastmodifieddate' | 'hs_lastmodifieddate';
  readonly properties: readonly string[];
  /** Objects whose ids are read along with each record. */
  readonly associations: readonly string[];
  /** Prepares reading a page; the function yields `null` for a record that is none of the stream's. */
  readonly reader: (signal: AbortSignal) => Promise<(record: HubspotRecord, links: Links) => RecordOf[K] | null>;
}
