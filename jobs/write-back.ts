import { z } from 'zod';
import { restoringLeads } from '../src/sync/restore-leads.ts';
import { writeBack } from '../src/sync/write-back.ts';
import { defineJob } from './job.ts';
import { phaseWork } from './phase-work.ts';
import type { Services } from './services.ts';

/** Sends the planned writes of a run, an undo's by the CRM's own way back, sharing them with the other lanes. */
export const writeBackJob = defineJob({
  name: 'write-back',
  payload: z.strictObject({ runId: z.uuid(), lane: z.int() }),
  attempts: 8,
  run: async ({ runId }, services: Services, signal) =>
    phaseWork(services, runId, 'writing', async ({ kind, connector, store }) => {
      const writeLeads = kind === 'undo' ? restoringLeads(connector) : connector.writeLeads.bind(connector);
      return writeBack(writeLeads, store, signal);
    }),
});
