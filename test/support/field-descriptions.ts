import type { FieldDescription, ObjectDescription } from '../../src/domain/field-description.ts';

/** A text field of a CRM that we may write, or what `more` says. */
export const aField = (name: string, more: Partial<FieldDescription> = {}): FieldDescription => ({
  name,
  type: 'text',
  crmType: more.type ?? 'string',
  readOnly: null,
  options: null,
  longest: 255,
  digits: null,
  isNeverEmpty: false,
  ...more,
});

/** A picklist with these values, each shown under its own label. */
export const aPicklist = (name: string, labels: Readonly<Record<string, string>>): FieldDescription =>
  aField(name, {
    crmType: 'picklist',
    longest: null,
    options: Object.entries(labels).map(([value, label]) => ({ value, label })),
  });

/** An object with these fields. */
export function anObject(object: string, fields: readonly FieldDescription[]): ObjectDescription {
  const byName = new Map(fields.map((field) => [field.name, field]));
  return { object, names: [...byName.keys()], find: (name) => byName.get(name) };
}
