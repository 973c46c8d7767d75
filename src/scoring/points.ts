/** Milliseconds of a day of 86,400 s; every day in a model is this long. */
export const DAY_MS = 86_400_000;

/** Rounds to an integer, half away from zero, below zero too (−187.5 → −188, which `Math.round` is not). */
export function roundHalfAway(value: number): number {
  // `+ 0` turns −0 into 0, so that a ledger prints the same bytes.
  return (value < 0 ? -Math.round(-value) : Math.round(value)) + 0;
}

/** Hundredths of a point (cp), an integer, for points with at most two decimals. */
export function toCp(points: number): number {
  return roundHalfAway(points * 100);
}

/** Worth that is left after `ageMs` milliseconds, 0 to 1; an age below 0 counts as 0. */
export function decayFactor(ageMs: number, halfLifeDays: number): number {
  return 2 ** (-Math.max(0, ageMs) / DAY_MS / halfLifeDays);
}

/** The nearest value within [min, max]. */
export function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}

/** Milliseconds of a number of days, to the millisecond. */
export function daysToMs(days: number): number {
  return Math.round(days * DAY_MS);
}
