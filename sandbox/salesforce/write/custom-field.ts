import { z } from 'zod';
import { ApiError } from '../api-error.ts';
import type { ObjectName } from '../ids.ts';
import type { Org } from '../org.ts';
import { type Field, PLAIN_FIELD } from '../schema/field.ts';
import { instantText } from '../value.ts';

/** What the Tooling API takes for a new field; other properties are let through as a real org does. */
const NewField = z.object({
  FullName: z.string(),
  Metadata: z.object({
    label: z.string().min(1).max(40),
    type: z.string(),
    precision: z.number().int().min(1).max(18).optional(),
    scale: z.number().int().min(0).max(17).optional(),
    length: z.number().int().min(1).max(131_072).optional(),
    visibleLines: z.number().int().positive().optional(),
    defaultValue: z.unknown().optional(),
    inlineHelpText: z.string().max(510).nullish(),
    externalId: z.boolean().optional(),
    required: z.boolean().nullish(),
    formula: z.string().min(1).optional(),
    valueSet: z
      .object({
        restricted: z.boolean().nullish(),
        valueSetDefinition: z.object({ value: z.array(z.object({ fullName: z.string() })) }),
      })
      .optional(),
  }),
});
type Metadata = z.infer<typeof NewField>['Metadata'];

/** Objects that the fields of `Activity` appear on. */
const ACTIVITY: readonly ObjectName[] = ['Task', 'Event'];

/**
 * Makes a custom field that nobody sees yet; returns the id of its CustomField record.
 *
 * @throws {ApiError} `DUPLICATE_DEVELOPER_NAME`, `REQUIRED_FIELD_MISSING`, `INVALID_FULLNAME`, `FIELD_INTEGRITY_EXCEPTION`
 */
export function createCustomField(org: Org, body: unknown): string {
  const parsed = NewField.safeParse(body);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new ApiError(400, 'REQUIRED_FIELD_MISSING', wrong.join('; '), []);
  }
  const { FullName, Metadata: metadata } = parsed.data;
  const [object = '', name = ''] = FullName.split('.');
  assertName(FullName, name);
  const objects = object === 'Activity' ? ACTIVITY : [objectNamed(org, object)];
  const field = fieldFrom(name, metadata);
  for (const each of objects) {
    const { fields } = org.sobject(each)!;
    if (fields.has(name.toLowerCase())) throw duplicate(name, object);
    fields.set(name.toLowerCase(), field);
    org.access.guard(each, name);
  }
  return record(org, object, FullName);
}

function record(org: Org, object: string, fullName: string): string {
  const table = org.table('CustomField');
  const stamp = org.nowSeconds();
  const at = instantText(stamp);
  const values = {
    DeveloperName: fullName.split('.')[1]!.replace(/__c$/, ''),
    TableEnumOrId: object,
    EntityDefinitionId: object,
    FullName: fullName,
    NamespacePrefix: null,
    IsDeleted: false,
    CreatedDate: at,
    CreatedById: org.userId,
    LastModifiedDate: at,
    LastModifiedById: org.userId,
  };
  return table.idOf(table.insert(values, stamp));
}

function assertName(fullName: string, name: string): void {
  const isGood = /^[A-Za-z][A-Za-z0-9_]{0,39}__c$/.test(name) && !/__|_$/.test(name.slice(0, -3));
  if (isGood && fullName.split('.').length === 2) return;
  const message = `The field name '${name}' can only contain alphanumeric characters, must begin with a letter and end in __c, and have no double or trailing underscore.`;
  throw new ApiError(400, 'INVALID_FULLNAME', message, ['FullName']);
}

function objectNamed(org: Org, name: string): ObjectName {
  const sobject = org.sobject(name);
  if (sobject !== undefined) return sobject.name;
  throw new ApiError(400, 'INVALID_TYPE', `Entity '${name}' is not customizable`, ['FullName']);
}

function duplicate(name: string, object: string): ApiError {
  const message = `There is already a field named ${name.replace(/__c$/, '')} on ${object}.`;
  return new ApiError(400, 'DUPLICATE_DEVELOPER_NAME', message, ['DeveloperName']);
}

function fieldFrom(name: string, metadata: Metadata): Field {
  return {
    ...PLAIN_FIELD,
    name,
    label: metadata.label,
    ...typeOf(metadata),
    isCreateable: metadata.formula === undefined,
    isUpdateable: metadata.formula === undefined,
    isCalculated: metadata.formula !== undefined,
    isCustom: true,
    isRequired: metadata.required === true,
    isExternalId: metadata.externalId === true,
    help: metadata.inlineHelpText ?? null,
  };
}

function typeOf(metadata: Metadata): Pick<Field, 'type'> & Partial<Field> {
  const { precision, scale, length } = metadata;
  switch (metadata.type) {
    case 'Number':
    case 'Percent':
    case 'Currency': {
      if (precision === undefined || scale === undefined) throw missing('precision and scale');
      if (scale > precision) throw missing('a precision of at least the scale');
      const types = { Number: 'double', Percent: 'percent', Currency: 'currency' } as const;
      return { type: types[metadata.type], precision, scale };
    }
    case 'Text':
      if (length === undefined || length > 255) throw missing('a length of 1 to 255');
      return { type: 'string', length };
    case 'TextArea':
      return { type: 'textarea', length: 255 };
    case 'LongTextArea':
      if (length === undefined || length < 256) throw missing('a length of 256 to 131072');
      if (metadata.visibleLines === undefined) throw missing('visibleLines');
      return { type: 'textarea', length };
    case 'DateTime':
      return { type: 'datetime' };
    case 'Date':
      return { type: 'date' };
    case 'Checkbox':
      if (metadata.defaultValue === undefined) throw missing('a default value');
      return { type: 'boolean', hasDefault: true };
    case 'Picklist':
    case 'MultiselectPicklist': {
      if (metadata.valueSet === undefined) throw missing('a value set');
      const values = metadata.valueSet.valueSetDefinition.value.map(({ fullName }) => fullName);
      const isRestricted = metadata.valueSet.restricted === true;
      if (metadata.type === 'Picklist') return { type: 'picklist', length: 255, values, isRestricted };
      if (metadata.visibleLines === undefined) throw missing('visibleLines');
      return { type: 'multipicklist', length: 4099, values, isRestricted };
    }
    default:
      throw new ApiError(400, 'INVALID_TYPE', `field type ${metadata.type} is not supported by the sandbox`, [
        'Metadata',
      ]);
  }
}

function missing(what: string): ApiError {
  return new ApiError(400, 'FIELD_INTEGRITY_EXCEPTION', `A field of this type needs ${what}.`, ['Metadata']);
}
