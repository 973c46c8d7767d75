/**
 * Phases of a run, in order. `planned` waits until the plan is approved; `checking` looks again at what a person
 * approved, then scores what has moved; `done` and `stopped` are ends.
 */
export type Phase =
  | 'pulling'
  | 'scoring'
  | 'planned'
  | 'checking'
  | 'writing'
  | 'verifying'
  | 'tasking'
  | 'done'
  | 'stopped';

/** Who let a plan be written. */
export type Approver = 'automatic' | 'person';

/** Where a write stands in the queue: the lower, the sooner. */
export const LANES = { hot: 0, newBand: 1, other: 2 } as const;
