import { z } from 'zod';
import { WRITE_BATCH } from '../src/domain/crm-limits.ts';
import { verifyStages } from '../src/sync/verify-stages.ts';
import { defineJob } from './job.ts';
import { phaseWork } from './phase-work.ts';
import type { Services } from './services.ts';

/** Reads back the lifecycle stages that a run moved. */
export const verifyStagesJob = defineJob({
  name: 'verify-stages',
  payload: z.strictObject({ runId: z.uuid(), lane: z.int() }),
  attempts: 8,
  run: async ({ runId }, services: Services, signal) =>
    phaseWork(services, runId, 'verifying', async ({ connector, store }) =>
      verifyStages(connector, store, WRITE_BATCH[connector.crm], signal),
    ),
});
