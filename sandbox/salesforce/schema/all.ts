import type { ObjectName } from '../ids.ts';
import { EMAIL_MESSAGE, EMAIL_MESSAGE_RELATION, EVENT, TASK } from './activity.ts';
import { ACCOUNT, CONTACT, CONTACT_HISTORY, LEAD, LEAD_HISTORY } from './people.ts';
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
  PROFILE,
  QUEUE_SOBJECT,
  TASK_STATUS,
  USER,
  USER_LICENSE,
} from './setup.ts';
import type { Sobject } from './sobject.ts';

/** Every object of the org, by name. */
export const SOBJECTS: Readonly<Record<ObjectName, Sobject>> = {
  Account: ACCOUNT,
  Campaign: CAMPAIGN,
  CampaignMember: CAMPAIGN_MEMBER,
  CampaignMemberStatus: CAMPAIGN_MEMBER_STATUS,
  Contact: CONTACT,
  ContactHistory: CONTACT_HISTORY,
  CustomField: CUSTOM_FIELD,
  EmailMessage: EMAIL_MESSAGE,
  EmailMessageRelation: EMAIL_MESSAGE_RELATION,
  Event: EVENT,
  FieldPermissions: FIELD_PERMISSIONS,
  Group: GROUP,
  Lead: LEAD,
  LeadHistory: LEAD_HISTORY,
  LeadStatus: LEAD_STATUS,
  ObjectPermissions: OBJECT_PERMISSIONS,
  Opportunity: OPPORTUNITY,
  OpportunityContactRole: OPPORTUNITY_CONTACT_ROLE,
  OpportunityStage: OPPORTUNITY_STAGE,
  Organization: ORGANIZATION,
  PermissionSet: PERMISSION_SET,
  PermissionSetAssignment: PERMISSION_SET_ASSIGNMENT,
  Profile: PROFILE,
  QueueSobject: QUEUE_SOBJECT,
  Task: TASK,
  TaskStatus: TASK_STATUS,
  User: USER,
  UserLicense: USER_LICENSE,
};

/** Objects of the Tooling API: not in the global describe, not in plain queries. */
export const TOOLING_ONLY: ReadonlySet<ObjectName> = new Set(['CustomField']);
