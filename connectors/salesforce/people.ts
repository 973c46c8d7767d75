import type { CrmLead, LeadObject, LeadRef } from '../../src/domain/crm.ts';
import type { Attributes } from '../../src/domain/lead.ts';
import type { Mapping } from '../../src/domain/mapping.ts';
import { SCORE_FIELDS, type ScoreField, type ScoreFieldValues } from '../../src/domain/score-field.ts';
import type { Fields } from './org.ts';
import type { Row } from './query.ts';
import { attributeValue, NUMBER_TYPES, PersonRow } from './schemas.ts';
import type { Source } from './source.ts';

/** Salesforce's name of the object that a lead is. */
export const OBJECT_OF: Readonly<Record<LeadObject, 'Lead' | 'Contact'>> = { lead: 'Lead', contact: 'Contact' };

/** The lead that an activity's WhoId or a member names, by the id's key prefix; `null` for anything else. */
export function leadRefOf(id: string | null): LeadRef | null {
  if (id?.startsWith('00Q')) return { object: 'lead', crmId: id };
  return id?.startsWith('003') ? { object: 'contact', crmId: id } : null;
}

/** The stream of Leads or of Contacts. */
export function peopleSource(object: LeadObject, mapping: Mapping): Source<'lead'> {
  const { required, optional } = personFields(object, mapping);
  return {
    stream: { name: `${object}s`, kind: 'lead' },
    object: OBJECT_OF[object],
    fields: required,
    optional,
    ...(object === 'lead' && { standing: 'IsConverted = false' }),
    reader: async (_rows, { fields }) => {
      const read = personReader(object, mapping, fields);
      return (row) => [read(row)];
    },
  };
}

/** What to ask for of a lead: a mapped field must be there, a score field may not be provisioned yet. */
export function personFields(object: LeadObject, mapping: Mapping) {
  const ofObject = mapping.leads[object];
  const mapped = Object.values(ofObject?.attributes ?? {}).map(({ field }) => field);
  const lifecycle = ofObject?.lifecycle === undefined ? [] : [ofObject.lifecycle.field];
  const moves = object === 'lead' ? ['IsConverted', 'ConvertedContactId'] : ['AccountId'];
  return {
    required: ['CreatedDate', 'IsDeleted', ...moves, ...mapped, ...lifecycle],
    optional: ['OwnerId', 'MasterRecordId', ...Object.values(mapping.scoreFields)],
  };
}

/** Reads rows of one object as leads. */
export function personReader(object: LeadObject, mapping: Mapping, fields: Fields): (row: Row) => CrmLead {
  const { attributes = {}, lifecycle } = mapping.leads[object] ?? {};
  return (row) => {
    const person = PersonRow.parse(row);
    const stage = lifecycle === undefined ? null : row[fields.get(lifecycle.field)?.name ?? lifecycle.field];
    return {
      object,
      crmId: person.Id,
      createdAt: person.CreatedDate,
      modifiedAt: person.SystemModstamp,
      attributes: attributesOf(row, attributes, fields),
      ownerId: person.OwnerId,
      companyId: person.AccountId,
      lifecycleStage: typeof stage === 'string' && stage !== '' ? stage : null,
      scoreFields: scoreFieldsOf(row, mapping, fields),
      absorbed: [], // Salesforce names the winner on the loser, see movedTo
      movedTo: movedTo(object, person),
      isDeleted: person.IsDeleted,
    };
  };
}

/** Values of mapped fields under our names. */
export function attributesOf(
  row: Row,
  attributes: Readonly<Record<string, { readonly field: string }>>,
  fields: Fields,
): Attributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, mapped]) => {
      const field = fields.get(mapped.field);
      return [name, field === undefined ? null : attributeValue(row[field.name], field.type)];
    }),
  );
}

function scoreFieldsOf(row: Row, mapping: Mapping, fields: Fields): ScoreFieldValues {
  const names = Object.keys(SCORE_FIELDS) as ScoreField[]; // Object.keys forgets the keys
  const values = names.map((name) => {
    const field = fields.get(mapping.scoreFields[name]);
    const value = field === undefined ? null : attributeValue(row[field.name], field.type);
    return [name, scoreValue(value, field?.type ?? '')];
  });
  return Object.fromEntries(values) as ScoreFieldValues; // Object.fromEntries forgets the keys
}

function scoreValue(value: unknown, type: string): string | number | null {
  if (value === null || typeof value === 'number') return value;
  return NUMBER_TYPES.has(type) ? Number(value) : String(value);
}

/** A converted lead goes on as its contact, the loser of a merge as the winner of the same object. */
function movedTo(
  object: LeadObject,
  person: { IsConverted: boolean; ConvertedContactId: string | null; MasterRecordId: string | null },
): LeadRef | null {
  if (person.IsConverted && person.ConvertedContactId !== null) {
    return { object: 'contact', crmId: person.ConvertedContactId };
  }
  return person.MasterRecordId === null ? null : { object, crmId: person.MasterRecordId };
}

/** The objects that a mapping makes leads of. */
export function leadObjects(mapping: Mapping): readonly LeadObject[] {
  return mapping.leads.lead === undefined ? ['contact'] : ['lead', 'contact'];
}
