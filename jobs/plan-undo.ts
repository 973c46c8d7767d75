import { z } from 'zod';
import { planUndo } from '../src/sync/plan-undo.ts';
import { defineJob } from './job.ts';
import { phaseWork } from './phase-work.ts';
import type { Services } from './services.ts';

/** Compares what a run wrote with what the CRM holds now, sharing its batches with the other lanes. */
export const planUndoJob = defineJob({
  name: 'plan-undo',
  payload: z.strictObject({ runId: z.uuid(), lane: z.int() }),
  attempts: 8,
  run: async ({ runId }, services: Services, signal) =>
    phaseWork(services, runId, 'undoing', async ({ connector, store }) => planUndo(connector, store, signal)),
});
