import { z } from 'zod';
import { enqueuePhase } from '../src/sync/run-phase.ts';
import { defineJob } from './job.ts';
import type { Services } from './services.ts';

/** Scores leads whose time has come and sends writes that are still owed, without pulling anything. */
export const reviewLeadsJob = defineJob({
  name: 'review-leads',
  payload: z.strictObject({ connectionId: z.uuid() }),
  attempts: 3,
  run: async ({ connectionId }, services: Services) => {
    if (!(await services.isReviewDue(connectionId))) return {};
    const { runId } = await services.openRun(connectionId, 'review');
    await enqueuePhase(services.progress, runId, await services.progress.advance(runId), services.lanes);
    return { runId };
  },
});
