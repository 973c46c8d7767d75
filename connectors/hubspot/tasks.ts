import type { HotLeadTask, LeadRef, TaskOutcome } from '../../src/domain/crm.ts';
import { LeadScoringError } from '../../src/errors.ts';
import { bearsMarker, markerIn, markerLine } from '../task-marker.ts';
import { readAssociations } from './associations.ts';
import type { HubspotClient } from './client.ts';
import { PATHS } from './paths.ts';
import { readBatches } from './record-batches.ts';
import { HubspotRecord } from './schemas.ts';
import { type BatchInput, type BatchTarget, type InputResult, sendBatch } from './write-batch.ts';

/** HUBSPOT_DEFINED association of a task with a contact (shared/design/hubspot.md 2.5). */
const TASK_TO_CONTACT = 204;

/**
 * Creates tasks, 100 a call; one outcome per task, in order.
 *
 * A batch whose answer is lost is `unknown` and never sent again: HubSpot would create its tasks twice. What fails
 * before anything was created is `rejected`, with the error that says whether a later attempt may pass.
 */
export async function createTasks(
  client: HubspotClient,
  tasks: readonly HotLeadTask[],
  signal: AbortSignal,
): Promise<readonly TaskOutcome[]> {
  const results = await sendBatch(client, TARGET, tasks.map(inputOf), signal);
  return results.map((result) => outcomeOf(result));
}

/** Id of the task that bears each marker, `null` where its contact has none; by association, not by search. */
export async function findTasks(
  client: HubspotClient,
  tasks: readonly { readonly lead: LeadRef; readonly marker: string }[],
  signal: AbortSignal,
): Promise<readonly (string | null)[]> {
  if (tasks.length === 0) return [];
  const contactIds = [...new Set(tasks.map(({ lead }) => lead.crmId))];
  const taskIds = await readAssociations(client, { from: 'contacts', to: 'tasks', ids: contactIds }, signal);
  const ids = [...taskIds.values()].flat();
  const results = await readBatches(client, { object: 'tasks', properties: ['hs_task_body'], ids }, signal);
  const bodies = new Map(
    results.flatMap((result) => {
      const { data } = HubspotRecord.safeParse(result);
      return data === undefined ? [] : [[data.id, data.properties.hs_task_body ?? ''] as const];
    }),
  );
  return tasks.map(({ lead, marker }) => {
    const ofLead = taskIds.get(lead.crmId) ?? [];
    return ofLead.find((id) => bearsMarker(bodies.get(id) ?? '', marker)) ?? null;
  });
}

const TARGET: BatchTarget = {
  path: PATHS.batch('tasks', 'create'),
  operation: 'create',
  isAnswer: ({ properties }, input) => {
    const marker = markerIn(properties?.hs_task_body ?? '');
    return marker !== null && marker === markerIn(input.properties.hs_task_body ?? '');
  },
};

function inputOf({ lead, marker, ownerId, dueAt, priority, subject, body }: HotLeadTask): BatchInput {
  return {
    properties: {
      hs_timestamp: dueAt.toISOString(),
      hs_task_subject: subject,
      hs_task_body: [...body.split('\n'), markerLine(marker)].map(escaped).join('<br>'),
      hs_task_status: 'NOT_STARTED',
      hs_task_priority: priority.toUpperCase(),
      hs_task_type: 'TODO',
      ...(ownerId === null ? {} : { hubspot_owner_id: ownerId }),
    },
    associations: [
      {
        to: { id: lead.crmId },
        types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: TASK_TO_CONTACT }],
      },
    ],
  };
}

/** Codes of errors that leave open whether the task exists: the answer was lost, or was none that we can read. */
const OPEN_CODES = new Set<string>(['CRM_OUTCOME_UNKNOWN', 'CRM_PROTOCOL']);

function outcomeOf(result: InputResult): TaskOutcome {
  if (result === undefined) {
    return { state: 'unknown', error: new LeadScoringError('CRM_OUTCOME_UNKNOWN', 'The answer leaves out the task') };
  }
  if (!(result instanceof LeadScoringError)) return { state: 'created', taskId: result.id };
  return { state: OPEN_CODES.has(result.code) ? 'unknown' : 'rejected', error: result };
}

function escaped(line: string): string {
  return line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
