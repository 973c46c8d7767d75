import type { Activity, Person } from '../../world/world.ts';
import { activityRowsOf, formOf, MEMBER_STATUSES, type Membership } from '../activity-map.ts';
import type { ActivityNumbers } from '../census.ts';
import { idOf, parseId } from '../ids.ts';
import type { WorldRows } from '../table.ts';
import { dateText, type Fields, instantText, secondsOf, type Value } from '../value.ts';
import { auditOf, integrationUserId, leadOwnerId, userOwnerId, type WorldOrg, whoIdOf } from './world-org.ts';

const MEETING_MINUTES = 30;
/** Closed activities older than this are archived: only queryAll shows them. */
const ARCHIVED_AFTER_S = 365 * 86_400;

/** Tasks. Rows are numbered person after person, by time. */
export function taskRows(org: WorldOrg): WorldRows {
  return numberedRows(org, org.census.tasks, (person, place, stamp) =>
    taskFields(org, person, activityRowsOf(person.activities).tasks[place]!, stamp),
  );
}

/** Events. Rows are numbered as those of tasks. */
export function eventRows(org: WorldOrg): WorldRows {
  return numberedRows(org, org.census.events, (person, place, stamp) =>
    eventFields(org, person, activityRowsOf(person.activities).events[place]!, stamp),
  );
}

/** Campaign members. Rows are numbered person after person, by campaign. */
export function memberRows(org: WorldOrg): WorldRows {
  return numberedRows(org, org.census.memberships, (person, place, stamp) =>
    memberFields(org, person, activityRowsOf(person.activities).memberships[place]!, stamp),
  );
}

/** Values of the Task that shows an activity. */
export function taskFields(org: WorldOrg, person: Person, activity: Activity, stamp: number): Fields {
  const form = formOf(activity);
  const isCall = form.subtype === 'Call';
  return {
    ...activityFields(org, person, activity, stamp),
    Status: 'Completed',
    Priority: 'Normal',
    IsHighPriority: false,
    IsClosed: true,
    OwnerId: leadOwnerId(person.rep),
    TaskSubtype: form.subtype,
    CallType: isCall ? 'Outbound' : null,
    CallDurationInSeconds: isCall ? (activity.seconds ?? 0) : null,
    CallDisposition: isCall ? (activity.type === 'call_connected' ? 'Connected' : 'No answer') : null,
    CompletedDateTime: instantText(stamp),
    IsReminderSet: false,
    IsRecurrence: false,
  };
}

/** Values of the Event that shows an activity. */
export function eventFields(org: WorldOrg, person: Person, activity: Activity, stamp: number): Fields {
  return {
    ...activityFields(org, person, activity, stamp),
    OwnerId: userOwnerId(org, person.rep),
    StartDateTime: instantText(stamp),
    ActivityDateTime: instantText(stamp),
    EndDateTime: instantText(stamp + MEETING_MINUTES * 60),
    DurationInMinutes: MEETING_MINUTES,
    IsAllDayEvent: false,
    IsPrivate: false,
    IsChild: false,
    IsGroupEvent: false,
    IsRecurrence: false,
    EventSubtype: 'Event',
    IsReminderSet: false,
  };
}

/** Values of the CampaignMember that shows a membership. */
export function memberFields(org: WorldOrg, person: Person, membership: Membership, stamp: number): Fields {
  const { census, world } = org;
  const hasLead = !census.isOnlyContact(person.n);
  const hasContact = census.hasContact(person.n);
  const userId = integrationUserId(world);
  return {
    CampaignId: idOf('Campaign', membership.campaign),
    LeadId: hasLead ? idOf('Lead', person.n) : null,
    ContactId: hasContact ? idOf('Contact', person.n) : null,
    LeadOrContactId: whoIdOf(org, person.n),
    Type: hasContact ? 'Contact' : 'Lead',
    Status: membership.status,
    HasResponded: MEMBER_STATUSES[membership.status].hasResponded,
    FirstRespondedDate: membership.respondedAt === null ? null : dateText(secondsOf(membership.respondedAt)),
    Name: `${person.firstName} ${person.lastName}`.trim(),
    IsDeleted: false,
    CreatedDate: instantText(secondsOf(membership.joinedAt)),
    LastModifiedDate: instantText(stamp),
    CreatedById: userId,
    LastModifiedById: userId,
  };
}

function activityFields(org: WorldOrg, person: Person, activity: Activity, stamp: number): Fields {
  const { subject, type } = formOf(activity);
  const campaign = activity.campaign === undefined ? undefined : org.world.campaigns[activity.campaign]?.name;
  const detail = activity.page ?? campaign;
  const lines = [activity.page && `Page: ${activity.page}`, campaign && `Campaign: ${campaign}`].filter(Boolean);
  const ownerId = leadOwnerId(person.rep);
  return {
    WhoId: whoIdOf(org, person.n),
    WhatId: null,
    Subject: detail === undefined ? subject : `${subject}: ${detail}`,
    Type: type,
    Description: lines.length === 0 ? null : lines.join('\n'),
    ActivityDate: dateText(stamp),
    IsDeleted: false,
    IsArchived: isArchived(org, stamp),
    CreatedDate: instantText(stamp),
    LastModifiedDate: instantText(stamp),
    ...auditOf(ownerId),
  };
}

function numberedRows(
  org: WorldOrg,
  numbers: ActivityNumbers,
  fields: (person: Person, place: number, stamp: number) => Fields,
): WorldRows {
  return {
    bound: numbers.count,
    count: numbers.count,
    has: (row) => row < numbers.count,
    stampOf: (row) => numbers.stampOf(row),
    fieldsOf: (row) => {
      const { person, place } = numbers.ownerOf(row);
      return fields(org.world.person(person), place, numbers.stampOf(row));
    },
    quick: (row, field) => quickValue(org, numbers, row, field),
    rowsNaming: (field, id) => {
      if (!['WhoId', 'LeadId', 'ContactId', 'LeadOrContactId'].includes(field)) {
        return field === 'CampaignId' ? undefined : [];
      }
      const named = parseId(id);
      const isPerson = named !== null && (named.object === 'Lead' || named.object === 'Contact');
      return isPerson && named.row < org.census.size ? numbers.rowsOf(named.row) : [];
    },
  };
}

/** What a scan asks of every row, answered without computing the person. */
function quickValue(org: WorldOrg, numbers: ActivityNumbers, row: number, field: string): Value | undefined {
  if (field === 'IsDeleted') return false;
  if (field === 'IsArchived') return isArchived(org, numbers.stampOf(row));
  if (field === 'WhoId') return whoIdOf(org, numbers.ownerOf(row).person);
  return undefined;
}

function isArchived(org: WorldOrg, stamp: number): boolean {
  return stamp + ARCHIVED_AFTER_S <= secondsOf(org.now());
}
