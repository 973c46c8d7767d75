import type { Mapping } from '../../src/domain/mapping.ts';
import type { ScoreField } from '../../src/domain/score-field.ts';
import { type ErrorCode, LeadScoringError } from '../../src/errors.ts';
import type { Fields, Org, SalesforceObject } from './org.ts';
import { leadObjects, OBJECT_OF } from './people.ts';
import { NUMBER_TYPES } from './schemas.ts';
import { canHold } from './score-field-types.ts';

type MappedType = 'any' | 'text' | 'number' | 'boolean' | 'instant' | 'list';

/** Objects that a run cannot do without, beside the leads' own. */
const NEEDED_OBJECTS: readonly SalesforceObject[] = ['Account', 'Opportunity', 'Task', 'Event', 'User'];

const TEXT_TYPES: ReadonlySet<string> = new Set([
  ...['string', 'textarea', 'picklist', 'combobox', 'email', 'phone', 'url', 'id', 'reference', 'encryptedstring'],
]);

/** What stands in the way of a run: hidden objects, mapped fields that are absent, mistyped or not editable. */
export async function mappingFaults(org: Org, mapping: Mapping): Promise<readonly LeadScoringError[]> {
  const faults: LeadScoringError[] = [];
  const fault = (code: ErrorCode, message: string) => faults.push(new LeadScoringError(code, message));
  for (const object of NEEDED_OBJECTS) {
    if ((await org.fields(object)) === null) fault('CRM_SCOPE_MISSING', `Read access to ${object} is missing`);
  }
  for (const lead of leadObjects(mapping)) {
    const object = OBJECT_OF[lead];
    const fields = await org.fields(object);
    if (fields === null) {
      fault('CRM_SCOPE_MISSING', `Read access to ${object} is missing`);
      continue;
    }
    const { attributes = {}, lifecycle } = mapping.leads[lead] ?? {};
    faults.push(...attributeFaults(`leads.${lead}.attributes`, attributes, object, fields));
    faults.push(...scoreFieldFaults(mapping, object, fields));
    if (lifecycle !== undefined) faults.push(...lifecycleFaults(`leads.${lead}.lifecycle`, lifecycle, object, fields));
  }
  const accountFields = await org.fields('Account');
  if (accountFields !== null) {
    faults.push(...attributeFaults('company.attributes', mapping.company.attributes, 'Account', accountFields));
  }
  return faults;
}

function attributeFaults(
  place: string,
  attributes: Readonly<Record<string, { readonly field: string; readonly type: MappedType }>>,
  object: SalesforceObject,
  fields: Fields,
): LeadScoringError[] {
  return Object.entries(attributes).flatMap(([name, { field, type }]) => {
    const there = fields.get(field);
    const line = `${place}.${name} → ${field}`;
    if (there === undefined) return [missing(line, field, object, fields)];
    if (holds(type, there.type)) return [];
    return [new LeadScoringError('CRM_FIELD_TYPE', `${line}: ${object}.${field} is ${there.type}, not ${type}`)];
  });
}

function holds(type: MappedType, describeType: string): boolean {
  if (type === 'number') return NUMBER_TYPES.has(describeType);
  if (type === 'boolean') return describeType === 'boolean';
  if (type === 'instant') return describeType === 'datetime' || describeType === 'date';
  if (type === 'list') return describeType === 'multipicklist';
  if (type === 'text') return TEXT_TYPES.has(describeType);
  return !['address', 'location', 'base64', 'complexvalue'].includes(describeType); // no single value
}

function scoreFieldFaults({ scoreFields }: Mapping, object: SalesforceObject, fields: Fields): LeadScoringError[] {
  const names = Object.keys(scoreFields) as ScoreField[]; // Object.keys forgets the keys
  return names.flatMap((name) => {
    const field = scoreFields[name];
    const there = fields.get(field);
    const line = `scoreFields.${name} → ${field}`;
    if (there === undefined) return []; // `provision` makes it
    if (!canHold(name, there.type)) {
      return [new LeadScoringError('CRM_FIELD_TYPE', `${line}: ${object}.${field} is ${there.type}`)];
    }
    if (there.updateable) return [];
    return [new LeadScoringError('CRM_SCOPE_MISSING', `${line}: edit access to ${object}.${field} is missing`)];
  });
}

function lifecycleFaults(
  place: string,
  { field, order }: { readonly field: string; readonly order: readonly string[] },
  object: SalesforceObject,
  fields: Fields,
): LeadScoringError[] {
  const there = fields.get(field);
  const line = `${place}.field → ${field}`;
  if (there === undefined) return [missing(line, field, object, fields)];
  if (!there.updateable) {
    return [new LeadScoringError('CRM_SCOPE_MISSING', `${line}: edit access to ${object}.${field} is missing`)];
  }
  // An unrestricted picklist would take any text, and collect our misspellings.
  const values = new Set(there.picklistValues.filter(({ active }) => active).map(({ value }) => value));
  const unknown = there.type === 'picklist' ? order.filter((stage) => !values.has(stage)) : [];
  return unknown.map(
    (stage) => new LeadScoringError('CRM_FIELD_TYPE', `${place}.order: ${object}.${field} has no value "${stage}"`),
  );
}

function missing(line: string, field: string, object: SalesforceObject, fields: Fields): LeadScoringError {
  const near = nearest(field, fields.names);
  const hint = near === null ? '' : `; did you mean ${near}?`;
  return new LeadScoringError('CRM_FIELD_MISSING', `${line}: ${object} has no such field that we may see${hint}`);
}

/** The name with the fewest edits, if few enough to be a slip: two, or a third of its length. */
function nearest(name: string, names: readonly string[]): string | null {
  let best: string | null = null;
  let fewest = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of names) {
    const edits = editsBetween(name.toLowerCase(), candidate.toLowerCase());
    if (edits < fewest) [best, fewest] = [candidate, edits];
  }
  return best;
}

/** Levenshtein distance, row by row. */
function editsBetween(one: string, other: string): number {
  let above = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (const [row, letter] of [...one].entries()) {
    const here = [row + 1];
    for (const [column, each] of [...other].entries()) {
      const replaced = above[column]! + (letter === each ? 0 : 1); // both rows are one longer than the text
      here.push(Math.min(replaced, above[column + 1]! + 1, here[column]! + 1));
    }
    above = here;
  }
  return above.at(-1) ?? 0;
}
