import type { LeadRef } from './crm.ts';
import type { ScoreFieldValues } from './score-field.ts';

/** What a run wrote to one lead. */
export interface WrittenLead {
  /** The record that the lead is now. */
  readonly ref: LeadRef;
  /** Whether the CRM confirmed the write. A run that stopped in the middle of a call does not know. */
  readonly isConfirmed: boolean;
  readonly before: Partial<ScoreFieldValues>;
  readonly after: Partial<ScoreFieldValues>;
  /** Both `null` if the run moved no stage. `''` is an empty one. */
  readonly stageBefore: string | null;
  readonly stageAfter: string | null;
  /** What later runs of ours wrote to the lead since. */
  readonly later: Partial<ScoreFieldValues>;
}

/** A value that is left as it is, and why. */
export interface SkippedField {
  readonly field: string;
  readonly reason: 'changed since' | 'written by a later run';
}

/** What taking a run back does to one lead. */
export interface UndoneLead {
  /** `unchanged`: the values are as they were before the run already. */
  readonly state: 'planned' | 'unchanged' | 'rejected';
  readonly cause: string | null;
  readonly before: Partial<ScoreFieldValues>;
  readonly after: Partial<ScoreFieldValues>;
  readonly stageBefore: string | null;
  readonly stageAfter: string | null;
  readonly skipped: readonly SkippedField[];
}

/** A lead of which an undo leaves something as it is. */
export interface SkippedLead extends LeadRef, SkippedField {}
