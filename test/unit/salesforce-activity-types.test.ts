import { describe, expect, it } from 'vitest';
import { channelOf, eventType, memberType, taskType } from '../../connectors/salesforce/activity-types.ts';
import { ACTIVITY_MAP } from '../../sandbox/salesforce/activity-map.ts';
import { ENGAGEMENT_TYPES } from '../../src/domain/lead.ts';

const task = (values: Partial<Parameters<typeof taskType>[0]>) =>
  taskType({
    Subject: null,
    TaskSubtype: null,
    Type: null,
    CallType: null,
    CallDisposition: null,
    CallDurationInSeconds: null,
    ...values,
  });

describe('the type of a task', () => {
  const shown = Object.entries(ACTIVITY_MAP).filter(([, { object }]) => object === 'Task');

  it.each(shown)('is %s again for the task that the sandbox shows it as', (type, form) => {
    expect(task({ Subject: `${form.subject}: /pricing`, TaskSubtype: form.subtype, Type: form.type })).toBe(type);
  });

  it.each([
    ['Connected', 0, 'call_connected'],
    ['Interested - call back', 0, 'call_connected'],
    ['No answer', 0, 'call_attempted'],
    ['Left message', 35, 'call_attempted'],
    ['Busy', 0, 'call_attempted'],
    [null, 240, 'call_connected'],
    [null, 0, 'call_attempted'],
  ])('of a call with disposition "%s" and %i seconds is %s', (CallDisposition, CallDurationInSeconds, type) => {
    expect(task({ TaskSubtype: 'Call', Subject: 'Call', CallDisposition, CallDurationInSeconds })).toBe(type);
  });

  it('of an e-mail is sent unless its subject says more', () => {
    expect(task({ TaskSubtype: 'Email', Subject: 'Email: Your quote' })).toBe('email_sent');
  });

  it('of a to-do is custom, so that no rule counts it unawares', () => {
    expect(task({ TaskSubtype: 'Task', Subject: 'Send the contract' })).toBe('custom:task');
  });
});

describe('the type of an event', () => {
  it.each([
    ['Meeting held', 'meeting_held'],
    ['Quarterly review', 'meeting_held'],
    ['Meeting no-show', 'meeting_no_show'],
    ['Canceled: demo', 'meeting_no_show'],
  ])('of "%s" is %s', (Subject, type) => {
    expect(eventType({ Subject })).toBe(type);
  });
});

describe('the type of a campaign membership', () => {
  it.each([
    ['Webinar', 'Registered', false, 'webinar_registration'],
    ['Webinar', 'Attended', true, 'webinar_attendance'],
    ['Conference', 'Attended', true, 'event_attendance'],
    ['Conference', 'Registered', false, 'campaign_response'],
    ['Email', 'Responded', true, 'campaign_response'],
    ['Webinar', 'Sent', false, 'list_join'],
    [null, null, false, 'list_join'],
  ])('of a %s with status %s is %s', (campaignType, status, hasResponded, type) => {
    expect(memberType(campaignType, status, hasResponded)).toBe(type);
  });
});

describe('the channel of an engagement', () => {
  it('is known for every engagement type', () => {
    const channels = new Set(ENGAGEMENT_TYPES.map(channelOf));
    expect([...channels].sort()).toEqual(
      ['ads', 'campaign', 'chat', 'crm', 'email', 'event', 'meeting', 'phone', 'social', 'web', 'webinar'].sort(),
    );
  });
});
