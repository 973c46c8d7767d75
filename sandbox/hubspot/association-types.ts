import { OBJECT_TYPES, type ObjectType } from './object-types.ts';

/** From, to, type id, type id of the primary link or 0. @see hubspot.md 2.5 */
const TYPES: readonly (readonly [ObjectType, ObjectType, number, number])[] = [
  ['contacts', 'companies', 279, 1],
  ['companies', 'contacts', 280, 2],
  ['contacts', 'deals', 4, 0],
  ['deals', 'contacts', 3, 0],
  ['deals', 'companies', 341, 5],
  ['companies', 'deals', 342, 6],
  ['contacts', 'calls', 193, 0],
  ['calls', 'contacts', 194, 0],
  ['contacts', 'emails', 197, 0],
  ['emails', 'contacts', 198, 0],
  ['contacts', 'meetings', 199, 0],
  ['meetings', 'contacts', 200, 0],
  ['contacts', 'notes', 201, 0],
  ['notes', 'contacts', 202, 0],
  ['contacts', 'tasks', 203, 0],
  ['tasks', 'contacts', 204, 0],
  ['contacts', 'communications', 82, 0],
  ['communications', 'contacts', 81, 0],
  ['tasks', 'companies', 192, 0],
  ['companies', 'tasks', 191, 0],
  ['tasks', 'deals', 216, 0],
  ['deals', 'tasks', 215, 0],
  ['notes', 'companies', 190, 0],
  ['companies', 'notes', 189, 0],
  ['notes', 'deals', 214, 0],
  ['deals', 'notes', 213, 0],
];

/** Ids of the two kinds of link between two objects. */
export interface AssociationType {
  readonly typeId: number;
  /** `null` where no record can be the primary one. */
  readonly primaryTypeId: number | null;
}

/** The link from one object to another, `null` where there can be none. */
export function associationType(from: ObjectType, to: ObjectType): AssociationType | null {
  const found = TYPES.find((each) => each[0] === from && each[1] === to);
  return found ? { typeId: found[2], primaryTypeId: found[3] === 0 ? null : found[3] } : null;
}

/** The object that a type id leads to from `from`, `null` for an id that does not start there. */
export function targetOf(from: ObjectType, typeId: number): ObjectType | null {
  return TYPES.find((each) => each[0] === from && (each[2] === typeId || each[3] === typeId))?.[1] ?? null;
}

/** How a list answer names a link, such as `contact_to_company`. */
export function inlineType(from: ObjectType, to: ObjectType): string {
  return `${OBJECT_TYPES[from].singular}_to_${OBJECT_TYPES[to].singular}`;
}
