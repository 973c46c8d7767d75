import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Fading, FadingOutlook } from '../../src/scoring/fading-outlook.ts';
import type { Presence } from '../../src/scoring/presence.ts';
import { casesOf } from '../support/cases-of.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = Date.UTC(2026, 5, 15, 12);
const at = (hours: number) => NOW_MS + hours * HOUR_MS;

/** The worth at an instant, line by line. */
function worthAt(lines: readonly Presence[], { baseCp, halfLifeDays, maxCp, limit }: Fading, atMs: number): number {
  const counted: number[] = [];
  let sumCp = 0;
  for (const { datedMs, fromMs, untilMs } of lines) {
    if (atMs < fromMs || atMs >= untilMs) continue;
    const perMs = (limit?.perDays ?? 0) * 24 * HOUR_MS;
    if (limit !== undefined && counted.filter((ms) => ms > datedMs - perMs).length >= limit.times) continue;
    counted.push(datedMs);
    const age = Math.max(0, atMs - datedMs) / HOUR_MS / 24;
    sumCp +=
      Math.sign(baseCp) * Math.round(Math.abs(baseCp) * (halfLifeDays === null ? 1 : 2 ** (-age / halfLifeDays)));
  }
  sumCp += 0; // no −0
  if (maxCp === null) return sumCp;
  return baseCp < 0 ? Math.max(sumCp, maxCp) : Math.min(sumCp, maxCp);
}

const hours = fc.integer({ min: -30, max: 30 });
const dates = fc.array(hours, { maxLength: 25 }).map((list) => list.toSorted((a, b) => a - b).map(at));
const windows = fc
  .tuple(dates, fc.constantFrom(2, 7, 24, Number.POSITIVE_INFINITY))
  .map(([list, windowHours]) =>
    list.map((datedMs) => ({ datedMs, fromMs: datedMs, untilMs: datedMs + windowHours * HOUR_MS })),
  );
/** As a `where` with an age makes them: some begin late, some end early. */
const anySpans = fc
  .tuple(dates, fc.infiniteStream(fc.tuple(fc.nat(5), fc.integer({ min: 1, max: 9 }))))
  .map(([list, stream]) =>
    list.map((datedMs) => {
      const [later, lasting] = stream.next().value!;
      return { datedMs, fromMs: datedMs + later * HOUR_MS, untilMs: datedMs + (later + lasting) * HOUR_MS };
    }),
  );
const fading: fc.Arbitrary<Fading> = fc
  .record({
    magnitude: fc.constantFrom(50, 100, 1234),
    sign: fc.constantFrom(1, -1),
    halfLifeDays: fc.constantFrom(null, 0.25, 3),
    max: fc.constantFrom(null, 300, 5000),
    limit: fc.option(fc.record({ times: fc.integer({ min: 1, max: 3 }), perDays: fc.constantFrom(1 / 24, 0.25, 1) }), {
      nil: undefined,
    }),
  })
  .map(({ magnitude, sign, halfLifeDays, max, limit }) => ({
    baseCp: sign * magnitude,
    halfLifeDays,
    maxCp: max === null ? null : sign * max,
    limit,
  }));

describe('the outlook of lines', () => {
  it('bounds their worth over any time, and is exact at an instant', () => {
    fc.assert(
      fc.property(fc.oneof(windows, anySpans), fading, hours, fc.nat(40), (lines, terms, startHours, lasting) => {
        const outlook = new FadingOutlook(lines, terms, NOW_MS);
        const [fromMs, untilMs] = [at(Math.max(0, startHours)), at(Math.max(0, startHours) + lasting)];
        const { low, high } = outlook.boundsOver(fromMs, untilMs);
        for (let atMs = fromMs; atMs <= untilMs; atMs += HOUR_MS / 2) {
          const worth = worthAt(lines, terms, atMs);

          expect(low).toBeLessThanOrEqual(worth);
          expect(high).toBeGreaterThanOrEqual(worth);
          expect(outlook.boundsOver(atMs, atMs)).toEqual({ low: worth, high: worth });
        }
      }),
      { numRuns: casesOf(500, 20_000) },
    );
  });
});
