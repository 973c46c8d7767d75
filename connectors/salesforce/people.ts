import type { CrmLead, LeadObject, LeadRef } from '../../src/domain/crm.ts';
import { fieldsOf, linesOf, type MappedLines, mappedValuesOf } from '../../src/domain/mapped-lines.ts';
import type { MappedValues } from '../../src/domain/mapped-part.ts';
import type { Mapping } from '../../src/domain/mapping.ts';
import type { ScoreFieldValues } from '../../src/domain/score-field.ts';
import { EMAIL_FIELDS, emailsOf } from './emails.ts';
import type { Fields } from './org.ts';
import type { Row } from './query.ts';
import { crmValueOf, PersonRow } from './schemas.ts';
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
  const lines = linesOf(mapping, object);
  const { required, optional } = personFields(object, lines);
  return {
    stream: { name: `${object}s`, kind: 'lead' },
    object: OBJECT_OF[object],
    fields: required,
    optional,
    ...(object === 'lead' && { standing: 'IsConverted = false' }),
    reader: async (_rows, { fields }) => {
      const read = personReader(object, lines, fields);
      return (row) => [read(row)];
    },
  };
}

/** What to ask for of a lead: a field that is read must be there, one that is written may not be provisioned yet. */
export function personFields(object: LeadObject, lines: MappedLines) {
  const moves = object === 'lead' ? ['IsConverted', 'ConvertedContactId'] : ['AccountId'];
  return {
    required: ['CreatedDate', 'IsDeleted', ...moves, ...fieldsOf({ ...lines, written: {} })],
    optional: ['OwnerId', 'MasterRecordId', ...EMAIL_FIELDS, ...fieldsOf({ ...lines, read: {} })],
  };
}

/** Reads rows of one object as leads. */
export function personReader(object: LeadObject, lines: MappedLines, fields: Fields): (row: Row) => CrmLead {
  return (row) => {
    const person = PersonRow.parse(row);
    const { scoreFields, ...mapped } = valuesOf(row, lines, fields);
    return {
      object,
      crmId: person.Id,
      createdAt: person.CreatedDate,
      modifiedAt: person.SystemModstamp,
      ...mapped,
      scoreFields: scoreFields as ScoreFieldValues, // the lines of an object are all of them
      ...emailsOf(row),
      ownerId: person.OwnerId,
      companyId: person.AccountId,
      absorbed: [], // Salesforce names the winner on the loser, see movedTo
      movedTo: movedTo(object, person),
      isDeleted: person.IsDeleted,
    };
  };
}

/** The mapped values of a row; a field that is not there has none. */
export function valuesOf(row: Row, lines: MappedLines, fields: Fields): MappedValues {
  return mappedValuesOf(lines, (name) => {
    const field = fields.get(name);
    return field === undefined ? { value: null, text: null } : crmValueOf(row[field.name], field.type);
  });
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
