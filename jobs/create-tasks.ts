import { z } from 'zod';
import { WRITE_BATCH } from '../src/domain/crm-limits.ts';
import { createTasks } from '../src/sync/create-tasks.ts';
import { defineJob } from './job.ts';
import { phaseWork } from './phase-work.ts';
import type { Services } from './services.ts';

/** Creates the follow-up tasks of leads that turned hot, each exactly once. */
export const createTasksJob = defineJob({
  name: 'create-tasks',
  payload: z.strictObject({ runId: z.uuid(), lane: z.int() }),
  attempts: 8,
  run: async ({ runId }, services: Services, signal) =>
    phaseWork(services, runId, 'tasking', async ({ connector, store, rules }) =>
      store.holdingTaskLock(async (tasks) => {
        const taskRules = {
          policy: rules.mapping.tasks,
          on: rules.asOf,
          settleMs: services.settleMs,
          batchSize: WRITE_BATCH[connector.crm],
          clock: services.clock,
        };
        await createTasks(connector, tasks, taskRules, signal);
      }),
    ),
});
