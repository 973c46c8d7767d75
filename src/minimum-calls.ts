import type { Certificate } from './domain/certificate.ts';
import type { Crm } from './domain/crm.ts';
import { WRITE_BATCH } from './domain/crm-limits.ts';

/** Records that one read call may answer, by stream; `''` is any other stream. */
const PAGE_LIMIT: Readonly<Record<Crm, Readonly<Record<string, number>>>> = {
  hubspot: { 'form-submissions': 50, '': 100 },
  salesforce: { '': 2_000 },
};

/** The fewest API calls that the CRM's batch limits allow for what a run has read, written, read back and created. */
export function minimumCalls(crm: Crm, { streams, writes, stages, tasks }: Certificate): number {
  const batches = (records: number, limit: number) => Math.ceil(records / limit);
  const limits = PAGE_LIMIT[crm];
  const reads = Object.entries(streams)
    .filter(([stream]) => stream !== 'review')
    .map(([stream, { pulled }]) => Math.max(1, batches(pulled, limits[stream] ?? limits['']!)));
  const perWrite = WRITE_BATCH[crm];
  return (
    reads.reduce((sum, calls) => sum + calls, 0) +
    batches(writes.written, perWrite) +
    batches(stages.moved + stages.refused, perWrite) +
    batches(tasks.created, perWrite)
  );
}
