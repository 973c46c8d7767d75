import { enqueue } from '../../jobs/job.ts';
import { reconcileJob } from '../../jobs/reconcile.ts';
import { reviewLeadsJob } from '../../jobs/review-leads.ts';
import { startSyncJob } from '../../jobs/start-sync.ts';
import { WRITE_BATCH } from '../../src/domain/crm-limits.ts';
import { LeadScoringError } from '../../src/errors.ts';
import { servicesOf } from '../../src/services.ts';
import { approvePlan } from '../../src/store/plans.ts';
import { holdPlan } from '../../src/store/runs.ts';
import { openUndo } from '../../src/store/undo.ts';
import type { House } from './house.ts';
import { runToUndo, waitingRun } from './past-runs.ts';
import type { RunStep } from './story.ts';

/**
 * Does what the command or the schedule of a step does before the workers take over.
 *
 * @returns what adds the first job to the queue; `null` if there is nothing to do, or the product refuses it.
 */
export async function begin(house: House, step: RunStep): Promise<(() => Promise<void>) | null> {
  const { queues, connections } = house;
  const connectionId = connections.get(step.crm)!; // every CRM of the story is connected
  switch (step.job) {
    case 'sync':
      return () => enqueue(queues, startSyncJob, { connectionId });
    case 'review':
      return () => enqueue(queues, reviewLeadsJob, { connectionId });
    case 'reconcile':
      return () => enqueue(queues, reconcileJob, { connectionId });
    default: {
      const runId = await unlessRefused(OPENERS[step.job](house, step));
      return runId === null ? null : () => enqueue(queues, startSyncJob, { connectionId }, { key: `sync-${runId}` });
    }
  }
}

type Opener = (house: House, step: RunStep) => Promise<string | null>;

const OPENERS: Readonly<Record<'plan' | 'approve' | 'undo', Opener>> = {
  plan: (house, { crm }) =>
    house.command(async (app) => {
      const { runId } = await servicesOf(app, house.queues).openRun(house.connections.get(crm)!, 'sync');
      return (await holdPlan(app.db, runId)) ? runId : null;
    }),
  approve: async (house, { crm }) => {
    const runId = await waitingRun(house, crm);
    if (runId === undefined) return null;
    await house.command((app) => approvePlan(app.db, runId, 'person', WRITE_BATCH[crm]));
    return runId;
  },
  undo: async (house, { crm, back }) => {
    const runId = await runToUndo(house, crm, back);
    return runId === undefined ? null : house.command((app) => openUndo(app.db, runId, app.now(), WRITE_BATCH[crm]));
  },
};

/** What a person asks for may be refused: then they leave it. */
export async function unlessRefused<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof LeadScoringError && REFUSALS.includes(error.code)) return null;
    throw error;
  }
}

const REFUSALS: readonly string[] = ['RUN_UNDER_WAY', 'PLAN_NOT_WAITING', 'LINK_REFUSED', 'RECORD_UNKNOWN'];
