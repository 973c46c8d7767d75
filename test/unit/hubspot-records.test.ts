import { describe, expect, it } from 'vitest';
import { dealOf } from '../../connectors/hubspot/deals.ts';
import { ACTIVITY_OBJECTS, engagementOf } from '../../connectors/hubspot/engagement-objects.ts';
import { leadOf } from '../../connectors/hubspot/leads.ts';
import { readRecords } from '../../connectors/hubspot/record-page.ts';
import { HubspotRecord, PropertyDefinition } from '../../connectors/hubspot/schemas.ts';
import { markerLine } from '../../connectors/task-marker.ts';
import { linesOf } from '../../src/domain/mapped-lines.ts';
import { Mapping } from '../../src/domain/mapping.ts';
import { SCORE_FIELDS } from '../../src/domain/score-field.ts';

const LINES = linesOf(
  Mapping.parse({
    crm: 'hubspot',
    leads: {
      contact: {
        attributes: { jobTitle: 'jobtitle', budget: { field: 'budget', type: 'number' }, interests: 'interests' },
        lifecycle: { field: 'lifecyclestage', order: ['lead'], onBand: {} },
      },
    },
    company: { attributes: {} },
    scoreFields: Object.fromEntries(Object.keys(SCORE_FIELDS).map((field) => [field, `sw_${field}`])),
  }),
  'contact',
);

function aRecord(properties: Record<string, string | null>, rest: object = {}): HubspotRecord {
  const at = '2026-11-01T00:00:00.000Z';
  return HubspotRecord.parse({ id: '7', properties, createdAt: at, updatedAt: at, archived: false, ...rest });
}

describe('leadOf', () => {
  const definitions = new Map<string, PropertyDefinition>([
    ['interests', PropertyDefinition.parse({ name: 'interests', type: 'enumeration', fieldType: 'checkbox' })],
  ]);

  it('reads values by the type of the mapping, else of the property', () => {
    const record = aRecord({ jobtitle: 'CFO', budget: '1200.5', interests: 'crm;email' });
    expect(leadOf(record, {}, LINES, definitions).attributes).toEqual({
      jobTitle: 'CFO',
      budget: 1200.5,
      interests: ['crm', 'email'],
    });
  });

  it('reads our own fields, and one that is not provisioned as null', () => {
    const record = aRecord({ sw_score: '71.5', sw_band: 'hot', sw_scoredAt: '2026-11-23T10:00:00Z' });
    expect(leadOf(record, {}, LINES, definitions).scoreFields).toMatchObject({
      score: 71.5,
      band: 'hot',
      scoredAt: '2026-11-23T10:00:00.000Z',
      reasons: null,
    });
  });

  it('takes empty texts for missing values', () => {
    const lead = leadOf(aRecord({ jobtitle: '', lifecyclestage: '', hubspot_owner_id: '' }), {}, LINES, definitions);
    expect(lead).toMatchObject({
      ownerId: null,
      lifecycleStage: null,
      companyId: null,
      attributes: { jobTitle: null },
    });
  });

  it('names the records that were merged into it', () => {
    const lead = leadOf(aRecord({ hs_merged_object_ids: '5;6' }), {}, LINES, definitions);
    expect(lead.absorbed).toEqual([
      { object: 'contact', crmId: '5' },
      { object: 'contact', crmId: '6' },
    ]);
  });
});

describe('readRecords', () => {
  it('sets an unreadable record aside and keeps the others', () => {
    const at = '2026-11-01T00:00:00.000Z';
    const good = { id: '1', properties: {}, createdAt: at, updatedAt: at };
    const { records, rejected } = readRecords([good, { ...good, id: '2', updatedAt: 'yesterday' }]);
    expect(records.map(({ id }) => id)).toEqual(['1']);
    expect(rejected).toEqual([{ crmId: '2', error: expect.objectContaining({ code: 'CRM_RECORD_UNREADABLE' }) }]);
  });

  it('takes instants in milliseconds as well, and numbers for ids', () => {
    const { records } = readRecords([{ id: 1, properties: {}, createdAt: '1795442400000', updatedAt: 1795442400000 }]);
    expect(records[0]).toMatchObject({ id: '1', updatedAt: new Date(1_795_442_400_000) });
  });
});

describe('dealOf', () => {
  it.each([
    [{ hs_is_closed: 'false', hs_is_closed_won: 'false' }, 'open'],
    [{ hs_is_closed: 'true', hs_is_closed_won: 'true' }, 'won'],
    [{ hs_is_closed: 'true', hs_is_closed_won: 'false' }, 'lost'],
    [{}, 'open'],
  ])('takes the flags %j for %s', (flags, outcome) => {
    expect(dealOf(aRecord(flags), {}).outcome).toBe(outcome);
  });

  it('takes the close date of an open deal for the forecast it is', () => {
    const closedate = '2026-12-31T00:00:00.000Z';
    expect(dealOf(aRecord({ closedate }), {}).closedAt).toBeNull();
    expect(dealOf(aRecord({ closedate, hs_is_closed: 'true' }), {}).closedAt).toEqual(new Date(closedate));
  });
});

describe('engagementOf', () => {
  const read = (object: string, properties: Record<string, string | null>) =>
    engagementOf(ACTIVITY_OBJECTS.find((activity) => activity.object === object)!, aRecord(properties), {
      contacts: ['1', '2'],
    });

  it.each([
    ['calls', { hs_call_status: 'COMPLETED' }, 'call_connected'],
    ['calls', { hs_call_status: 'NO_ANSWER' }, 'call_attempted'],
    [
      'calls',
      { hs_call_status: 'COMPLETED', hs_call_disposition: 'b2cf5968-551e-4856-9783-52b3da59a7d0' },
      'call_attempted',
    ],
    ['emails', { hs_email_direction: 'INCOMING_EMAIL' }, 'email_reply'],
    ['emails', { hs_email_direction: 'EMAIL' }, 'email_sent'],
    ['emails', { hs_email_direction: 'EMAIL', hs_email_status: 'BOUNCED' }, 'email_bounce'],
    ['meetings', { hs_meeting_outcome: 'SCHEDULED' }, 'meeting_booked'],
    ['meetings', { hs_meeting_outcome: null }, 'meeting_booked'],
    ['meetings', { hs_meeting_outcome: 'COMPLETED' }, 'meeting_held'],
    ['meetings', { hs_meeting_outcome: 'NO_SHOW' }, 'meeting_no_show'],
    ['meetings', { hs_meeting_outcome: 'CANCELLED' }, 'custom:meeting_canceled'],
    ['notes', {}, 'custom:note'],
    ['tasks', { hs_task_body: 'Call back' }, 'custom:task'],
    ['communications', { hs_communication_channel_type: 'LINKEDIN_MESSAGE' }, 'social_interaction'],
    ['communications', { hs_communication_channel_type: 'WHATS_APP' }, 'chat'],
    ['communications', { hs_communication_channel_type: 'SMS' }, 'custom:sms'],
  ] as const)('takes %s with %j for %s', (object, properties, type) => {
    expect(read(object, properties)?.type).toBe(type);
  });

  it('leaves out our own tasks', () => {
    expect(read('tasks', { hs_task_body: `Why: x<br>${markerLine('SW-contact-1-1')}` })).toBeNull();
  });

  it('dates a booking by its creation and a meeting by its start', () => {
    const dates = { hs_createdate: '2026-11-01T00:00:00.000Z', hs_meeting_start_time: '2026-11-09T10:00:00.000Z' };
    expect(read('meetings', { ...dates, hs_meeting_outcome: 'SCHEDULED' })?.occurredAt).toEqual(
      new Date(dates.hs_createdate),
    );
    expect(read('meetings', { ...dates, hs_meeting_outcome: 'COMPLETED' })?.occurredAt).toEqual(
      new Date(dates.hs_meeting_start_time),
    );
  });

  it('bears an id that is unique across objects, and every contact that took part', () => {
    expect(read('calls', {})).toMatchObject({
      id: 'call:7',
      leads: [
        { object: 'contact', crmId: '1' },
        { object: 'contact', crmId: '2' },
      ],
    });
  });
});
