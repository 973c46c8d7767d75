import { z } from 'zod';
import { scoreLeads } from '../src/sync/score-leads.ts';
import { defineJob } from './job.ts';
import { phaseWork } from './phase-work.ts';
import type { Services } from './services.ts';

const BATCH_SIZE = 500;

/** Scores the leads of a run that are due, sharing them with the other lanes. */
export const scoreLeadsJob = defineJob({
  name: 'score-leads',
  payload: z.strictObject({ runId: z.uuid(), lane: z.int() }),
  attempts: 8,
  run: async ({ runId }, services: Services, signal) =>
    phaseWork(services, runId, 'scoring', async ({ store, rules }) => {
      while ((await store.scoreBatch(BATCH_SIZE, (leads) => scoreLeads(leads, rules))) > 0) signal.throwIfAborted();
    }),
});
