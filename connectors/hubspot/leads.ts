import type { CrmCompany, CrmLead, LeadRef } from '../../src/domain/crm.ts';
import type { Attributes } from '../../src/domain/lead.ts';
import type { Mapping } from '../../src/domain/mapping.ts';
import { SCORE_FIELDS, type ScoreField, type ScoreFieldValues } from '../../src/domain/score-field.ts';
import type { Definitions } from './definitions.ts';
import { readValue, shapeOf } from './property-values.ts';
import type { HubspotRecord } from './schemas.ts';
import type { Links } from './source.ts';

type AttributeMappings = Mapping['leads']['contact']['attributes'];

/** Properties that a contact is read with. */
export function contactProperties({ leads, scoreFields }: Mapping): readonly string[] {
  const { attributes, lifecycle } = leads.contact;
  const mapped = Object.values(attributes).map(({ field }) => field);
  const stage = lifecycle === undefined ? [] : [lifecycle.field];
  const ours = Object.values(scoreFields);
  return [...new Set(['lastmodifieddate', 'hubspot_owner_id', 'hs_merged_object_ids', ...mapped, ...stage, ...ours])];
}

/** Properties that a company is read with. */
export function companyProperties({ company }: Mapping): readonly string[] {
  return [...new Set(['hs_lastmodifieddate', ...Object.values(company.attributes).map(({ field }) => field)])];
}

/** Reads a contact as a lead; `links.companies` begins with its primary company. */
export function leadOf(record: HubspotRecord, links: Links, mapping: Mapping, definitions: Definitions): CrmLead {
  const { properties } = record;
  const { attributes, lifecycle } = mapping.leads.contact;
  return {
    object: 'contact',
    crmId: record.id,
    createdAt: record.createdAt,
    modifiedAt: record.updatedAt,
    attributes: attributesOf(properties, attributes, definitions),
    ownerId: properties.hubspot_owner_id || null,
    companyId: links.companies?.[0] ?? null,
    lifecycleStage: (lifecycle === undefined ? null : properties[lifecycle.field]) || null,
    scoreFields: scoreFieldsOf(properties, mapping),
    absorbed: absorbedOf(properties.hs_merged_object_ids),
    movedTo: null, // the winner of a merge names the losers, see absorbed
    isDeleted: record.archived === true,
  };
}

/** Reads a company. */
export function companyOf(record: HubspotRecord, mapping: Mapping, definitions: Definitions): CrmCompany {
  return {
    crmId: record.id,
    modifiedAt: record.updatedAt,
    attributes: attributesOf(record.properties, mapping.company.attributes, definitions),
    isDeleted: record.archived === true,
  };
}

function attributesOf(
  properties: HubspotRecord['properties'],
  mappings: AttributeMappings,
  definitions: Definitions,
): Attributes {
  const read = ({ field, type }: AttributeMappings[string]) =>
    readValue(properties[field], type === 'any' ? shapeOf(definitions.get(field)) : type, field);
  return Object.fromEntries(Object.entries(mappings).map(([name, mapped]) => [name, read(mapped)]));
}

function scoreFieldsOf(properties: HubspotRecord['properties'], { scoreFields }: Mapping): ScoreFieldValues {
  const values = Object.entries(SCORE_FIELDS).map(([name, { type }]) => {
    const field = scoreFields[name as ScoreField]; // Object.entries forgets the keys
    return [name, readValue(properties[field], type, field)];
  });
  return Object.fromEntries(values) as ScoreFieldValues; // Object.fromEntries forgets the keys
}

function absorbedOf(mergedIds: string | null | undefined): readonly LeadRef[] {
  const ids = (mergedIds ?? '').split(';').filter((id) => id !== '');
  return ids.map((crmId) => ({ object: 'contact', crmId }));
}
