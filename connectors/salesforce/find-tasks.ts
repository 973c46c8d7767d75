import { z } from 'zod';
import type { LeadRef } from '../../src/domain/crm.ts';
import { bearsMarker } from '../task-marker.ts';
import type { SalesforceClient } from './client.ts';
import { queryTogether } from './query.ts';
import { chunks, listOf } from './soql.ts';

/** Ids per IN list; the list travels in a batch's body, one subrequest each. */
const IDS_PER_QUERY = 200;

interface Sought {
  readonly lead: LeadRef;
  readonly marker: string;
}

/**
 * Id of the task that bears each marker, among the open and closed tasks of its lead; `null` where there is none.
 *
 * A conversion moves tasks from the lead to the contact, so what is missing is sought there as well.
 */
export async function findTasks(
  sought: readonly Sought[],
  client: SalesforceClient,
  signal: AbortSignal,
): Promise<readonly (string | null)[]> {
  const own = await tasksOf(new Set(sought.map(({ lead }) => lead.crmId)), client, signal);
  const found = sought.map(({ lead, marker }) => taskIn(own.get(lead.crmId), marker));
  const missing = sought.filter(({ lead }, index) => lead.object === 'lead' && found[index] === null);
  const contacts = await contactsOf(new Set(missing.map(({ lead }) => lead.crmId)), client, signal);
  const moved = await tasksOf(new Set(contacts.values()), client, signal);
  return sought.map(({ lead, marker }, index) => {
    return found[index] ?? taskIn(moved.get(contacts.get(lead.crmId) ?? ''), marker);
  });
}

const TaskRow = z.looseObject({ Id: z.string(), WhoId: z.string(), Description: z.string() });
type TaskRow = z.infer<typeof TaskRow>;

function taskIn(tasks: readonly TaskRow[] = [], marker: string): string | null {
  return tasks.find(({ Description }) => bearsMarker(Description, marker))?.Id ?? null;
}

/** A Description cannot be filtered by, so every task of the people is read. */
async function tasksOf(peopleIds: ReadonlySet<string>, client: SalesforceClient, signal: AbortSignal) {
  const select = 'SELECT Id, WhoId, Description FROM Task WHERE WhoId IN';
  const tasks = new Map<string, TaskRow[]>();
  for (const row of await queryTogether(client, listQueries(select, peopleIds), signal)) {
    const { success, data } = TaskRow.safeParse(row);
    if (success) tasks.set(data.WhoId, [...(tasks.get(data.WhoId) ?? []), data]); // without a text it is not ours
  }
  return tasks;
}

const ConvertedRow = z.looseObject({ Id: z.string(), ConvertedContactId: z.string() });

/** The contacts that the leads which were converted go on as. */
async function contactsOf(leadIds: ReadonlySet<string>, client: SalesforceClient, signal: AbortSignal) {
  const select = 'SELECT Id, ConvertedContactId FROM Lead WHERE IsConverted = true AND Id IN';
  const contacts = new Map<string, string>();
  for (const row of await queryTogether(client, listQueries(select, leadIds), signal)) {
    const { success, data } = ConvertedRow.safeParse(row);
    if (success) contacts.set(data.Id, data.ConvertedContactId);
  }
  return contacts;
}

function listQueries(select: string, ids: ReadonlySet<string>): string[] {
  return [...chunks([...ids], IDS_PER_QUERY)].map((some) => `${select} ${listOf(some)}`);
}
