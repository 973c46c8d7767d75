import { z } from 'zod';
import { enqueuePhase, stoppingOnFailure } from '../src/sync/run-phase.ts';
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
    await stoppingOnFailure(services.progress, runId, async () => {
      if (phase === 'pulling') await checkAccount(services, runId, signal);
      await enqueuePhase(services.progress, runId, await services.progress.advance(runId), services.lanes);
    });
    return { runId };
  },
});

async function checkAccount(services: Services, runId: string, signal: AbortSignal): Promise<void> {
  const { connector } = await services.inHand(runId);
  try {
    const {
      faults: [fault],
      dailyCallsLeft,
    } = await connector.check(signal);
    await services.noteDailyCalls(runId, dailyCallsLeft);
    if (fault !== undefined) throw fault;
  } finally {
    await services.countCalls(runId, connector);
  }
}
