import { createHash } from 'node:crypto';
import type { Person, World } from '../../world/world.ts';
import { type Field, PLAIN_FIELD } from '../schema/field.ts';
import type { Fields } from '../value.ts';

/** A column of a CSV world as a custom field. */
export interface CustomColumn {
  readonly header: string;
  readonly field: Field;
}

const MAX_TEXT = 255;
/** Characters that a custom field's name may have before `__c`. */
const MAX_NAME = 40;
const HASH_LENGTH = 6;

/** Custom fields of Lead and Contact that a CSV world brings, such as `Total_Time_Spent_on_Website__c`. */
export function customColumns(world: World): readonly CustomColumn[] {
  return world.extraColumns.map(({ header, type }) => ({
    header,
    field: {
      ...PLAIN_FIELD,
      name: customFieldName(header),
      label: header,
      ...(type === 'number'
        ? { type: 'double' as const, precision: 18, scale: 4 }
        : { type: 'string' as const, length: MAX_TEXT }),
      isCreateable: true,
      isUpdateable: true,
      isCustom: true,
    },
  }));
}

/** A person's values of those fields. */
export function customValues(columns: readonly CustomColumn[], person: Person): Fields {
  const values: Fields = {};
  for (const { header, field } of columns) {
    const text = person.extra[header] ?? null;
    values[field.name] = text === null ? null : field.type === 'double' ? Number(text) : text.slice(0, MAX_TEXT);
  }
  return values;
}

/**
 * The API name that the custom field of a column has, `__c` included: the words of the header. One that is too long
 * ends in a hash of the header, as long headers often begin alike.
 */
export function customFieldName(header: string): string {
  const words = header.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_+|_+$/g, '');
  const name = /^[A-Za-z]/.test(words) ? words : `X${words}`;
  return name.length <= MAX_NAME ? `${name}__c` : `${shortened(name)}_${hashOf(header)}__c`;
}

function shortened(name: string): string {
  return name.slice(0, MAX_NAME - HASH_LENGTH - 1).replace(/_+$/, '');
}

function hashOf(header: string): string {
  return createHash('sha256').update(header).digest('hex').slice(0, HASH_LENGTH);
}
