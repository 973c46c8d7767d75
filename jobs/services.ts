import type { Clock } from '../src/domain/clock.ts';
import type { CrmConnector, MappedObject } from '../src/domain/crm.ts';
import type { FieldLimits } from '../src/domain/field-description.ts';
import type { Phase, RunKind } from '../src/domain/run.ts';
import type { ScoreModel } from '../src/scoring/model.ts';
import type { Backfilled, BackfillStore } from '../src/sync/backfill.ts';
import type { PlanCheckStore } from '../src/sync/check-plan.ts';
import type { TaskStore } from '../src/sync/create-tasks.ts';
import type { LeadToScore, ScoringRules } from '../src/sync/lead-to-score.ts';
import type { UndoStore } from '../src/sync/plan-undo.ts';
import type { PullStore } from '../src/sync/pull-stream.ts';
import type { ReconcileSource, ReconcileStore } from '../src/sync/reconcile.ts';
import type { RemovalStore } from '../src/sync/remove-tasks.ts';
import type { RunProgress } from '../src/sync/run-phase.ts';
import type { LeadScored } from '../src/sync/score-leads.ts';
import type { VerifyStore } from '../src/sync/verify-stages.ts';
import type { WriteStore } from '../src/sync/write-back.ts';

/** A run with the connection it works on and the store that it works with. */
export interface RunInHand {
  readonly kind: RunKind;
  readonly connector: CrmConnector;
  readonly rules: ScoringRules;
  /** The published models. */
  readonly models: readonly ScoreModel[];
  readonly store: PullStore &
    PlanCheckStore &
    UndoStore &
    WriteStore &
    VerifyStore &
    ScoreStore &
    TaskLane &
    MappingStore;
}

/** What keeping to the mapping needs of the store. */
export interface MappingStore {
  /** Keeps how much the mapped fields hold. */
  keepFieldLimits(limits: FieldLimits): Promise<void>;
  /** The records of an object that are behind the mapping, by the name of their stream; `null` for any other stream. */
  backfillOf(stream: string): (BackfillStore & { readonly object: MappedObject; told(done: Backfilled): void }) | null;
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
  /** The connection's open run; if there is none, an undo that stopped for want of calls goes on, else a new run begins. */
  openRun(connectionId: string, kind: 'sync' | 'review'): Promise<{ readonly runId: string; readonly phase: Phase }>;
  /** Whether a schedule may begin, or take up, a run with a pull now. */
  isPullDue(connectionId: string): Promise<boolean>;
  /** Whether leads are due though nothing was pulled, no run is open and none waits for calls to come back. */
  isReviewDue(connectionId: string): Promise<boolean>;
  toReconcile(connectionId: string): Promise<{ readonly source: ReconcileSource; readonly store: ReconcileStore }>;
}
