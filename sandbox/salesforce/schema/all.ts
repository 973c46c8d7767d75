import type { ObjectName } from '../ids.ts';
import { EMAIL_MESSAGE, EMAIL_MESSAGE_RELATION, EVENT, TASK } from './activity.ts';
import { ACCOUNT, CONTACT, LEAD } from './people.ts';
import { CAMPAIGN, CAMPAIGN_MEMBER, CAMPAIGN_MEMBER_STATUS, OPPORTUNITY, OPPORTUNITY_CONTACT_ROLE } from './sales.ts';
import {
  CUSTOM_FIELD,
  FIELD_PERMISSIONS,
  GROUP,
  LEAD_STATUS,
  OBJECT_PERMISSIONS,
  OPPORTUNITY_STAGE,
  ORGANIZATION,
  PERMISSION_SET,
  PERMISSION_SET_ASSIGNMENT,
  QUEUE_SOBJECT,
  TASK_STATUS,
  USER,
} from './setup.ts';
import type { Sobject } from './sobject.ts';

/** Every object of the org, by name. */
export const SOBJECTS: Readonly<Record<ObjectName, Sobject>> = {
  Account: ACCOUNT,
  Campaign: CAMPAIGN,
  CampaignMember: CAMPAIGN_MEMBER,
  CampaignMemberStatus: CAMPAIGN_MEMBER_STATUS,
  Contact: CONTACT,
  CustomField: CUSTOM_FIELD,
  EmailMessage: EMAIL_MESSAGE,
  EmailMessageRelation: EMAIL_MESSAGE_RELATION,
  Event: EVENT,
  FieldPermissions: FIELD_PERMISSIONS,
  Group: GROUP,
  Lead: LEAD,
  LeadStatus: LEAD_STATUS,
  ObjectPermissions: OBJECT_PERMISSIONS,
  Opportunity: OPPORTUNITY,
  OpportunityContactRole: OPPORTUNITY_CONTACT_ROLE,
  OpportunityStage: OPPORTUNITY_STAGE,
  Organization: ORGANIZATION,
  PermissionSet: PERMISSION_SET,
  PermissionSetAssignment: PERMISSION_SET_ASSIGNMENT,
  QueueSobject: QUEUE_SOBJECT,
  Task: TASK,
  TaskStatus: TASK_STATUS,
  User: USER,
};

/** Objects of the Tooling API: not in the global describe, not in plain queries. */
export const TOOLING_ONLY: ReadonlySet<ObjectName> = new Set(['CustomField']);
