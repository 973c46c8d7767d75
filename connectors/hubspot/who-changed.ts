import { z } from 'zod';
import type { LeadRef } from '../../src/domain/crm.ts';
import type { FieldChange, OurField } from '../../src/domain/field-change.ts';
import { crmFieldOf, linesOf } from '../../src/domain/mapped-lines.ts';
import type { Mapping } from '../../src/domain/mapping.ts';
import { isScoreField, SCORE_FIELDS } from '../../src/domain/score-field.ts';
import { LeadScoringError } from '../../src/errors.ts';
import { changerOf } from './changer.ts';
import type { HubspotClient } from './client.ts';
import type { DefinitionCache } from './definitions.ts';
import { readValue } from './property-values.ts';
import { readBatches } from './record-batches.ts';
import { RecordWithHistory } from './schemas.ts';

type Changes = Readonly<Partial<Record<OurField, FieldChange>>>;

/**
 * Who set the values that contacts hold in our fields, told by HubSpot's history of each property, 50 contacts a call.
 *
 * A history that does not begin with the value that stands says nothing of it: HubSpot loses entries at times.
 */
export async function whoChanged(
  client: HubspotClient,
  { mapping, definitions }: { readonly mapping: Mapping; readonly definitions: DefinitionCache },
  { leads, fields }: { readonly leads: readonly LeadRef[]; readonly fields: readonly OurField[] },
  signal: AbortSignal,
): Promise<readonly (Changes | null)[]> {
  if (leads.length === 0) return [];
  const known = await definitions.of('contacts', signal);
  const lines = linesOf(mapping, 'contact');
  const properties = fields.flatMap((field) => {
    const property = crmFieldOf(lines, field);
    return property !== undefined && known.has(property) ? [{ field, property }] : [];
  });
  const names = properties.map(({ property }) => property);
  const read = { object: 'contacts', properties: names, histories: names, ids: leads.map(({ crmId }) => crmId) };
  const results = z.array(RecordWithHistory).safeParse(await readBatches(client, read, signal));
  if (!results.success) throw new LeadScoringError('CRM_PROTOCOL', 'HubSpot told a contact in an unknown shape');
  const ownAppId = await client.appId(signal);
  const byId = new Map(
    results.data.map((record) => {
      const changes = properties.map(({ field, property }) => [field, changeOf(record, field, property, ownAppId)]);
      return [record.id, Object.fromEntries(changes) as Changes] as const; // Object.fromEntries forgets the keys
    }),
  );
  return leads.map(({ crmId }) => byId.get(crmId) ?? null);
}

function changeOf(
  { properties, propertiesWithHistory }: RecordWithHistory,
  field: OurField,
  property: string,
  ownAppId: string | null,
): FieldChange {
  const text = properties[property] || null;
  const value = currentValue(text, field, property);
  const versions = [...(propertiesWithHistory[property] ?? [])];
  const latest = versions.sort((a, b) => b.timestamp.getTime() - a.timestamp.getTime())[0];
  if (latest === undefined || (latest.value || null) !== text) {
    return { value, at: null, by: { kind: 'unknown', id: null }, knownOf: 'field' };
  }
  return { value, at: latest.timestamp, by: changerOf(latest, ownAppId), knownOf: 'field' };
}

/** As a lead has it; what is none of the field's type is told as it stands, since it is somebody else's. */
function currentValue(text: string | null, field: OurField, property: string): string | number | null {
  if (!isScoreField(field)) return text;
  try {
    const value = readValue(text, SCORE_FIELDS[field].type, property);
    return typeof value === 'number' ? value : value === null ? null : String(value);
  } catch (error) {
    if (error instanceof LeadScoringError) return text;
    throw error;
  }
}
