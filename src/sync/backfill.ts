import type { CrmReader, MappedObject } from '../domain/crm.ts';
import type { MappedValues } from '../domain/mapped-part.ts';
import type { Mapping } from '../domain/mapping.ts';
import { asksForRecords, type MappingDifference, mappingDifference } from '../domain/mapping-difference.ts';

/** What reading newly mapped fields needs of the store, over the records of one object. */
export interface BackfillStore {
  /** The older mappings by which some record was read, oldest first. */
  mappingsBehind(): Promise<readonly { readonly version: number; readonly mapping: Mapping }[]>;
  /** Ids of records that were read by that mapping and are still there, at most `size`; none at the end. */
  idsBehind(version: number, size: number): Promise<readonly string[]>;
  /** Merges values into the records, which then are up to date. */
  catchUp(
    version: number,
    difference: MappingDifference,
    values: ReadonlyMap<string, MappedValues | null>,
  ): Promise<void>;
  /** Ends with a mapping: what is not there to be read loses what is mapped no more. */
  leaveMapping(version: number, difference: MappingDifference): Promise<void>;
}

/** What a backfill did. */
export interface Backfilled {
  /** Attributes and fields that were read, by our names. */
  readonly names: readonly string[];
  readonly records: number;
}

/**
 * Brings the records of an object from older mappings to the present one: reads the fields that are new, and no others,
 * of records that are known, and drops what is mapped no more.
 *
 * Each batch is one transaction that says of its records that they are up to date, so a crash repeats one batch at most.
 */
export async function backfill(
  connector: Pick<CrmReader, 'readMapped'>,
  store: BackfillStore,
  {
    object,
    mapping,
    batchSize,
  }: { readonly object: MappedObject; readonly mapping: Mapping; readonly batchSize: number },
  signal: AbortSignal,
): Promise<Backfilled> {
  const names = new Set<string>();
  let records = 0;
  for (const { version, mapping: old } of await store.mappingsBehind()) {
    const difference = mappingDifference(old, mapping, object);
    const isToRead = asksForRecords(difference);
    for (;;) {
      signal.throwIfAborted();
      const ids = await store.idsBehind(version, batchSize);
      if (ids.length === 0) break;
      const read = isToRead ? await connector.readMapped(object, difference, ids, signal) : [];
      await store.catchUp(version, difference, new Map(ids.map((id, index) => [id, read[index] ?? null])));
      if (isToRead) records += ids.length;
    }
    await store.leaveMapping(version, difference);
    if (isToRead) for (const name of namesOf(difference)) names.add(name);
  }
  return { names: [...names], records };
}

/** What is read, as a person finds it in the mapping file. */
export function namesOf({ attributes, scoreFields, hasLifecycle }: MappingDifference): readonly string[] {
  return [...attributes, ...scoreFields, ...(hasLifecycle ? ['lifecycle'] : [])];
}
