import type { CrmEngagement } from '../../src/domain/crm.ts';
import type { Attributes } from '../../src/domain/lead.ts';
import { isOurTask } from '../task-marker.ts';
import { channelOf, eventType, taskType } from './activity-types.ts';
import { leadRefOf } from './people.ts';
import { EventRow, TaskRow } from './schemas.ts';
import type { Source } from './source.ts';

/** A calendar day ends last at UTC−12: noon of the next day. */
const DAY_END_MS = 36 * 3_600_000;

/** The stream of closed Tasks: calls, e-mails, and what tracking tools log. Ours, and open ones, are no engagement. */
export const tasksSource: Source<'engagement'> = {
  stream: { name: 'tasks', kind: 'engagement' },
  object: 'Task',
  fields: ['WhoId', 'Subject', 'Description', 'Status', 'IsClosed', 'ActivityDate', 'CreatedDate', 'IsDeleted'],
  optional: [
    'CompletedDateTime',
    'TaskSubtype',
    'Type',
    'CallType',
    'CallDisposition',
    'CallDurationInSeconds',
    'IsRecurrence',
  ],
  reader: async () => (row) => {
    const task = TaskRow.parse(row);
    const lead = leadRefOf(task.WhoId);
    if (lead === null || !task.IsClosed || task.IsRecurrence || isOurTask(task.Description ?? '')) return [];
    const type = taskType(task);
    return [
      {
        id: `task:${task.Id}`,
        type,
        occurredAt: taskAt(task),
        channel: channelOf(type),
        properties: taskProperties(task),
        leads: [lead],
        modifiedAt: task.SystemModstamp,
        isDeleted: task.IsDeleted,
      },
    ];
  },
};

/**
 * When a task happened: when it was closed, unless it was dated on an earlier day than that (logged afterwards).
 * ActivityDate is a day without a time; noon UTC is that day nearly everywhere.
 */
function taskAt({ CompletedDateTime, CreatedDate, ActivityDate }: TaskRow): Date {
  const loggedAt = CompletedDateTime ?? CreatedDate;
  if (ActivityDate === null) return loggedAt;
  const dayStart = Date.parse(`${ActivityDate}T00:00:00Z`);
  return loggedAt.getTime() > dayStart + DAY_END_MS ? new Date(`${ActivityDate}T12:00:00Z`) : loggedAt;
}

function taskProperties(task: TaskRow): Attributes {
  const { page = null, campaign = null } = loggedLines(task.Description ?? '');
  return present({
    subject: task.Subject,
    page,
    campaign,
    disposition: task.CallDisposition,
    durationSeconds: task.CallDurationInSeconds,
    direction: task.CallType,
  });
}

/** `Page: /pricing` and `Campaign: name`, as tracking tools note them in the Description. */
function loggedLines(description: string): { page?: string; campaign?: string } {
  const page = /^Page: (\S{1,500})$/m.exec(description)?.[1];
  const campaign = /^Campaign: (.{1,200})$/m.exec(description)?.[1];
  return { ...(page !== undefined && { page }), ...(campaign !== undefined && { campaign }) };
}

/** The stream of Events. A meeting is booked when it is entered and held when it begins; the future does not count. */
export const eventsSource: Source<'engagement'> = {
  stream: { name: 'events', kind: 'engagement' },
  object: 'Event',
  fields: ['WhoId', 'Subject', 'StartDateTime', 'CreatedDate', 'IsDeleted'],
  optional: ['Type', 'EndDateTime', 'ActivityDate', 'IsChild', 'IsRecurrence'],
  reader: async () => (row) => {
    const event = EventRow.parse(row);
    const lead = leadRefOf(event.WhoId);
    // Copies of attendees would count twice, the master of a series never happened.
    if (lead === null || event.IsChild || event.IsRecurrence) return [];
    const shared = {
      channel: 'meeting',
      properties: present({ subject: event.Subject, durationMinutes: minutesOf(event) }),
      leads: [lead],
      modifiedAt: event.SystemModstamp,
      isDeleted: event.IsDeleted,
    };
    const startsAt = event.StartDateTime ?? dayOf(event.ActivityDate) ?? event.CreatedDate;
    const id = `event:${event.Id}`;
    const met: CrmEngagement = { ...shared, id, type: eventType(event), occurredAt: startsAt };
    if (startsAt.getTime() <= event.CreatedDate.getTime()) return [met];
    return [{ ...shared, id: `${id}:booked`, type: 'meeting_booked', occurredAt: event.CreatedDate }, met];
  },
};

function dayOf(day: string | null): Date | null {
  return day === null ? null : new Date(`${day}T12:00:00Z`);
}

function minutesOf({ StartDateTime, EndDateTime }: EventRow): number | null {
  if (StartDateTime === null || EndDateTime === null) return null;
  return Math.round((EndDateTime.getTime() - StartDateTime.getTime()) / 60_000);
}

/** Without the properties that are empty. */
function present(properties: Attributes): Attributes {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== null));
}
