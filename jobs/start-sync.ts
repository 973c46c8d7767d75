import { z } from 'zod';
import { checkConnection, firstFault } from '../src/sync/check-connection.ts';
import { enqueuePhase, stoppingOnFailure } from '../src/sync/run-phase.ts';
import { defineJob } from './job.ts';
import type { Services } from './services.ts';

/**
 * Begins a run of a connection: asks the account first, then pulls every stream.
 *
 * A run that is open already is taken up where it stands, which also mends a queue that lost its jobs. A schedule
 * begins none while the account's calls are used up, nor as long as nothing is going on and polling has slowed down.
 */
export const startSyncJob = defineJob({
  name: 'start-sync',
  payload: z.strictObject({
    connectionId: z.uuid(),
    /** Nobody waits for it: it may be left out. */
    isScheduled: z.boolean().default(false),
  }),
  attempts: 8,
  run: async ({ connectionId, isScheduled }, services: Services, signal) => {
    if (isScheduled && !(await services.isPullDue(connectionId))) return {};
    const { runId, phase } = await services.openRun(connectionId, 'sync');
    await stoppingOnFailure(services.progress, runId, async () => {
      if (phase === 'pulling') await checkAccount(services, runId, signal);
      await enqueuePhase(services.progress, runId, await services.progress.advance(runId), services.lanes);
    });
    return { runId };
  },
});

async function checkAccount(services: Services, runId: string, signal: AbortSignal): Promise<void> {
  const { connector, rules, models, store } = await services.inHand(runId);
  try {
    const check = await checkConnection(connector, { mapping: rules.mapping, models }, signal);
    const fault = firstFault(check);
    if (fault !== null) throw fault;
    await store.keepFieldLimits(check.limits);
  } finally {
    await services.countCalls(runId, connector);
  }
}
