import { setTimeout as wait } from 'node:timers/promises';

/** The time, and waiting for it: a service, so that a simulation plays weeks within a second. */
export interface Clock {
  now(): Date;
  /** Resolves `ms` milliseconds later; rejects as soon as `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/**
 * The machine's clock.
 *
 * @param standsAt - What `now` shows for ever, for rehearsals; waits take their time all the same.
 */
export function systemClock(standsAt?: Date): Clock {
  return {
    now: () => standsAt ?? new Date(),
    sleep: (ms, signal) => wait(ms, undefined, signal && { signal }),
  };
}
