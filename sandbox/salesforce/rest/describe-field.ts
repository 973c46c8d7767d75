import type { Field } from '../schema/field.ts';

const SOAP_TYPES: Readonly<Record<string, string>> = {
  id: 'tns:ID',
  reference: 'tns:ID',
  boolean: 'xsd:boolean',
  int: 'xsd:int',
  double: 'xsd:double',
  currency: 'xsd:double',
  percent: 'xsd:double',
  date: 'xsd:date',
  datetime: 'xsd:dateTime',
  address: 'urn:address',
};

/** What describe says of every field of ours alike. */
const ALIKE = {
  autoNumber: false,
  calculatedFormula: null,
  cascadeDelete: false,
  caseSensitive: false,
  controllerName: null,
  defaultValueFormula: null,
  dependentPicklist: false,
  deprecatedAndHidden: false,
  displayLocationInDecimal: false,
  encrypted: false,
  filteredLookupInfo: null,
  highScaleNumber: false,
  htmlFormatted: false,
  mask: null,
  maskType: null,
  referenceTargetField: null,
  relationshipOrder: null,
  restrictedDelete: false,
  searchPrefilterable: false,
  writeRequiresMasterRead: false,
};

/**
 * A field as describe shows it.
 *
 * @param isEditable - whether field-level security lets the user change it
 */
export function describedField(field: Field, isEditable: boolean): object {
  const { name, type, length } = field;
  const isLongText = type === 'textarea' && length > 255;
  const isCompound = type === 'address';
  const isText = SOAP_TYPES[type] === undefined;
  const isOrdered = !isLongText && !isCompound;
  const isPolymorphic = field.referenceTo.length > 1;
  return {
    ...ALIKE,
    aggregatable: isOrdered && type !== 'boolean',
    calculated: field.isCalculated,
    byteLength: isText ? length * 3 : length,
    compoundFieldName: /^(First|Last)Name$|^Salutation$/.test(name) ? 'Name' : null,
    createable: field.isCreateable && isEditable,
    custom: field.isCustom,
    defaultValue: type === 'boolean' ? false : null,
    defaultedOnCreate: field.hasDefault,
    digits: type === 'int' ? field.precision : 0,
    externalId: field.isExternalId,
    extraTypeInfo: extraTypeOf(field),
    filterable: !isLongText,
    groupable: isOrdered && !['double', 'currency', 'percent', 'datetime'].includes(type),
    idLookup: name === 'Id' || type === 'email' || field.isExternalId,
    inlineHelpText: field.help,
    label: field.label,
    length,
    name,
    nameField: name === 'Name',
    namePointing: isPolymorphic,
    nillable: !field.isRequired && !field.hasDefault && type !== 'boolean',
    permissionable: field.isCustom || (field.isCreateable && !field.isRequired),
    picklistValues: field.values.map((value, index) => ({
      active: true,
      defaultValue: field.hasDefault && index === 0,
      label: value,
      validFor: null,
      value,
    })),
    polymorphicForeignKey: isPolymorphic,
    precision: type === 'int' ? 0 : field.precision,
    queryByDistance: isCompound,
    referenceTo: field.referenceTo,
    relationshipName: field.relationship,
    restrictedPicklist: field.isRestricted,
    scale: field.scale,
    soapType: SOAP_TYPES[type] ?? 'xsd:string',
    sortable: isOrdered,
    type,
    unique: field.isExternalId,
    updateable: field.isUpdateable && isEditable,
  };
}

function extraTypeOf({ name, type }: Field): string | null {
  if (type === 'textarea') return 'plaintextarea';
  return /^((First|Last)?Name|Salutation)$/.test(name) ? 'personname' : null;
}
