import { z } from 'zod';
import { READ_BATCH } from '../src/domain/crm-limits.ts';
import { backfill } from '../src/sync/backfill.ts';
import { pullStream } from '../src/sync/pull-stream.ts';
import { defineJob } from './job.ts';
import { phaseWork } from './phase-work.ts';
import type { Services } from './services.ts';

/** Pulls one stream of a run to its end, or reads what a mapping has gained for the records of one object. */
export const pullStreamJob = defineJob({
  name: 'pull-stream',
  payload: z.strictObject({ runId: z.uuid(), stream: z.string() }),
  attempts: 8,
  run: async ({ runId, stream: name }, services: Services, signal) =>
    phaseWork(services, runId, 'pulling', async ({ connector, rules, store }) => {
      const behind = store.backfillOf(name);
      if (behind !== null) {
        const { object } = behind;
        const work = { object, mapping: rules.mapping, batchSize: READ_BATCH[connector.crm] };
        await behind.told(await backfill(connector, behind, work, signal));
        return store.finishStream(name);
      }
      const stream = connector.streams.find((one) => one.name === name);
      if (stream === undefined) return store.finishStream(name); // a mapping or a version without it
      return pullStream(connector, store, stream, signal);
    }),
});
