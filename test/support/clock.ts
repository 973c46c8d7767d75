import { type Clock, systemClock } from '../../src/domain/clock.ts';

/** The machine's clock. */
export const CLOCK = systemClock();

/** A clock that shows what `now` answers; its waits take their time. */
export function clockOf(now: () => Date): Clock {
  return { ...CLOCK, now };
}
