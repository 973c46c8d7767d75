/** What a run is for: a sync pulls first, a review does not, an undo takes another run back. */
export type RunKind = 'sync' | 'review' | 'undo';

/**
 * Phases of a run, in order. `planned` waits until the plan is approved; `checking` looks again at what a person
 * approved, then scores what has moved; `done` and `stopped` are ends.
 *
 * An undo begins with `undoing`, where it compares what was written with what the CRM holds now, and has `untasking` in
 * the place of `tasking`.
 */
export type Phase =
  | 'pulling'
  | 'scoring'
  | 'planned'
  | 'checking'
  | 'undoing'
  | 'writing'
  | 'verifying'
  | 'tasking'
  | 'untasking'
  | 'done'
  | 'stopped';

/** Who let a plan be written. */
export type Approver = 'automatic' | 'person';

/** Where a write stands in the queue: the lower, the sooner. */
export const LANES = { hot: 0, newBand: 1, other: 2 } as const;
export type Lane = keyof typeof LANES;
