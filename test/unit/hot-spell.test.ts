import { describe, expect, it } from 'vitest';
import { type HotSpell, nextHotSpell } from '../../src/sync/hot-spell.ts';

const day = (n: number) => new Date(Date.UTC(2026, 0, 1 + n));
const never: HotSpell = { hotSpell: 0, hotSince: null, spellEndsAt: null };
const COOL_DOWN_DAYS = 14;

/** Scores once a day; `true` is hot. */
function live(days: readonly boolean[], spell = never): HotSpell {
  return days.reduce((before, isHot, n) => nextHotSpell(before, isHot, day(n), COOL_DOWN_DAYS), spell);
}

describe('nextHotSpell', () => {
  it('begins a spell when a lead turns hot', () => {
    expect(live([false, true])).toEqual({ hotSpell: 1, hotSince: day(1), spellEndsAt: null });
  });

  it('stays in the spell while the lead is hot (T54)', () => {
    expect(live([true, true, true]).hotSpell).toBe(1);
  });

  it('stays in the spell of a lead that comes back within the cool-down', () => {
    expect(live([true, ...Array(14).fill(false), true]).hotSpell).toBe(1);
  });

  it('begins a second spell when the lead stayed away for longer', () => {
    expect(live([true, ...Array(15).fill(false), true]).hotSpell).toBe(2);
  });

  it('counts the cool-down from when the lead left and not from when it was last scored', () => {
    expect(live([true, false, false]).spellEndsAt).toEqual(day(1 + COOL_DOWN_DAYS));
  });

  it('is the same for a scoring that is repeated', () => {
    const once = nextHotSpell(never, true, day(3), COOL_DOWN_DAYS);

    expect(nextHotSpell(once, true, day(3), COOL_DOWN_DAYS)).toEqual(once);
  });

  it('leaves a lead that was never hot as it is', () => {
    expect(live([false, false])).toEqual(never);
  });
});
