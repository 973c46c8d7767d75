import type { ScoreFieldValues } from './score-field.ts';

/** A field of ours on a lead: what we write, by its name, or the mapped lifecycle property. */
export type OurField = keyof ScoreFieldValues | 'lifecycleStage';

/** Who sets fields in a CRM. `workflow` is any automation of the CRM itself. */
export type ChangerKind = 'us' | 'user' | 'workflow' | 'integration' | 'import' | 'unknown';

/** The value that a field holds, and who set it. */
export interface FieldChange {
  /** As a pulled lead has it; of a mapped attribute that is neither text nor number, the CRM's text. */
  readonly value: string | number | null;
  /** `null` where the CRM does not tell. */
  readonly at: Date | null;
  /** `id` is the CRM's id of a user, workflow, app or import, never anybody's name; `null` where it does not tell. */
  readonly by: { readonly kind: ChangerKind; readonly id: string | null };
  /** `record`: the CRM keeps no history of the field, so this tells of the record's latest change, of whatever field. */
  readonly knownOf: 'field' | 'record';
}
