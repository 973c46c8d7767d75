import { describe, expect, it } from 'vitest';
import { addBusinessMinutes } from '../../src/sync/business-hours.ts';
import { DEFAULT_TASK_POLICY } from '../support/task-policy.ts';

const { businessHours } = DEFAULT_TASK_POLICY;
const paris = { ...businessHours, timeZone: 'Europe/Paris' };
const due = (start: string, minutes: number, hours = businessHours) =>
  addBusinessMinutes(new Date(start), minutes, hours).toISOString();

describe('addBusinessMinutes', () => {
  it('adds within the business day', () => {
    expect(due('2026-11-23T10:00:00Z', 60)).toBe('2026-11-23T11:00:00.000Z');
  });

  it('carries what is left over to the next business day', () => {
    expect(due('2026-11-23T17:45:00Z', 60)).toBe('2026-11-24T09:45:00.000Z');
  });

  it('starts at opening time for a lead that turns hot at night', () => {
    expect(due('2026-11-23T03:00:00Z', 60)).toBe('2026-11-23T10:00:00.000Z');
  });

  it('passes over the weekend', () => {
    expect(due('2026-11-27T17:30:00Z', 60)).toBe('2026-11-30T09:30:00.000Z');
  });

  it('reads the hours in their own time zone', () => {
    expect(due('2026-11-23T07:00:00Z', 60, paris)).toBe('2026-11-23T09:00:00.000Z');
  });

  it('keeps to the clock when summer time ends on the weekend between', () => {
    expect(due('2026-10-23T15:30:00Z', 60, paris)).toBe('2026-10-26T08:30:00.000Z');
  });

  it('spreads a long time over several days', () => {
    expect(due('2026-11-23T09:00:00Z', 3 * 9 * 60)).toBe('2026-11-25T18:00:00.000Z');
  });

  it('refuses hours that are never open', () => {
    expect(() => due('2026-11-23T09:00:00Z', 60, { ...businessHours, from: '18:00', to: '09:00' })).toThrow(
      expect.objectContaining({ code: 'MAPPING_INVALID' }),
    );
  });

  it('refuses a time zone that does not exist', () => {
    expect(() => due('2026-11-23T09:00:00Z', 60, { ...businessHours, timeZone: 'Mars/Olympus' })).toThrow(
      /no time zone Mars\/Olympus/,
    );
  });
});
