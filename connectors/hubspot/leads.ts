import type { CrmCompany, CrmLead, LeadRef } from '../../src/domain/crm.ts';
import { fieldsOf, type MappedLines, mappedValuesOf } from '../../src/domain/mapped-lines.ts';
import type { MappedValues } from '../../src/domain/mapped-part.ts';
import type { ScoreFieldValues } from '../../src/domain/score-field.ts';
import type { Definitions } from './definitions.ts';
import { EMAIL_PROPERTIES, emailsOf } from './emails.ts';
import { crmValueOf } from './property-values.ts';
import type { HubspotRecord } from './schemas.ts';
import type { Links } from './source.ts';

/** Properties that a contact is read with. */
export function contactProperties(lines: MappedLines): readonly string[] {
  const own = ['lastmodifieddate', 'hubspot_owner_id', 'hs_merged_object_ids', ...EMAIL_PROPERTIES];
  return [...new Set([...own, ...fieldsOf(lines)])];
}

/** Properties that a company is read with. */
export function companyProperties(lines: MappedLines): readonly string[] {
  return [...new Set(['hs_lastmodifieddate', ...fieldsOf(lines)])];
}

/** Reads a contact as a lead; `links.companies` begins with its primary company. */
export function leadOf(record: HubspotRecord, links: Links, lines: MappedLines, definitions: Definitions): CrmLead {
  const { properties } = record;
  const { scoreFields, ...mapped } = valuesOf(record, lines, definitions);
  return {
    object: 'contact',
    crmId: record.id,
    createdAt: record.createdAt,
    modifiedAt: record.updatedAt,
    ...mapped,
    scoreFields: scoreFields as ScoreFieldValues, // the lines of an object are all of them
    ...emailsOf(record),
    ownerId: properties.hubspot_owner_id || null,
    companyId: links.companies?.[0] ?? null,
    absorbed: absorbedOf(properties.hs_merged_object_ids),
    movedTo: null, // the winner of a merge names the losers, see absorbed
    isDeleted: record.archived === true,
  };
}

/** Reads a company. */
export function companyOf(record: HubspotRecord, lines: MappedLines, definitions: Definitions): CrmCompany {
  const { attributes, unconverted } = valuesOf(record, lines, definitions);
  return {
    crmId: record.id,
    modifiedAt: record.updatedAt,
    attributes,
    unconverted,
    isDeleted: record.archived === true,
  };
}

/** The mapped values of a record of either kind. */
export function valuesOf({ properties }: HubspotRecord, lines: MappedLines, definitions: Definitions): MappedValues {
  return mappedValuesOf(lines, (field) => crmValueOf(properties[field], definitions.get(field)));
}

function absorbedOf(mergedIds: string | null | undefined): readonly LeadRef[] {
  const ids = (mergedIds ?? '').split(';').filter((id) => id !== '');
  return ids.map((crmId) => ({ object: 'contact', crmId }));
}
