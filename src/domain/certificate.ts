import type { Approver, Lane, RunKind } from './run.ts';

/** How the records of one stream ended: `pulled = scored + Σ excluded`, or some are unaccounted for. */
export interface StreamCount {
  readonly pulled: number;
  readonly scored: number;
  readonly excluded: Readonly<Record<string, number>>;
  /** Attribute → records whose value does not convert; they count above all the same. Left out where there is none. */
  readonly unconverted?: Readonly<Record<string, number>>;
}

/** Why a run ended before its time, and what it left to the next one. */
export interface Stopped {
  readonly code: string;
  readonly reason: string;
  /** When the calls for want of which it stopped come back. */
  readonly resumesAt?: string;
  /** Streams that were not pulled to their end. */
  readonly undrained: readonly string[];
  /** Writes that were planned and not sent, by the lane in which they would have gone. */
  readonly deferred: Readonly<Record<Lane, number>>;
}

/** The account of a run. `unaccounted` is 0, or the run has failed. */
export interface Certificate {
  readonly run: string;
  readonly kind: RunKind;
  /** The run that an undo takes back. */
  readonly undoOf?: string;
  readonly connection: string;
  readonly asOf: string;
  /** `waiting`: nothing is written until a person approves the plan. */
  readonly state: 'done' | 'stopped' | 'open' | 'waiting';
  readonly stopped?: Stopped;
  /** Why the plan waits or waited for a person. */
  readonly asks?: readonly string[];
  readonly approvedBy?: Approver;
  /**
   * By stream; `review` counts leads that were scored without having been pulled, `backfill:…` the reading of newly
   * mapped fields.
   */
  readonly streams: Readonly<Record<string, StreamCount>>;
  readonly writes: {
    readonly planned: number;
    readonly written: number;
    readonly unchanged: number;
    readonly rejected: Readonly<Record<string, number>>;
    readonly deferred: number;
    /** What is written → leads whose field cannot hold the value, and was left alone. Left out where there is none. */
    readonly unwritable?: Readonly<Record<string, number>>;
  };
  readonly stages: { readonly moved: number; readonly refused: number };
  /** `removed` and the reasons in `rejected` are of an undo: tasks taken back, and those left to their reps. */
  readonly tasks: Readonly<Record<'planned' | 'created' | 'removed' | 'waiting', number>> & {
    readonly rejected: Readonly<Record<string, number>>;
  };
  readonly apiCalls: number;
  readonly unaccounted: number;
}
