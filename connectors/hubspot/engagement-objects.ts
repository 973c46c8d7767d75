import type { CrmEngagement } from '../../src/domain/crm.ts';
import type { Attributes } from '../../src/domain/lead.ts';
import { isOurTask } from '../task-marker.ts';
import { readValue } from './property-values.ts';
import type { HubspotRecord } from './schemas.ts';
import type { Links } from './source.ts';

/** How records of one activity object become engagements. */
interface ActivityObject {
  /** Name in paths. */
  readonly object: string;
  /** Prefix of our ids. */
  readonly prefix: string;
  readonly channel: string;
  readonly properties: readonly string[];
  /** Our type, `null` for a record that is no engagement. */
  readonly typeOf: (properties: HubspotRecord['properties']) => string | null;
  /** Property of the instant, unless it is `hs_timestamp`. */
  readonly occurredProperty?: (type: string) => string;
  readonly details: (properties: HubspotRecord['properties']) => Attributes;
}

/** HubSpot's own id of the call outcome "Connected", the same in every portal. */
const CONNECTED = 'f240bbac-87c9-4f6e-bf70-924b57d47db7';

/** The activity objects and what they mean in our words (properties: shared/design/hubspot.md 2.6 and 5.2). */
export const ACTIVITY_OBJECTS: readonly ActivityObject[] = [
  {
    object: 'calls',
    prefix: 'call',
    channel: 'phone',
    properties: ['hs_call_status', 'hs_call_disposition', 'hs_call_duration', 'hs_call_direction'],
    typeOf: ({ hs_call_status: status, hs_call_disposition: disposition }) => {
      const isConnected = disposition ? disposition === CONNECTED : status === 'COMPLETED';
      return isConnected ? 'call_connected' : 'call_attempted';
    },
    details: ({ hs_call_duration: duration, hs_call_direction: direction }) => ({
      seconds: duration ? Number(duration) / 1_000 : null, // HubSpot counts milliseconds
      direction: direction?.toLowerCase() || null,
    }),
  },
  {
    object: 'emails',
    prefix: 'email',
    channel: 'email',
    properties: ['hs_email_direction', 'hs_email_status'],
    typeOf: ({ hs_email_direction: direction, hs_email_status: status }) => {
      if (direction === 'INCOMING_EMAIL') return 'email_reply';
      return status === 'BOUNCED' || status === 'FAILED' ? 'email_bounce' : 'email_sent';
    },
    details: () => ({}),
  },
  {
    object: 'meetings',
    prefix: 'meeting',
    channel: 'meeting',
    properties: ['hs_meeting_outcome', 'hs_meeting_start_time', 'hs_createdate'],
    typeOf: ({ hs_meeting_outcome: outcome }) => {
      if (outcome === 'COMPLETED') return 'meeting_held';
      if (outcome === 'NO_SHOW') return 'meeting_no_show';
      return outcome?.startsWith('CANCEL') ? 'custom:meeting_canceled' : 'meeting_booked';
    },
    // Booking a meeting is a sign on the day of the booking, not on the day of the meeting.
    occurredProperty: (type) => (type === 'meeting_booked' ? 'hs_createdate' : 'hs_meeting_start_time'),
    details: () => ({}),
  },
  { object: 'notes', prefix: 'note', channel: 'crm', properties: [], typeOf: () => 'custom:note', details: () => ({}) },
  {
    object: 'tasks',
    prefix: 'task',
    channel: 'crm',
    properties: ['hs_task_body', 'hs_task_type', 'hs_task_status'],
    typeOf: ({ hs_task_body: body }) => (isOurTask(body ?? '') ? null : 'custom:task'),
    details: ({ hs_task_type: type, hs_task_status: status }) => ({
      taskType: type?.toLowerCase() || null,
      status: status?.toLowerCase() || null,
    }),
  },
  {
    object: 'communications',
    prefix: 'communication',
    channel: 'message',
    properties: ['hs_communication_channel_type'],
    typeOf: ({ hs_communication_channel_type: channel }) => {
      if (channel === 'LINKEDIN_MESSAGE') return 'social_interaction';
      return channel === 'SMS' ? 'custom:sms' : 'chat';
    },
    details: ({ hs_communication_channel_type: channel }) => ({ channel: channel?.toLowerCase() || null }),
  },
];

/** Properties that every activity is read with, besides its own. */
export function activityProperties({ properties }: ActivityObject): readonly string[] {
  return ['hs_lastmodifieddate', 'hs_timestamp', 'hs_campaign_guid', ...properties];
}

/** Reads an activity record; `null` if it is no engagement. */
export function engagementOf(activity: ActivityObject, record: HubspotRecord, links: Links): CrmEngagement | null {
  const { properties } = record;
  const type = activity.typeOf(properties);
  if (type === null) return null;
  const property = activity.occurredProperty?.(type) ?? 'hs_timestamp';
  const occurredAt = readValue(properties[property] || properties.hs_timestamp, 'instant', property);
  return {
    id: `${activity.prefix}:${record.id}`,
    type,
    occurredAt: typeof occurredAt === 'string' ? new Date(occurredAt) : record.createdAt,
    channel: activity.channel,
    campaign: properties.hs_campaign_guid || null,
    properties: activity.details(properties),
    leads: (links.contacts ?? []).map((crmId) => ({ object: 'contact', crmId })),
    modifiedAt: record.updatedAt,
    isDeleted: record.archived === true,
  };
}
