/** A process whose worker takes one job, says so and never ends it. Tests kill it. */
import { z } from 'zod';
import { defineJob } from '../../jobs/job.ts';
import { openQueues } from '../../jobs/queue.ts';
import { startWorker } from '../../jobs/worker.ts';

const [name = '', settings = '{}', stalledAfterMs = '1000'] = process.argv.slice(2);
const quiet = { info: () => {}, warn: () => {}, error: () => {} };

const hangingJob = defineJob({
  name,
  payload: z.unknown(),
  attempts: 1,
  run: () => {
    process.stdout.write('started\n');
    return new Promise<object>(() => {});
  },
});

await startWorker([hangingJob], undefined, await openQueues(JSON.parse(settings), () => {}), {
  concurrency: 1,
  signal: new AbortController().signal,
  log: quiet,
  stalledAfterMs: Number(stalledAfterMs),
});
