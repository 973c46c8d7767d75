import type { Clock } from '../src/domain/clock.ts';
import type { CrmConnector } from '../src/domain/crm.ts';
import type { Phase, RunKind } from '../src/domain/run.ts';
import type { PlanCheckStore } from '../src/sync/check-plan.ts';
import type { TaskStore } from '../src/sync/create-tasks.ts';
import type { UndoStore } from '../src/sync/plan-undo.ts';
import type { PullStore } from '../src/sync/pull-stream.ts';
import type { ReconcileSource, ReconcileStore } from '../src/sync/reconcile.ts';
import type { RemovalStore } from '../src/sync/remove-tasks.ts';
import type { RunProgress } from '../src/sync/run-phase.ts';
import type { LeadScored, LeadToScore, ScoringRules } from '../src/sync/score-leads.ts';
import type { VerifyStore } from '../src/sync/verify-stages.ts';
import type { WriteStore } from '../src/sync/write-back.ts';

/** A run with the connection it works on and the store that it works with. */
export interface RunInHand {
  readonly kind: RunKind;
  readonly connector: CrmConnector;
  readonly rules: ScoringRules;
  readonly store: PullStore & PlanCheckStore & UndoStore & WriteStore & VerifyStore & ScoreStore & TaskLane;
}

/** What scoring needs of the store. */
export interface ScoreStore {
  /** Hands due leads to `score` and stores its answers; how many there were, 0 at the end. */
  scoreBatch(size: number, score: (leads: readonly LeadToScore[]) => readonly LeadScored[]): Promise<number>;
}

/** Creating and removing tasks is for one worker at a time. */
export interface TaskLane {
  /** Runs `work` while this worker alone has the connection's tasks in hand; `false` if another one does. */
  holdingTaskLock(work: (tasks: TaskStore & RemovalStore) => Promise<void>): Promise<boolean>;
}

/** What every job is given. */
export interface Services {
  readonly progress: RunProgress;
  /** Jobs of one phase that share a run's leads or writes. */
  readonly lanes: number;
  /** How long a lost call may still take effect in a CRM, in milliseconds. */
  readonly settleMs: number;
  readonly clock: Clock;
  inHand(runId: string): Promise<RunInHand>;
  /** Adds the calls that a connector has sent since they were last counted to a run. */
  countCalls(runId: string, connector: CrmConnector): Promise<void>;
  /** The connection's open run, a new one if there is none. */
  openRun(connectionId: string, kind: 'sync' | 'review'): Promise<{ readonly runId: string; readonly phase: Phase }>;
  /** Keeps what the account allows for the rest of the day, for the run's forecast. */
  noteDailyCalls(runId: string, left: number | null): Promise<void>;
  /** Connections with leads that are due though nothing was pulled, and without an open run. */
  connectionsToReview(): Promise<readonly string[]>;
  toReconcile(connectionId: string): Promise<{ readonly source: ReconcileSource; readonly store: ReconcileStore }>;
}
