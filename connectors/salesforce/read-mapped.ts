import type { MappedObject } from '../../src/domain/crm.ts';
import { fieldsOf, linesOf, partOf } from '../../src/domain/mapped-lines.ts';
import type { MappedPart, MappedValues } from '../../src/domain/mapped-part.ts';
import type { Mapping } from '../../src/domain/mapping.ts';
import { MAPPED_OBJECTS } from './describe.ts';
import type { Org } from './org.ts';
import { valuesOf } from './people.ts';
import { retrievedRows } from './read-leads.ts';

/**
 * A part of the mapped values of records, by id: 2,000 a call, and not a field more than the part names.
 *
 * `null` where the record is deleted, merged away or out of our sight.
 */
export async function readMapped(
  { org, mapping }: { readonly org: Org; readonly mapping: Mapping },
  {
    object,
    part,
    crmIds,
  }: { readonly object: MappedObject; readonly part: MappedPart; readonly crmIds: readonly string[] },
  signal: AbortSignal,
): Promise<readonly (MappedValues | null)[]> {
  const lines = partOf(linesOf(mapping, object), part);
  const asked = { object: MAPPED_OBJECTS[object], ids: crmIds, names: fieldsOf(lines) };
  const { rows, fields } = await retrievedRows(org, asked, signal);
  const byId = new Map<string, MappedValues>(rows.map((row) => [row.Id, valuesOf(row, lines, fields)]));
  return crmIds.map((crmId) => byId.get(crmId) ?? null);
}
