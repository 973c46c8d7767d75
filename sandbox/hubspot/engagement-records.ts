import type { Activity, Person } from '../world/world.ts';
import { objectOf } from './event-types.ts';
import { campaignGuidOf, ENGAGEMENTS_END, engagementIdOf, ownerIdOf, placeOfEngagement } from './ids.ts';
import type { ObjectType } from './object-types.ts';
import type { People } from './people.ts';
import { type BaseRecords, type Fields, isoOf } from './record.ts';

/** HubSpot's own ids of the call outcomes "Connected" and "No answer", the same in every account. */
const CONNECTED = 'f240bbac-87c9-4f6e-bf70-924b57d47db7';
const NO_ANSWER = '73a0d17f-1163-4015-bdd5-ec830791da20';
const MEETING_MS = 1_800_000;

/** The world's calls, e-mails, meetings or messages, whichever `type` says. Notes and tasks are people's own work. */
export function engagementRecords(type: ObjectType, people: People): BaseRecords {
  const { size } = people.world;
  const find = (id: number): { person: Person; activity: Activity } | null => {
    const place = placeOfEngagement(id);
    if (!people.isPerson(place.person)) return null;
    const person = people.person(place.person);
    const activity = person.activities[place.activity];
    return activity && objectOf(activity.type) === type ? { person, activity } : null;
  };
  const atMs = (id: number) => find(id)!.activity.at.getTime();
  const isEmpty = type === 'notes' || type === 'tasks';
  return {
    endId: ENGAGEMENTS_END,
    has: (id) => find(id) !== null,
    *ids(fromId, sinceMs) {
      if (isEmpty) return;
      for (let n = Math.max(0, placeOfEngagement(fromId).person); n < size; n++) {
        if (sinceMs !== Number.NEGATIVE_INFINITY && people.changedMs(n) < sinceMs && !people.hasNews(n)) continue;
        for (const activity of people.person(n).activities) {
          const id = objectOf(activity.type) === type ? engagementIdOf(n, activity.n) : -1;
          if (id >= fromId) yield id;
        }
      }
    },
    fields(id) {
      const { person, activity } = find(id)!;
      return {
        hs_timestamp: isoOf(activity.at.getTime()),
        hubspot_owner_id: person.rep === null ? null : ownerIdOf(person.rep),
        hs_campaign_guid: activity.campaign === undefined ? null : campaignGuidOf(activity.campaign),
        ...detailsOf(activity),
      };
    },
    createdMs: atMs,
    modifiedMs: atMs,
  };
}

function detailsOf({ type, at, seconds }: Activity): Fields {
  switch (type) {
    case 'call_connected':
    case 'call_attempted': {
      const isConnected = type === 'call_connected';
      return {
        hs_call_direction: 'OUTBOUND',
        hs_call_status: isConnected ? 'COMPLETED' : 'NO_ANSWER',
        hs_call_disposition: isConnected ? CONNECTED : NO_ANSWER,
        hs_call_duration: String((seconds ?? 0) * 1_000),
      };
    }
    case 'meeting_booked':
    case 'meeting_held':
    case 'meeting_no_show':
      return {
        hs_meeting_title: 'Meeting',
        hs_meeting_outcome: MEETING_OUTCOMES[type],
        hs_meeting_start_time: isoOf(at.getTime()),
        hs_meeting_end_time: isoOf(at.getTime() + MEETING_MS),
      };
    case 'email_sent':
      return { hs_email_direction: 'EMAIL', hs_email_status: 'SENT', hs_email_subject: 'Following up' };
    case 'email_reply':
      return { hs_email_direction: 'INCOMING_EMAIL', hs_email_status: 'SENT', hs_email_subject: 'Re: Following up' };
    default:
      return {
        hs_communication_channel_type: CHANNELS[type] ?? 'LINKEDIN_MESSAGE',
        hs_communication_logged_from: 'CRM',
      };
  }
}

const MEETING_OUTCOMES = {
  meeting_booked: 'SCHEDULED',
  meeting_held: 'COMPLETED',
  meeting_no_show: 'NO_SHOW',
} as const;

const CHANNELS: Readonly<Record<string, string>> = { chat: 'WHATS_APP', 'custom:sms': 'SMS' };
