import type { MappedObject } from '../../src/domain/crm.ts';
import { fieldsOf, linesOf, partOf } from '../../src/domain/mapped-lines.ts';
import type { MappedPart, MappedValues } from '../../src/domain/mapped-part.ts';
import type { Mapping } from '../../src/domain/mapping.ts';
import type { HubspotClient } from './client.ts';
import type { DefinitionCache } from './definitions.ts';
import { valuesOf } from './leads.ts';
import { readBatches } from './record-batches.ts';
import { readRecords } from './record-page.ts';

/**
 * A part of the mapped values of records, by id: 100 a call, and not a property more than the part names.
 *
 * `null` where HubSpot has no such record, or it cannot be read.
 */
export async function readMapped(
  client: HubspotClient,
  { mapping, definitions }: { readonly mapping: Mapping; readonly definitions: DefinitionCache },
  {
    object,
    part,
    crmIds,
  }: { readonly object: MappedObject; readonly part: MappedPart; readonly crmIds: readonly string[] },
  signal: AbortSignal,
): Promise<readonly (MappedValues | null)[]> {
  const path = object === 'company' ? 'companies' : 'contacts';
  const lines = partOf(linesOf(mapping, object), part);
  const known = await definitions.of(path, signal);
  const results = await readBatches(client, { object: path, properties: fieldsOf(lines), ids: crmIds }, signal);
  const { records } = readRecords(results);
  const byId = new Map(records.map((record) => [record.id, valuesOf(record, lines, known)]));
  return crmIds.map((crmId) => byId.get(crmId) ?? null);
}
