import { DateTime } from 'luxon';
import type { Clock } from '../domain/clock.ts';
import type { CrmWriter, HotLeadTask, TaskOutcome } from '../domain/crm.ts';
import type { TaskPolicy } from '../domain/mapping.ts';
import { LeadScoringError } from '../errors.ts';
import { type RepState, RepTurns } from './rep-turns.ts';

/** A task of the outbox. */
export interface WaitingTask extends HotLeadTask {
  readonly id: string;
  /** Milliseconds since the CRM was last told to create it; `null` if it never was. */
  readonly sentMsAgo: number | null;
}

/** What creating tasks needs of the store; all of it is asked while one session alone creates the connection's tasks. */
export interface TaskStore {
  tasks(state: 'planned' | 'sending', limit: number): Promise<readonly WaitingTask[]>;
  repStates(): Promise<readonly RepState[]>;
  markSending(
    tasks: readonly { readonly id: string; readonly ownerId: string | null }[],
    credit: ReadonlyMap<string, number>,
  ): Promise<void>;
  settle(ended: readonly { readonly task: WaitingTask; readonly outcome: TaskOutcome }[]): Promise<void>;
  replan(ids: readonly string[]): Promise<void>;
  /** Refuses the planned tasks of leads that are gone. */
  refuseGone(): Promise<void>;
}

/** After so many the CRM is left alone for a while. */
const MOST_ROUNDS_IN_VAIN = 3;

/** How tasks are dealt out and settled. */
export interface TaskRules {
  readonly policy: TaskPolicy;
  /** Instant whose calendar day, in the business hours' zone, decides who is absent. */
  readonly on: Date;
  /** How long a lost call may still take effect in the CRM, in milliseconds. */
  readonly settleMs: number;
  readonly batchSize: number;
  readonly clock: Pick<Clock, 'sleep'>;
}

/**
 * Creates the tasks of the outbox, each exactly once.
 *
 * A task is marked as being sent before the CRM hears of it. One found so marked, after a crash or a lost answer, is
 * looked for in the CRM by its marker, and created again only if the CRM does not have it and the lost call is old
 * enough that it cannot arrive any more.
 *
 * @throws {LeadScoringError} when the connection as a whole cannot go on, `CRM_UNAVAILABLE` if it creates nothing at all;
 *   the tasks in hand stay planned.
 */
export async function createTasks(
  connector: Pick<CrmWriter, 'createTasks' | 'findTasks'>,
  store: TaskStore,
  rules: TaskRules,
  signal: AbortSignal,
): Promise<void> {
  const { policy, on, batchSize } = rules;
  const day = DateTime.fromJSDate(on, { zone: policy.businessHours.timeZone }).toISODate() ?? '';
  await settleLost(connector, store, rules, signal);
  for (let roundsInVain = 0; ; ) {
    signal.throwIfAborted();
    await store.refuseGone();
    const planned = await store.tasks('planned', batchSize);
    if (planned.length === 0) return;
    const turns = new RepTurns(policy.reps, await store.repStates(), day);
    const tasks = planned.map((task) => ({ ...task, ownerId: turns.next(task.ownerId) }));
    await store.markSending(tasks, turns.credit);
    const outcomes = await connector.createTasks(tasks, signal);
    const ended = tasks.map((task, index) => ({ task, outcome: outcomes[index] ?? lost(task) }));
    const untouched = ended.filter(isUntouched);
    await store.settle(ended.filter((end) => !isUntouched(end)));
    await store.replan(untouched.map(({ task }) => task.id));
    const [first] = untouched;
    if (first !== undefined && first.outcome.state === 'rejected') throw first.outcome.error;
    const missing = await settleLost(connector, store, rules, signal);
    roundsInVain = missing < tasks.length ? 0 : roundsInVain + 1;
    if (roundsInVain === MOST_ROUNDS_IN_VAIN) {
      const message = `The CRM was asked ${roundsInVain} times for ${missing} tasks and has none of them`;
      throw new LeadScoringError('CRM_UNAVAILABLE', message);
    }
  }
}

/** The CRM as a whole could not be used, and this task is as it was before. */
function isUntouched({ outcome }: { readonly outcome: TaskOutcome }): boolean {
  return outcome.state === 'rejected' && outcome.error.recovery !== 'quarantine';
}

/**
 * Asks the CRM about every task that was being sent when the answer was lost: it is created, or planned again.
 *
 * @returns how many are planned again.
 * @throws {LeadScoringError} what the connector throws; the tasks stay as they are.
 */
export async function settleLost(
  connector: Pick<CrmWriter, 'findTasks'>,
  store: Pick<TaskStore, 'tasks' | 'settle' | 'replan'>,
  { settleMs, batchSize, clock }: Pick<TaskRules, 'settleMs' | 'batchSize' | 'clock'>,
  signal: AbortSignal,
): Promise<number> {
  for (let replanned = 0; ; ) {
    const sending = await store.tasks('sending', batchSize);
    if (sending.length === 0) return replanned;
    const waitMs = settleMs - Math.min(...sending.map(({ sentMsAgo }) => sentMsAgo ?? settleMs));
    if (waitMs > 0) await clock.sleep(waitMs, signal);
    const found = await connector.findTasks(sending, signal);
    const missing: string[] = [];
    const ended: { task: WaitingTask; outcome: TaskOutcome }[] = [];
    for (const [index, task] of sending.entries()) {
      const taskId = found[index] ?? null;
      if (taskId === null) missing.push(task.id);
      else ended.push({ task, outcome: { state: 'created', taskId } });
    }
    await store.settle(ended);
    await store.replan(missing);
    replanned += missing.length;
  }
}

function lost({ marker }: WaitingTask): TaskOutcome {
  return { state: 'unknown', error: new LeadScoringError('CRM_OUTCOME_UNKNOWN', `No outcome for task ${marker}`) };
}
