import { actorOf } from '../actor.ts';
import type { Activity } from '../world/world.ts';
import { formOf, higherOf, MEMBER_STATUSES, type MemberStatus } from './activity-map.ts';
import { noteHistory } from './field-history.ts';
import { canonicalId, idOf, parseId } from './ids.ts';
import type { Org } from './org.ts';
import { eventFields, memberFields, taskFields } from './rows/activity-rows.ts';
import { automatedProcessId, otherIntegrationId, repId } from './rows/world-org.ts';
import type { Table } from './table.ts';
import { dateText, instantText, secondsOf, type Value } from './value.ts';
import { rowsOf } from './write/convert-lead.ts';
import { applyRules } from './write/rules.ts';
import { checkedValues } from './write/values.ts';
import { livingRow, markDeleted } from './write/write-record.ts';

/** The id that stands for a person now, after conversions and merges. */
export function currentIdOf(org: Org, person: number): string {
  let id = idOf(org.census.isOnlyContact(person) ? 'Contact' : 'Lead', person);
  for (;;) {
    const { object, row } = parseId(id)!;
    const table = org.table(object);
    const next =
      table.text(row, 'MasterRecordId') ?? (object === 'Lead' ? table.text(row, 'ConvertedContactId') : null);
    if (next === null) return id;
    id = next;
  }
}

/** Lets a person do something more; the org learns of it now, whenever it happened. */
export function addActivity(org: Org, personNumber: number, activity: Omit<Activity, 'n'>): void {
  const person = org.world.person(personNumber);
  const whole: Activity = { ...activity, n: person.activities.length };
  const { object, memberStatus } = formOf(whole);
  const happenedS = secondsOf(activity.at);
  const whoId = currentIdOf(org, personNumber);
  const now = org.nowSeconds();
  if (memberStatus !== undefined && activity.campaign !== undefined) {
    respond(org, personNumber, activity.campaign, memberStatus, activity.at);
  } else {
    const fields = object === 'Event' ? eventFields : taskFields;
    org.table(object).insert({ ...fields(org, person, whole, happenedS), WhoId: whoId }, now);
  }
  const { object: whoObject, row } = parseId(whoId)!;
  const bounce = activity.type === 'email_bounce' ? { EmailBouncedDate: instantText(happenedS) } : {};
  org.table(whoObject).change(row, { LastActivityDate: dateText(happenedS), ...bounce }, now);
}

function respond(org: Org, personNumber: number, campaign: number, status: MemberStatus, at: Date): void {
  const members = org.table('CampaignMember');
  const whoId = currentIdOf(org, personNumber);
  const campaignId = idOf('Campaign', campaign);
  const now = org.nowSeconds();
  const row = rowsOf(members, 'LeadOrContactId', whoId).find(
    (each) => members.value(each, 'CampaignId') === campaignId,
  );
  const { hasResponded } = MEMBER_STATUSES[status];
  if (row === undefined) {
    const membership = { campaign, status, joinedAt: at, respondedAt: hasResponded ? at : null, changedAt: at };
    const fields = memberFields(org, org.world.person(personNumber), membership, secondsOf(at));
    const isLead = parseId(whoId)!.object === 'Lead';
    const who = { LeadId: isLead ? whoId : null, ContactId: isLead ? null : whoId, LeadOrContactId: whoId };
    members.insert({ ...fields, ...who, Type: isLead ? 'Lead' : 'Contact' }, now);
    return;
  }
  const reached = higherOf(members.value(row, 'Status') as MemberStatus, status); // the twin's own statuses
  const firstOn = members.value(row, 'FirstRespondedDate') ?? (hasResponded ? dateText(secondsOf(at)) : null);
  const responded = { HasResponded: MEMBER_STATUSES[reached].hasResponded, FirstRespondedDate: firstOn };
  members.change(row, { Status: reached, ...responded, LastModifiedDate: instantText(now) }, now);
}

/** Sets values of leads, contacts or tasks as somebody else does, all with one stamp. @throws {ApiError} */
export function editRecords(
  org: Org,
  ids: readonly string[],
  values: Readonly<Record<string, string | null>>,
  by: string,
): void {
  const stamp = org.nowSeconds();
  const userId = userWriting(org, by);
  const audit = { LastModifiedDate: instantText(stamp), LastModifiedById: userId };
  for (const id of ids) {
    const table = tableOfId(org, id);
    const row = livingRow(table, id);
    const changed = checkedValues(org, table.sobject, typed(table, values), 'update');
    applyRules({ org, table, row, values: changed, isAutoAssigned: false });
    noteHistory(org, table, { row, values: changed, userId, stamp });
    table.change(row, { ...changed, ...audit }, stamp);
  }
}

/** Deletes a lead or contact as a user does. @throws {ApiError} */
export function deleteLead(org: Org, id: string): void {
  const table = tableOfId(org, id);
  markDeleted(org, table, livingRow(table, id), {});
}

/** Ticks off every open task of a lead or contact. */
export function completeTasks(org: Org, id: string): void {
  const tasks = org.table('Task');
  const stamp = org.nowSeconds();
  const at = instantText(stamp);
  const done = { Status: 'Completed', IsClosed: true, CompletedDateTime: at, LastModifiedDate: at };
  for (const row of rowsOf(tasks, 'WhoId', id))
    if (tasks.value(row, 'IsClosed') !== true) tasks.change(row, done, stamp);
}

/** @throws {RangeError} for an id of anything but a lead, a contact or a task */
function tableOfId(org: Org, id: string): Table {
  const object = parseId(canonicalId(id) ?? '')?.object;
  if (object !== 'Lead' && object !== 'Contact' && object !== 'Task') {
    throw new RangeError(`${id} is no lead, contact or task`);
  }
  return org.table(object);
}

/** Booleans come as text through this door; numbers are read by the checks. */
function typed(table: Table, values: Readonly<Record<string, string | null>>): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const isBoolean = table.sobject.fields.get(name.toLowerCase())?.type === 'boolean';
      return [name, isBoolean && value !== null ? value === 'true' : value];
    }),
  );
}

/** As whom an actor writes; an import is a person with a tool, Salesforce knows no difference. */
function userWriting(org: Org, by: string): string {
  const actor = actorOf(by);
  if (actor === 'workflow') return automatedProcessId(org.world);
  return actor === 'integration' ? otherIntegrationId(org.world) : userNamed(org, by);
}

/** The user of that name or e-mail address, else the first rep. */
function userNamed(org: Org, by: string): string {
  const users = org.table('User');
  const row = [...users.rows()].find((each) => users.value(each, 'Name') === by || users.value(each, 'Email') === by);
  return row === undefined ? repId(0) : users.idOf(row);
}
