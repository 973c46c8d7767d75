import type { CrmEngagement } from '../../src/domain/crm.ts';
import { channelOf, memberType } from './activity-types.ts';
import { leadRefOf } from './people.ts';
import { CampaignMemberRow, CampaignRow } from './schemas.ts';
import type { Source } from './source.ts';

/** The stream of Campaigns. */
export const campaignsSource: Source<'campaign'> = {
  stream: { name: 'campaigns', kind: 'campaign' },
  object: 'Campaign',
  fields: ['Name', 'StartDate', 'EndDate'],
  optional: ['Type', 'IsDeleted'],
  isOptional: true, // needs the "Marketing User" permission or a read right that some integration users lack
  reader: async () => (row) => {
    const { Id, Name, Type, StartDate, EndDate } = CampaignRow.parse(row);
    return [{ crmId: Id, name: Name, type: Type, startsOn: StartDate, endsOn: EndDate }];
  },
};

/**
 * The stream of campaign memberships. A row shows only the highest status that a member reached, so somebody who
 * came to a webinar on a later day than they joined has registered before.
 */
export const campaignMembersSource: Source<'engagement'> = {
  stream: { name: 'campaign-members', kind: 'engagement' },
  object: 'CampaignMember',
  fields: [
    'CampaignId',
    'LeadId',
    'ContactId',
    'Status',
    'HasResponded',
    'FirstRespondedDate',
    'CreatedDate',
    'IsDeleted',
    'Campaign.Type',
  ],
  optional: [],
  isOptional: true,
  reader: async () => (row) => {
    const member = CampaignMemberRow.parse(row);
    // After a conversion both are filled in; the contact is who it goes on as.
    const lead = leadRefOf(member.ContactId ?? member.LeadId);
    if (lead === null) return [];
    const type = memberType(member.Campaign.Type, member.Status, member.HasResponded);
    const shared = {
      channel: channelOf(type),
      campaign: member.CampaignId,
      properties: member.Status === null ? {} : { status: member.Status },
      leads: [lead],
      modifiedAt: member.SystemModstamp,
      isDeleted: member.IsDeleted,
    };
    const id = `campaign-member:${member.Id}`;
    const came: CrmEngagement = { ...shared, id, type, occurredAt: respondedAt(member) };
    const cameLater = came.occurredAt.getTime() > member.CreatedDate.getTime();
    if (type !== 'webinar_attendance' || !cameLater) return [came];
    return [{ ...shared, id: `${id}:joined`, type: 'webinar_registration', occurredAt: member.CreatedDate }, came];
  },
};

/** FirstRespondedDate is a day without a time: the joining on that same day, else noon UTC, never after the stamp. */
function respondedAt({ HasResponded, FirstRespondedDate, CreatedDate, SystemModstamp }: CampaignMemberRow): Date {
  if (!HasResponded || FirstRespondedDate === null) return CreatedDate;
  if (CreatedDate.toISOString().startsWith(FirstRespondedDate)) return CreatedDate;
  const noon = Date.parse(`${FirstRespondedDate}T12:00:00Z`);
  return new Date(Math.max(CreatedDate.getTime(), Math.min(noon, SystemModstamp.getTime())));
}
