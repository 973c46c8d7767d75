import { z } from 'zod';
import type { TaskStanding } from '../../src/domain/crm.ts';
import { LeadScoringError } from '../../src/errors.ts';
import type { SalesforceClient } from './client.ts';
import { retrieve } from './retrieve.ts';
import { Instant } from './schemas.ts';

const FIELDS = ['Id', 'IsClosed', 'CreatedById', 'CreatedDate', 'LastModifiedById', 'LastModifiedDate'];
/** An org's own flow may complete a task that we create, as us and a moment later. */
const SAME_ACT_MS = 60_000;

const TaskStamps = z.looseObject({
  Id: z.string(),
  IsClosed: z.boolean(),
  CreatedById: z.string(),
  CreatedDate: Instant,
  LastModifiedById: z.string(),
  LastModifiedDate: Instant,
});

/**
 * How each task stands, told by its stamps: Salesforce keeps no history of tasks.
 *
 * Whoever touched it last stands on it, and a conversion of its lead touches it (Salesforce's help 000385227), so a
 * task may be `changed` though all that we set is as it was.
 */
export async function readTasks(
  client: SalesforceClient,
  taskIds: readonly string[],
  signal: AbortSignal,
): Promise<readonly TaskStanding[]> {
  const standings = new Map<string, TaskStanding>();
  for (const row of await retrieve(client, { object: 'Task', fields: FIELDS, ids: taskIds }, signal)) {
    const { success, data } = TaskStamps.safeParse(row);
    if (!success) throw new LeadScoringError('CRM_PROTOCOL', 'Salesforce told a task without its stamps');
    standings.set(data.Id, standingOf(data));
  }
  return taskIds.map((id) => standings.get(id) ?? 'gone');
}

function standingOf(task: z.infer<typeof TaskStamps>): TaskStanding {
  if (task.IsClosed) return 'done';
  const isSomebodyElse = task.LastModifiedById !== task.CreatedById;
  const laterMs = task.LastModifiedDate.getTime() - task.CreatedDate.getTime();
  return isSomebodyElse || laterMs > SAME_ACT_MS ? 'changed' : 'open';
}
