import type { Crm } from '../../src/domain/crm.ts';
import type { ScoreField } from '../../src/domain/score-field.ts';

/** Something that somebody does in a CRM. People are numbers of the sandbox's world. */
export type Act =
  | {
      readonly act: 'engage';
      readonly crm: Crm;
      readonly person: number;
      readonly type: string;
      /** Below 0: it lies ahead, by a clock that is wrong. */
      readonly minutesAgo: number;
    }
  | { readonly act: 'edit title'; readonly crm: Crm; readonly people: readonly number[]; readonly title: string | null }
  | {
      readonly act: 'edit score';
      readonly crm: Crm;
      readonly person: number;
      readonly field: ScoreField;
      readonly value: string | null;
    }
  | { readonly act: 'set stage'; readonly crm: Crm; readonly person: number; readonly stage: string }
  | { readonly act: 'merge'; readonly crm: Crm; readonly person: number; readonly other: number }
  | {
      readonly act: 'convert' | 'delete' | 'complete tasks';
      readonly crm: Crm;
      readonly person: number;
    };

/** Which steps of a run are counted. */
export type StepKind =
  | 'any'
  | 'commit'
  | 'checkpoint'
  | 'lead page'
  | 'queue'
  | 'pull'
  | 'write'
  | 'create task'
  | 'find task';

/** What happens in the middle of a run: at the `nth` step of a kind. */
export type Interruption = { readonly at: StepKind; readonly nth: number } & (
  | { readonly crash: 'before' | 'after'; readonly losesQueue: boolean }
  | { readonly act: Act }
);

/** What the CRM or the network does wrong during a run. */
export interface Trouble {
  readonly kind:
    | 'rate limit'
    | 'quota'
    | 'server error'
    | 'torn page'
    | 'cut'
    | 'silence'
    | 'lost answer'
    | 'refused records'
    | 'locked records'
    | 'expired session';
  readonly on: 'any call' | 'write' | 'create task' | 'pull';
  /** The first call of that kind that it strikes, from 1, and how many. */
  readonly from: number;
  readonly times: number;
}

/** One part of the product's work, played to its end. */
export interface RunStep {
  readonly do: 'run';
  readonly job: 'sync' | 'plan' | 'approve' | 'undo' | 'review' | 'reconcile';
  readonly crm: Crm;
  /** Which of the runs that have ended an undo takes back: 0 is the latest. */
  readonly back: number;
  readonly troubles: readonly Trouble[];
  readonly interruptions: readonly Interruption[];
  /** Whether jobs come twice now and then. */
  readonly repeats: boolean;
}

/** A part of the work that nothing disturbs. */
export const calm = (job: RunStep['job'], crm: Crm): RunStep => ({
  do: 'run',
  job,
  crm,
  back: 0,
  troubles: [],
  interruptions: [],
  repeats: false,
});

/** One step of a story. */
export type Step =
  | RunStep
  | { readonly do: 'act'; readonly it: Act }
  | { readonly do: 'pass'; readonly minutes: number }
  | { readonly do: 'discard'; readonly crm: Crm }
  | { readonly do: 'link'; readonly first: Crm; readonly tasksIn: Crm }
  | { readonly do: 'unlink' }
  /** Somebody says that a person's record in one CRM and another's in the other are two, or one. */
  | { readonly do: 'split'; readonly person: number; readonly other: number }
  | { readonly do: 'join'; readonly person: number; readonly other: number }
  | { readonly do: 'publish'; readonly hotFrom: number };

/** What happens in one simulation, as plain data: the same story is played the same way every time. */
export interface Story {
  /** Decides what the story leaves open: the people, the order of effects, how long calls take. */
  readonly seed: number;
  readonly crms: readonly Crm[];
  readonly people: number;
  /** Points from which a lead is hot at first. */
  readonly hotFrom: number;
  /** Processes that work side by side. */
  readonly workers: number;
  /** Records in one page of an answer. */
  readonly largestPage: number;
  /** Whether HubSpot tells of events on web pages and in e-mails. */
  readonly hasEvents: boolean;
  /** How far HubSpot's search trails its records. */
  readonly searchLagSeconds: number;
  /** How far the product's clock is ahead of the CRM's. */
  readonly skewSeconds: number;
  /** Whether plans that exceed the thresholds wait for a person; in a small world most do. */
  readonly asks: boolean;
  /** Whether answers come out of order and show records twice. */
  readonly isMessy: boolean;
  /** Whether our share of the day's calls is so small that it is used up now and then. */
  readonly hasDailyShare: boolean;
  readonly steps: readonly Step[];
}
