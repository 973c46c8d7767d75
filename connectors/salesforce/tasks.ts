import { z } from 'zod';
import type { HotLeadTask, TaskOutcome } from '../../src/domain/crm.ts';
import { LeadScoringError } from '../../src/errors.ts';
import { markerLine } from '../task-marker.ts';
import type { SalesforceClient } from './client.ts';
import { type CollectionRow, writeRows } from './collections.ts';
import { queryTogether } from './query.ts';

const LONGEST_SUBJECT = 255;
const LONGEST_DESCRIPTION = 32_000;
const PRIORITIES = { high: 'High', medium: 'Normal', low: 'Low' } as const;

/** Creates the follow-ups of hot leads, 200 a call. */
export class TaskWriter {
  readonly #client: SalesforceClient;
  /** Zone whose calendar day a task is due on; its time of day goes into the reminder. */
  readonly #timeZone: string;
  #openStatus: string | null = null;

  constructor(client: SalesforceClient, timeZone: string) {
    this.#client = client;
    this.#timeZone = timeZone;
  }

  /** One outcome per task, same order. A call whose answer was lost is not repeated: its tasks are `unknown`. */
  async create(tasks: readonly HotLeadTask[], signal: AbortSignal): Promise<readonly TaskOutcome[]> {
    if (tasks.length === 0) return [];
    const status = await this.#status(signal);
    if (status instanceof LeadScoringError) return tasks.map(() => ({ state: 'rejected', error: status }));
    const rows = tasks.map((task) => this.#rowOf(task, status));
    const outcomes = await writeRows(this.#client, { method: 'POST', operation: 'create' }, rows, signal);
    return outcomes.map((outcome) => {
      if (outcome.ok) return { state: 'created', taskId: outcome.id };
      const { error } = outcome;
      return { state: error.code === 'CRM_OUTCOME_UNKNOWN' ? 'unknown' : 'rejected', error };
    });
  }

  /** Asked once; where that fails nothing has been created yet. */
  async #status(signal: AbortSignal): Promise<string | LeadScoringError> {
    try {
      this.#openStatus ??= await openStatus(this.#client, signal);
      return this.#openStatus;
    } catch (error) {
      if (error instanceof LeadScoringError) return error;
      throw error;
    }
  }

  /** WhatId stays empty: Salesforce refuses it beside a Lead. */
  #rowOf(task: HotLeadTask, status: string): CollectionRow {
    return {
      attributes: { type: 'Task' },
      WhoId: task.lead.crmId,
      ...(task.ownerId !== null && { OwnerId: task.ownerId }),
      ActivityDate: dayIn(this.#timeZone, task.dueAt),
      IsReminderSet: true,
      ReminderDateTime: task.dueAt.toISOString(),
      Priority: PRIORITIES[task.priority],
      Status: status,
      Subject: task.subject.slice(0, LONGEST_SUBJECT),
      Description: described(task),
    };
  }
}

function described({ body, marker }: HotLeadTask): string {
  const lastLine = `\n\n${markerLine(marker)}`;
  return `${body.slice(0, LONGEST_DESCRIPTION - lastLine.length)}${lastLine}`;
}

/** `2026-04-25`: the calendar day of an instant in an IANA zone. */
function dayIn(timeZone: string, instant: Date): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    instant,
  );
}

const StatusRow = z.looseObject({ MasterLabel: z.string(), IsDefault: z.boolean(), IsClosed: z.boolean() });

/** The status that new tasks begin with: the org's default, or else its first open one. */
async function openStatus(client: SalesforceClient, signal: AbortSignal): Promise<string> {
  const soql = 'SELECT Id, MasterLabel, IsDefault, IsClosed FROM TaskStatus ORDER BY SortOrder';
  const open = (await queryTogether(client, [soql], signal))
    .map((row) => StatusRow.parse(row))
    .filter(({ IsClosed }) => !IsClosed);
  return (open.find(({ IsDefault }) => IsDefault) ?? open[0])?.MasterLabel ?? 'Not Started';
}
