import { describe, expect, it } from 'vitest';
import { timelineOf } from '../../src/scoring/timeline.ts';
import { daysAgo, did } from '../support/scoring-builders.ts';

const at = (id: string, days: number, changes: Parameters<typeof did>[2] = {}) =>
  did('search', daysAgo(days), { id, ...changes });
const ids = (...engagements: Parameters<typeof timelineOf>[0]) => timelineOf(engagements).map(({ id }) => id);

describe('timelineOf', () => {
  it('orders by instant, then by id as text', () => {
    expect(ids(at('e9', 1), at('e10', 1), at('z', 2), at('a', 0))).toEqual(['z', 'e10', 'e9', 'a']);
    expect(ids(at('e10', 1), at('a', 0), at('e9', 1))).toEqual(['e10', 'e9', 'a']);
  });

  it('returns a list in order itself, whether its ids grow or not', () => {
    for (const ordered of [[], [at('a', 2)], [at('a', 2), at('b', 1), at('c', 1)], [at('b', 2), at('a', 1)]]) {
      expect(timelineOf(ordered)).toBe(ordered);
    }
  });

  it('keeps the earliest of one id, also where the list is in order already', () => {
    const [early, other, late] = [at('b', 3), at('a', 2), at('b', 1)];

    expect(timelineOf([early, other, late])).toEqual([early, other]);
    expect(timelineOf([late, other, early])).toEqual([early, other]);
  });

  it('keeps, of one id at one instant, the smallest text whatever the order of its keys', () => {
    const small = at('x', 1, { properties: { b: '0', a: '1' } });
    const large = at('x', 1, { properties: { a: '2', b: '1' } });
    const list = at('x', 1, { properties: { a: ['1'] } });

    expect(timelineOf([small, large])).toEqual([small]);
    expect(timelineOf([large, small])).toEqual([small]);
    expect(timelineOf([list, small])).toEqual([small]);
    expect(timelineOf([large, { ...large, channel: 'web' }])).toEqual([{ ...large, channel: 'web' }]);
  });
});
