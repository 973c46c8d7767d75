import { z } from 'zod';
import { pullStream } from '../src/sync/pull-stream.ts';
import { defineJob } from './job.ts';
import { phaseWork } from './phase-work.ts';
import type { Services } from './services.ts';

/** Pulls one stream of a run to its end. */
export const pullStreamJob = defineJob({
  name: 'pull-stream',
  payload: z.strictObject({ runId: z.uuid(), stream: z.string() }),
  attempts: 8,
  run: async ({ runId, stream: name }, services: Services, signal) =>
    phaseWork(services, runId, 'pulling', async ({ connector, store }) => {
      const stream = connector.streams.find((one) => one.name === name);
      if (stream === undefined) return store.finishStream(name); // a mapping or a version without it
      return pullStream(connector, store, stream, signal);
    }),
});
