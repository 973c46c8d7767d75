import { z } from 'zod';
import { WRITE_BATCH } from '../src/domain/crm-limits.ts';
import { removeTasks } from '../src/sync/remove-tasks.ts';
import { defineJob } from './job.ts';
import { phaseWork } from './phase-work.ts';
import type { Services } from './services.ts';

/** Removes the open tasks of a run that is being undone. */
export const removeTasksJob = defineJob({
  name: 'remove-tasks',
  payload: z.strictObject({ runId: z.uuid(), lane: z.int() }),
  attempts: 8,
  run: async ({ runId }, services: Services, signal) =>
    phaseWork(services, runId, 'untasking', async ({ connector, store }) =>
      store.holdingTaskLock((tasks) => {
        const { settleMs, clock } = services;
        return removeTasks(connector, tasks, { settleMs, clock, batchSize: WRITE_BATCH[connector.crm] }, signal);
      }),
    ),
});
