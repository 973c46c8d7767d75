import type { ChangerKind } from './field-change.ts';
import type { ScoreFieldValues } from './score-field.ts';

/** A field of ours that somebody else keeps overwriting. */
export interface FieldFight {
  /** A score field, or a mapped attribute that we write. */
  readonly field: keyof ScoreFieldValues;
  readonly leads: number;
  /** Times it was overwritten, in all leads together. */
  readonly rounds: number;
  /** Leads in which we write it no more. */
  readonly leftToOthers: number;
  readonly lastAt: Date;
}

/** Who set a field in how many of the leads that were looked at. */
export interface Changer {
  readonly kind: ChangerKind;
  /** The CRM's id of a user, workflow, app or import, never anybody's name; `null` where it does not tell. */
  readonly id: string | null;
  readonly leads: number;
}
