import { describe, expect, it } from 'vitest';
import { nightly, offsetMs } from '../../jobs/jitter.ts';

const MINUTE_MS = 60_000;
const KEYS = Array.from({ length: 2_000 }, (_, n) => `connection ${n}`);

describe('the offset of a rhythm', () => {
  it('is always the same for a key, and another for another', () => {
    const offsets = KEYS.map((key) => offsetMs(key, 10 * MINUTE_MS));

    expect(offsets).toEqual(KEYS.map((key) => offsetMs(key, 10 * MINUTE_MS)));
    expect(new Set(offsets).size).toBeGreaterThan(1_950);
  });

  it.each([2, 5, 10, 15, 60, 90, 1440])('of %i minutes never ticks in the first minute of an hour', (minutes) => {
    const everyMs = minutes * MINUTE_MS;
    const ticks = KEYS.flatMap((key) =>
      Array.from({ length: 24 }, (_, n) => Math.floor((n * everyMs + offsetMs(key, everyMs)) / MINUTE_MS) % 60),
    );

    expect(ticks.filter((minute) => minute === 0)).toEqual([]);
  });

  it.each([1, 2, 7, 10, 60, 90])('of %i minutes lies within the interval and fills it evenly', (minutes) => {
    const everyMs = minutes * MINUTE_MS;
    const offsets = KEYS.map((key) => offsetMs(key, everyMs)).toSorted((a, b) => a - b);
    const inFirstHalf = offsets.filter((offset) => offset < everyMs / 2).length;

    expect(offsets[0]).toBeGreaterThan(0);
    expect(offsets.at(-1)).toBeLessThan(everyMs);
    // Of two minutes the first is closed.
    if (minutes !== 2) expect(Math.abs(inFirstHalf / KEYS.length - 0.5)).toBeLessThan(0.1);
  });
});

describe('a nightly job', () => {
  const startsOf = (at: string) =>
    KEYS.map((key) => {
      const [second = 0, minute = 0, hour = 0] = nightly(key, at).split(' ').map(Number);
      return { minute, atSecond: (hour * 60 + minute) * 60 + second };
    });

  it('begins within the hour from the given time, never in the first minute of an hour', () => {
    const starts = startsOf('03:30');

    expect(starts.every(({ atSecond }) => atSecond >= 3.5 * 3600 && atSecond < 4.5 * 3600)).toBe(true);
    expect(starts.filter(({ minute }) => minute === 0)).toEqual([]);
    expect(new Set(starts.map(({ minute }) => minute)).size).toBe(59);
  });

  it('goes past midnight', () => {
    const hours = new Set(KEYS.map((key) => nightly(key, '23:45').split(' ')[2]));

    expect(hours).toEqual(new Set(['23', '0']));
  });
});
