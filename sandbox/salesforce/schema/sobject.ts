import type { ObjectName } from '../ids.ts';
import { type Field, fieldsOf } from './field.ts';

/** An object: its fields by lower-cased name, in describe order. */
export interface Sobject {
  readonly name: ObjectName;
  readonly label: string;
  readonly labelPlural: string;
  readonly fields: Map<string, Field>;
  /** Whether rows may be created, changed and deleted through the API. */
  readonly isWritable: boolean;
}

const SYSTEM_FIELDS = `
  CreatedDate datetime d
  CreatedById reference d -> User as CreatedBy
  LastModifiedDate datetime d
  LastModifiedById reference d -> User as LastModifiedBy
  SystemModstamp datetime d`;

/** An object from its own field lines; id, deletion mark and stamps are added. */
export function sobject(name: ObjectName, lines: string, options: { readonly isWritable?: boolean } = {}): Sobject {
  const all = fieldsOf(`Id id d\nIsDeleted boolean d\n${lines.trim()}\n${SYSTEM_FIELDS.trim()}`);
  const label = name.replace(/([a-z])([A-Z])/g, '$1 $2');
  return {
    name,
    label,
    labelPlural: label.endsWith('y') ? `${label.slice(0, -1)}ies` : `${label}s`,
    fields: new Map(all.map((field) => [field.name.toLowerCase(), field])),
    isWritable: options.isWritable ?? true,
  };
}
