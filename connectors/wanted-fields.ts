import type { LeadObject } from '../src/domain/crm.ts';
import type { FieldDescription } from '../src/domain/field-description.ts';
import { linesOf } from '../src/domain/mapped-lines.ts';
import type { MappedType } from '../src/domain/mapped-type.ts';
import type { Mapping } from '../src/domain/mapping.ts';
import { SCORE_FIELDS, type ScoreField } from '../src/domain/score-field.ts';

/** Types that a field can be created with; a list would need options that nobody has told us. */
const CREATED_TYPES = ['text', 'number', 'boolean', 'instant', 'date'] as const satisfies readonly MappedType[];
export type CreatedType = (typeof CREATED_TYPES)[number];

/** A field that provisioning creates where it is missing. */
export interface WantedField {
  /** Name among the score field values. */
  readonly name: string;
  /** The CRM's name of it. */
  readonly field: string;
  readonly type: CreatedType;
  readonly label: string;
  readonly help: string;
}

/** The score fields, and the mapped fields that we alone write. */
export function wantedFields(mapping: Mapping, object: LeadObject): readonly WantedField[] {
  return Object.entries(linesOf(mapping, object).written).flatMap(([name, { field, type, direction }]) => {
    const created = CREATED_TYPES.find((each) => each === type);
    if (created === undefined || direction !== 'write') return [];
    return [{ name, field, type: created, ...wordsOf(name) }];
  });
}

/** Whether a field that is there can hold the wanted one's values. */
export function isOfWantedType({ type }: WantedField, there: Pick<FieldDescription, 'type'>): boolean {
  return there.type === type;
}

function wordsOf(name: string): Pick<WantedField, 'label' | 'help'> {
  if (name in SCORE_FIELDS) return SCORE_FIELDS[name as ScoreField]; // just asked
  const attribute = name.replace(/^attributes\./, '');
  return { label: `Lead score: ${attribute.replace(/^score\./, '')}`, help: `Written by Scorewire: ${attribute}.` };
}
