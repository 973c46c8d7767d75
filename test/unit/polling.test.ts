import { describe, expect, it } from 'vitest';
import { isPullDue } from '../../src/sync/polling.ts';

const NOW = new Date('2026-11-23T10:00:00Z');
const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);
const IDLE = { hasOpenRun: false, resumeAt: null, pulledAt: null, quietPulls: 0 };
const AMPLE = { perDay: 1_000, left: 200 };
const SHORT = { perDay: 1_000, left: 199 };

/** Whether a pull is due that long after the last of so many quiet ones. */
const due = (quietPulls: number, minutes: number, everyMinutes: number, share = AMPLE) =>
  isPullDue({ ...IDLE, quietPulls, pulledAt: minutesAgo(minutes) }, { now: NOW, everyMinutes, share });

describe('a scheduled pull', () => {
  const polling = { now: NOW, everyMinutes: 10, share: null };

  it('begins where nothing is known', () => {
    expect(isPullDue(IDLE, polling)).toBe(true);
  });

  it('waits until calls come back', () => {
    expect(isPullDue({ ...IDLE, resumeAt: minutesAgo(-1) }, polling)).toBe(false);
    expect(isPullDue({ ...IDLE, resumeAt: NOW }, polling)).toBe(true);
  });

  it('takes up an open run whatever else is the case', () => {
    expect(isPullDue({ ...IDLE, hasOpenRun: true, resumeAt: minutesAgo(-1) }, polling)).toBe(true);
  });

  it('waits an interval longer after each quiet pull, up to four (T34)', () => {
    expect([0, 1, 2, 3].map((quiet) => due(quiet, 3, 3))).toEqual([true, false, false, false]);
    expect([0, 1, 2, 3].map((quiet) => due(quiet, 6, 3))).toEqual([true, true, false, false]);
    expect([1, 2, 3].map((quiet) => due(quiet, 9, 3))).toEqual([true, true, false]);
    expect([1, 2, 3, 9].map((quiet) => due(quiet, 12, 3))).toEqual([true, true, true, true]);
  });

  it('never waits beyond a quarter of an hour as long as calls are left', () => {
    expect(due(3, 10, 10)).toBe(true);
    expect(due(3, 10, 5)).toBe(false);
    expect(due(3, 15, 5)).toBe(true);
  });

  it('waits up to four intervals to keep the last fifth of the share for writing', () => {
    expect(due(3, 30, 10, SHORT)).toBe(false);
    expect(due(3, 40, 10, SHORT)).toBe(true);
    expect(due(0, 10, 10, SHORT)).toBe(true);
  });

  it('does not lose an interval to a tick that comes a little early', () => {
    expect(due(1, 5.99, 3)).toBe(true);
  });
});
