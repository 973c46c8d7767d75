import type { CrmUndo, CrmWriter, TaskStanding } from '../domain/crm.ts';
import type { LeadScoringError } from '../errors.ts';
import { settleLost, type TaskRules, type TaskStore } from './create-tasks.ts';

/** A task that the undone run made. */
export interface MadeTask {
  readonly id: string;
  readonly crmTaskId: string;
}

/** How the removal of one task ended; `cause` says why it stays in the CRM. */
export interface TaskRemoval {
  readonly id: string;
  readonly cause: string | null;
}

/** What removing tasks needs of the store; asked while one session alone has the connection's tasks in hand. */
export interface RemovalStore extends Pick<TaskStore, 'tasks' | 'settle' | 'replan'> {
  /** Removes the tasks that the CRM never had. */
  removeUnsent(): Promise<void>;
  /** Tasks of the undone run that nobody has looked at yet. */
  madeTasks(limit: number): Promise<readonly MadeTask[]>;
  settleRemovals(removals: readonly TaskRemoval[]): Promise<void>;
}

/**
 * Removes the open tasks that a run made. One that a rep has completed or changed stays, and says so.
 *
 * Repeating is harmless: what is gone counts as removed.
 * @throws {LeadScoringError} when the connection as a whole cannot go on; the tasks in hand stay to be looked at.
 */
export async function removeTasks(
  connector: Pick<CrmUndo, 'readTasks' | 'removeTasks'> & Pick<CrmWriter, 'findTasks'>,
  store: RemovalStore,
  rules: Pick<TaskRules, 'settleMs' | 'batchSize' | 'clock'>,
  signal: AbortSignal,
): Promise<void> {
  await settleLost(connector, store, rules, signal);
  await store.removeUnsent();
  for (;;) {
    signal.throwIfAborted();
    const made = await store.madeTasks(rules.batchSize);
    if (made.length === 0) return;
    const standings = await connector.readTasks(
      made.map(({ crmTaskId }) => crmTaskId),
      signal,
    );
    const open = made.filter((_, index) => standings[index] === 'open');
    const failures = await removeOpen(connector, open, signal);
    await store.settleRemovals(
      made.map(({ id }, index) => ({ id, cause: failures.get(id)?.code ?? CAUSES[standings[index] ?? 'gone'] })),
    );
  }
}

const CAUSES: Readonly<Record<TaskStanding, string | null>> = {
  gone: null,
  open: null,
  done: 'done by the rep',
  changed: 'changed since',
};

async function removeOpen(
  connector: Pick<CrmUndo, 'removeTasks'>,
  open: readonly MadeTask[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, LeadScoringError>> {
  const failures = new Map<string, LeadScoringError>();
  if (open.length === 0) return failures;
  const outcomes = await connector.removeTasks(
    open.map(({ crmTaskId }) => crmTaskId),
    signal,
  );
  for (const [index, { id }] of open.entries()) {
    const outcome = outcomes[index];
    if (outcome === undefined || outcome.ok) continue;
    if (outcome.error.recovery !== 'quarantine') throw outcome.error;
    failures.set(id, outcome.error);
  }
  return failures;
}
