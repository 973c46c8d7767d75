import { describe, expect, it } from 'vitest';
import { engagementTypeOf, formTypeOf, isPulled } from '../../connectors/hubspot/event-types.ts';
import { Pace } from '../../connectors/hubspot/pace.ts';
import { readValue, shapeOf } from '../../connectors/hubspot/property-values.ts';
import { PropertyDefinition } from '../../connectors/hubspot/schemas.ts';
import { bearsMarker, isOurTask, markerIn, markerLine } from '../../connectors/task-marker.ts';

describe('readValue', () => {
  it.each([
    ['Head of Marketing', 'text', 'Head of Marketing'],
    ['12.50', 'number', 12.5],
    ['true', 'boolean', true],
    ['false', 'boolean', false],
    ['2026-11-23', 'instant', '2026-11-23T00:00:00.000Z'],
    ['1795442400000', 'instant', '2026-11-23T14:00:00.000Z'],
    ['crm;email;', 'list', ['crm', 'email']],
  ] as const)('reads %j as %s', (text, type, value) => {
    expect(readValue(text, type, 'property')).toEqual(value);
  });

  it.each([null, undefined, ''])('reads %j as missing', (text) => {
    expect(readValue(text, 'number', 'property')).toBeNull();
  });

  it('names the property whose value is none of its type, and not the value', () => {
    expect(() => readValue('jane@acme.example', 'number', 'budget')).toThrow('The value of budget is no number');
  });
});

describe('shapeOf', () => {
  it.each([
    ['number', 'number', 'number'],
    ['bool', 'booleancheckbox', 'boolean'],
    ['enumeration', 'booleancheckbox', 'boolean'],
    ['enumeration', 'checkbox', 'list'],
    ['enumeration', 'select', 'text'],
    ['datetime', 'date', 'instant'],
    ['date', 'date', 'instant'],
    ['string', 'textarea', 'text'],
    ['phone_number', 'phonenumber', 'text'],
  ])('a %s shown as %s holds %s', (type, fieldType, shape) => {
    expect(shapeOf(PropertyDefinition.parse({ name: 'property', type, fieldType }))).toBe(shape);
  });
});

describe('engagementTypeOf', () => {
  it.each([
    ['e_visited_page', 'page_view'],
    ['e_opened_email_v2', 'email_open'],
    ['pe48000001_webinar_attendance', 'webinar_attendance'],
    ['ae7_trial_start', 'trial_start'],
    ['pe48000001_watered_plants', 'custom:watered_plants'],
    ['e_played_video', 'custom:e_played_video'],
  ])('takes %s for %s', (name, type) => {
    expect(engagementTypeOf(name).type).toBe(type);
  });

  it('leaves to the other streams what they bring', () => {
    expect(['e_submitted_form', 'e_visited_page'].filter(isPulled)).toEqual(['e_visited_page']);
  });
});

describe('formTypeOf', () => {
  it.each([
    ['Request a demo', 'demo_request'],
    ['Contact us', 'contact_request'],
    ['Newsletter sign-up', 'newsletter_subscription'],
    ['Start your trial', 'trial_start'],
    ['Demography survey', 'form_submission'],
  ])('takes %j for %s', (name, type) => {
    expect(formTypeOf(name)).toBe(type);
  });
});

describe('a task marker', () => {
  const line = markerLine('SW-contact-1-2');

  it.each([`Why: x\n${line}`, `<p>Why: x</p><p>${line}</p>`, `Why: x<br>${line}<br>called, no answer`])(
    'is found in %j',
    (body) => {
      expect(markerIn(body)).toBe('SW-contact-1-2');
      expect(isOurTask(body)).toBe(true);
    },
  );

  it('is not found as the beginning of a longer one', () => {
    expect(bearsMarker(markerLine('SW-contact-1-23'), 'SW-contact-1-2')).toBe(false);
  });

  it('is not seen in a task of a person', () => {
    expect(isOurTask('Scorewire says this one is hot')).toBe(false);
  });
});

describe('Pace', () => {
  it('begins with the limits of the larger tiers and uses 97 % of them', () => {
    const { calls, perMs } = new Pace().rate('burst');
    expect((calls / perMs) * 10_000).toBeCloseTo(190 * 0.97);
    expect(new Pace().rate('associations').calls).toBe(150);
  });

  it('takes over the limits that the account states', () => {
    const pace = new Pace();
    pace.learn(new Headers({ 'x-hubspot-ratelimit-max': '100', 'x-hubspot-ratelimit-interval-milliseconds': '10000' }));
    expect(pace.rate('burst').calls).toBe(100);
    expect(pace.rate('associations').calls).toBe(100);
  });

  it('searches at most five times a second', () => {
    const { calls, perMs } = new Pace().rate('search');
    expect(calls / perMs).toBeLessThan(5 / 1_000);
  });
});
