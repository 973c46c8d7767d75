import { ApiError } from '../api-error.ts';
import { parseId } from '../ids.ts';
import { LEAD_QUEUE_ID } from '../rows/world-org.ts';
import { dateText, instantText, parseInstant } from '../value.ts';
import { type Change, valueAfter } from './change.ts';
import { memberRule } from './member-rule.ts';
import { permissionRules } from './permission-rules.ts';
import { missingFields } from './values.ts';

type Rule = (change: Change) => void;

const RULES: Readonly<Record<string, Rule>> = {
  Lead: leadRule,
  Contact: nameRule,
  Opportunity: opportunityRule,
  Task: taskRule,
  Event: eventRule,
  CampaignMember: memberRule,
  ...permissionRules,
};

/** Applies what the org itself does at a write: checks across fields, derived fields, assignment. @throws {ApiError} */
export function applyRules(change: Change): void {
  assertActiveOwner(change);
  RULES[change.table.sobject.name]?.(change);
}

function assertActiveOwner({ org, table, row, values }: Change): void {
  const owner = typeof values.OwnerId === 'string' ? parseId(values.OwnerId) : null;
  if (owner?.object !== 'User' || org.table('User').value(owner.row, 'IsActive') === true) return;
  if (row !== null && table.value(row, 'OwnerId') === values.OwnerId) return;
  const object = table.sobject.label.toLowerCase();
  const message = `operation performed with inactive user [${values.OwnerId}] as owner of ${object}`;
  throw new ApiError(400, 'INACTIVE_OWNER_OR_USER', message, []);
}

function leadRule(change: Change): void {
  const { table, row, values, org } = change;
  if (row !== null && table.value(row, 'IsConverted') === true) throw convertedLead();
  nameRule(change);
  if (change.isAutoAssigned && org.settings.assignmentRule) values.OwnerId = LEAD_QUEUE_ID;
}

/** A converted lead cannot be changed, nor may a new record name it. */
function convertedLead(): ApiError {
  return new ApiError(400, 'CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead', []);
}

function nameRule(change: Change): void {
  const { values } = change;
  if (values.FirstName === undefined && values.LastName === undefined) return;
  const parts = [valueAfter(change, 'FirstName'), valueAfter(change, 'LastName')];
  values.Name = parts.filter((part) => part !== null).join(' ');
}

function opportunityRule(change: Change): void {
  const { org, values } = change;
  if (typeof values.StageName !== 'string') return;
  const stages = org.table('OpportunityStage');
  const stage = [...stages.rows()].find((row) => stages.value(row, 'ApiName') === values.StageName);
  values.IsClosed = stage !== undefined && stages.value(stage, 'IsClosed') === true;
  values.IsWon = stage !== undefined && stages.value(stage, 'IsWon') === true;
  values.Probability ??= stage === undefined ? null : stages.value(stage, 'DefaultProbability');
  values.LastStageChangeDate = instantText(org.nowSeconds());
}

function taskRule(change: Change): void {
  const { org, row, values } = change;
  assertWhoAndWhat(change);
  const isClosed = valueAfter(change, 'Status') === 'Completed';
  values.IsClosed = isClosed;
  values.IsHighPriority = valueAfter(change, 'Priority') === 'High';
  if (row === null) {
    values.TaskSubtype ??= 'Task';
    values.IsArchived = false;
  }
  if (!isClosed) values.CompletedDateTime = null;
  else if (valueAfter(change, 'CompletedDateTime') === null) values.CompletedDateTime = instantText(org.nowSeconds());
  if (valueAfter(change, 'IsReminderSet') === true && valueAfter(change, 'ReminderDateTime') === null) {
    throw missingFields(['ReminderDateTime']);
  }
}

function eventRule(change: Change): void {
  assertWhoAndWhat(change);
  const { values } = change;
  const starts = valueAfter(change, 'StartDateTime') ?? valueAfter(change, 'ActivityDateTime');
  if (typeof starts !== 'string') throw missingFields(['StartDateTime']);
  const startsS = parseInstant(starts)!;
  values.StartDateTime = starts;
  values.ActivityDateTime = starts;
  values.ActivityDate = dateText(startsS);
  const minutes = values.DurationInMinutes;
  const ends = typeof values.EndDateTime === 'string' ? parseInstant(values.EndDateTime)! : null;
  if (ends === null && typeof minutes !== 'number' && valueAfter(change, 'EndDateTime') === null) {
    throw missingFields(['DurationInMinutes', 'EndDateTime']);
  }
  if (ends !== null) values.DurationInMinutes = (ends - startsS) / 60;
  else if (typeof minutes === 'number') values.EndDateTime = instantText(startsS + minutes * 60);
  if (change.row === null) values.EventSubtype ??= 'Event';
}

/** An activity of a lead belongs to nothing else; and a converted lead takes no new one. */
function assertWhoAndWhat(change: Change): void {
  const whoId = valueAfter(change, 'WhoId');
  const who = typeof whoId === 'string' ? parseId(whoId) : null;
  if (who?.object !== 'Lead') return;
  if (valueAfter(change, 'WhatId') !== null) {
    const message = 'Related To ID: a record related to a lead cannot be related to anything else';
    throw new ApiError(400, 'FIELD_INTEGRITY_EXCEPTION', message, ['WhatId']);
  }
  const isSet = change.values.WhoId !== undefined;
  if (isSet && change.org.table('Lead').value(who.row, 'IsConverted') === true) throw convertedLead();
}
