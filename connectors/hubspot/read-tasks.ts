import { z } from 'zod';
import type { TaskStanding } from '../../src/domain/crm.ts';
import { LeadScoringError } from '../../src/errors.ts';
import type { HubspotClient } from './client.ts';
import { readBatches } from './record-batches.ts';
import { RecordWithHistory } from './schemas.ts';

/** What we set when we create a task, and never afterwards: a second value of any of them is somebody else's. */
const OURS = [
  'hs_task_status',
  'hs_timestamp',
  'hubspot_owner_id',
  'hs_task_subject',
  'hs_task_body',
  'hs_task_priority',
];

/** How each task stands, told by the history of what we set. */
export async function readTasks(
  client: HubspotClient,
  taskIds: readonly string[],
  signal: AbortSignal,
): Promise<readonly TaskStanding[]> {
  const read = { object: 'tasks', properties: ['hs_task_status'], histories: OURS, ids: taskIds };
  const results = z.array(RecordWithHistory).safeParse(await readBatches(client, read, signal));
  if (!results.success || !results.data.every(({ propertiesWithHistory: told }) => told.hs_task_status)) {
    throw new LeadScoringError('CRM_PROTOCOL', 'HubSpot told a task without its history');
  }
  const standings = new Map(results.data.map((record) => [record.id, standingOf(record)]));
  return taskIds.map((id) => standings.get(id) ?? 'gone');
}

function standingOf({ properties, propertiesWithHistory: histories }: RecordWithHistory): TaskStanding {
  if (properties.hs_task_status === 'COMPLETED') return 'done';
  return Object.values(histories).some((versions) => versions.length > 1) ? 'changed' : 'open';
}
