import { checkPlanJob } from './check-plan.ts';
import { createTasksJob } from './create-tasks.ts';
import type { Job } from './job.ts';
import { planUndoJob } from './plan-undo.ts';
import { pullStreamJob } from './pull-stream.ts';
import { reconcileJob } from './reconcile.ts';
import { removeTasksJob } from './remove-tasks.ts';
import { reviewLeadsJob } from './review-leads.ts';
import { scoreLeadsJob } from './score-leads.ts';
import type { Services } from './services.ts';
import { startSyncJob } from './start-sync.ts';
import { verifyStagesJob } from './verify-stages.ts';
import { writeBackJob } from './write-back.ts';

/** Every job of the product. */
export const JOBS: readonly Job<Services>[] = [
  startSyncJob,
  pullStreamJob,
  scoreLeadsJob,
  checkPlanJob,
  planUndoJob,
  writeBackJob,
  verifyStagesJob,
  createTasksJob,
  removeTasksJob,
  reviewLeadsJob,
  reconcileJob,
];
