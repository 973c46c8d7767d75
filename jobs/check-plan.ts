import { z } from 'zod';
import { checkPlan } from '../src/sync/check-plan.ts';
import { defineJob } from './job.ts';
import { phaseWork } from './phase-work.ts';
import type { Services } from './services.ts';

/** Compares a plan that a person approved with the CRM, sharing its batches with the other lanes. */
export const checkPlanJob = defineJob({
  name: 'check-plan',
  payload: z.strictObject({ runId: z.uuid(), lane: z.int() }),
  attempts: 8,
  run: async ({ runId }, services: Services, signal) =>
    phaseWork(services, runId, 'checking', async ({ connector, store }) => checkPlan(connector, store, signal)),
});
