import { createHash } from 'node:crypto';

const MINUTE_MS = 60_000;
const HOUR_MINUTES = 60;

/**
 * Where within its interval a rhythm ticks: always the same for a key, evenly spread over the interval for many keys.
 *
 * No tick falls into the first minute of an hour, where everybody else's begin; an interval without a common divisor
 * with the hour (7 minutes, or one) comes by there all the same, at a second of its own.
 *
 * @param everyMs - Whole minutes, counted from the epoch.
 * @returns Milliseconds after the beginning of the interval, above 0 and below `everyMs`.
 */
export function offsetMs(key: string, everyMs: number): number {
  const stepMinutes = greatestDivisor(everyMs / MINUTE_MS, HOUR_MINUTES);
  const stepMs = stepMinutes * MINUTE_MS;
  const closedMs = stepMinutes === 1 ? 1_000 : MINUTE_MS;
  const openMs = stepMs - closedMs;
  const placeMs = Math.floor(chance(key) * openMs * (everyMs / stepMs));
  return Math.floor(placeMs / openMs) * stepMs + closedMs + (placeMs % openMs);
}

/** When a nightly job runs, as cron with seconds: within the hour from `at` (`HH:MM`), by the same rules. */
export function nightly(key: string, at: string): string {
  const [hour = 0, minute = 0] = at.split(':').map(Number);
  const minutes = Array.from({ length: HOUR_MINUTES }, (_, n) => minute + n).filter((n) => n % HOUR_MINUTES !== 0);
  const place = chance(key) * minutes.length;
  const begins = minutes[Math.floor(place)] ?? minute;
  const second = Math.floor((place % 1) * 60);
  return `${second} ${begins % HOUR_MINUTES} ${(hour + Math.floor(begins / HOUR_MINUTES)) % 24} * * *`;
}

/** From 0 up to 1, which is never reached: as if by chance, but always the same. */
function chance(key: string): number {
  return createHash('sha256').update(key).digest().readUInt32BE() / 2 ** 32;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
