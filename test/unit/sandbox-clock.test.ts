import { describe, expect, it } from 'vitest';
import { frozenClock, realClock } from '../../sandbox/clock.ts';

const at = new Date('2026-11-02T09:00:00Z');

describe('a clock of the sandbox', () => {
  it('stands still when frozen, until it is moved', () => {
    const clock = frozenClock(at);

    clock.advance(1_500);

    expect(clock.now().getTime()).toBe(at.getTime() + 1_500);
    clock.set(at);
    expect(clock.now()).toEqual(at);
  });

  it('runs as many times as fast as it is told', () => {
    const clock = realClock(100_000, at);
    const realMs = performance.now();
    while (performance.now() - realMs < 3);

    expect(clock.now().getTime() - at.getTime()).toBeGreaterThanOrEqual(300_000);
  });

  it('keeps running from where it was set', () => {
    const clock = realClock(1, at);

    clock.set(new Date('2027-01-01T00:00:00Z'));
    clock.advance(60_000);

    const passedMs = clock.now().getTime() - Date.parse('2027-01-01T00:01:00Z');
    expect(passedMs).toBeGreaterThanOrEqual(0);
    expect(passedMs).toBeLessThan(5_000);
  });
});
