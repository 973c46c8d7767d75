import { z } from 'zod';
import { enqueuePhase } from '../src/sync/run-phase.ts';
import { defineJob } from './job.ts';
import type { Services } from './services.ts';

/**
 * Begins a run of a connection: asks the account first, then pulls every stream.
 *
 * A run that is open already is taken up where it stands, which also mends a queue that lost its jobs.
 */
export const startSyncJob = defineJob({
  name: 'start-sync',
  payload: z.strictObject({ connectionId: z.uuid() }),
  attempts: 8,
  run: async ({ connectionId }, services: Services, signal) => {
    const { runId, phase } = await services.openRun(connectionId, 'sync');
    if (phase === 'pulling') {
      const { connector } = await services.inHand(runId);
      const [fault] = (await connector.check(signal)).faults;
      await services.countCalls(runId, connector);
      if (fault !== undefined) {
        await services.progress.stop(runId, fault);
        return { runId };
      }
    }
    await enqueuePhase(services.progress, runId, await services.progress.advance(runId), services.lanes);
    return { runId };
  },
});
