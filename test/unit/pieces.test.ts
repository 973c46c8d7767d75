import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Piecemeal, sendInPieces } from '../../connectors/pieces.ts';
import { type ErrorCode, LeadScoringError } from '../../src/errors.ts';
import { CLOCK } from '../support/clock.ts';

type Outcome = number | ErrorCode;

/** A CRM that answers ten times each number, and refuses a call as a whole because of one of these. */
function crm(calls: number[][], refusing: (elements: readonly number[], nth: number) => ErrorCode | null) {
  return async (elements: readonly number[]): Promise<readonly Outcome[]> => {
    calls.push([...elements]);
    const code = refusing(elements, calls.length);
    if (code !== null) throw new LeadScoringError(code, code, { retryAfterMs: 0 });
    return elements.map((element) => element * 10);
  };
}

const how = (send: Piecemeal<number, Outcome>['send'], size = 100): Piecemeal<number, Outcome> => ({
  size,
  send,
  failed: ({ code }) => code,
  isOfOne: ({ code }) => code === 'CRM_REJECTED_RECORD',
  clock: CLOCK,
  signal: new AbortController().signal,
});

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n + 1);
const refusingAny =
  (culprits: ReadonlySet<number>, code: ErrorCode = 'CRM_REJECTED_RECORD') =>
  (elements: readonly number[]) =>
    elements.some((element) => culprits.has(element)) ? code : null;

describe('sendInPieces', () => {
  it('sends a batch that passes in calls of the size, once', async () => {
    const calls: number[][] = [];
    const results = await sendInPieces(upTo(250), how(crm(calls, () => null)));
    expect(results).toEqual(upTo(250).map((n) => n * 10));
    expect(calls.map(({ length }) => length)).toEqual([100, 100, 50]);
  });

  it('isolates any culprits (T39), each by at most 2·log₂ n calls and four, and passes all others once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 300 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 300 }), { maxLength: 6 }),
        async (count, wanted) => {
          const culprits = new Set(wanted.filter((n) => n <= count));
          const calls: number[][] = [];
          const results = await sendInPieces(upTo(count), how(crm(calls, refusingAny(culprits))));
          expect(results).toEqual(upTo(count).map((n) => (culprits.has(n) ? 'CRM_REJECTED_RECORD' : n * 10)));
          const perCulprit = 2 * Math.ceil(Math.log2(Math.min(count, 100))) + 4;
          expect(calls.length).toBeLessThanOrEqual(Math.ceil(count / 100) + culprits.size * perCulprit);
          const passed = calls.filter((call) => !call.some((n) => culprits.has(n))).flat();
          expect(passed.length).toBe(new Set(passed).size);
        },
      ),
      { seed: 5, numRuns: 200 },
    );
  });

  it('lets only what stays locked wait (T36), and tries it five times', async () => {
    const calls: number[][] = [];
    const locked = refusingAny(new Set([37]), 'CRM_RECORD_LOCKED');
    const results = await sendInPieces(upTo(100), how(crm(calls, locked)));
    expect(results.filter((result) => result === 'CRM_RECORD_LOCKED')).toHaveLength(1);
    expect(results[36]).toBe('CRM_RECORD_LOCKED');
    expect(calls.filter((call) => call.includes(37)).map(({ length }) => length)).toEqual([100, 25, 7, 2, 1]);
  });

  it('gets over a lock that ends', async () => {
    const calls: number[][] = [];
    const results = await sendInPieces(
      upTo(8),
      how(crm(calls, (elements, nth) => (nth <= 2 && elements.includes(1) ? 'CRM_RECORD_LOCKED' : null))),
    );
    expect(results).toEqual(upTo(8).map((n) => n * 10));
    expect(calls.map(({ length }) => length)).toEqual([8, 2, 2, 2, 2, 1, 1]);
  });

  it('gives up on all that is left when the connection fails, without a call for it', async () => {
    const calls: number[][] = [];
    const results = await sendInPieces(
      upTo(30),
      how(
        crm(calls, (_, nth) => (nth === 2 ? 'CRM_UNAVAILABLE' : null)),
        10,
      ),
    );
    expect(results).toEqual([...upTo(10).map((n) => n * 10), ...Array(20).fill('CRM_UNAVAILABLE')]);
    expect(calls).toHaveLength(2);
  });

  it('ends the pieces of a refused call with the failure that kept them from being sent', async () => {
    const calls: number[][] = [];
    const results = await sendInPieces(
      upTo(4),
      how(crm(calls, (_, nth) => (nth === 1 ? 'CRM_REJECTED_RECORD' : 'CRM_QUOTA_EXHAUSTED'))),
    );
    expect(results).toEqual(Array(4).fill('CRM_QUOTA_EXHAUSTED'));
    expect(calls).toHaveLength(2);
  });

  it('goes on behind a call whose answer was lost, and never sends that one again', async () => {
    const calls: number[][] = [];
    const lost = how(
      crm(calls, (_, nth) => (nth === 1 ? 'CRM_OUTCOME_UNKNOWN' : null)),
      2,
    );
    expect(await sendInPieces(upTo(4), lost)).toEqual(['CRM_OUTCOME_UNKNOWN', 'CRM_OUTCOME_UNKNOWN', 30, 40]);
    expect(calls).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('sends rows again that met a lock, in the order given and in ever smaller calls', async () => {
    const calls: number[][] = [];
    const results = await sendInPieces(upTo(100), {
      ...how(crm(calls, () => null)),
      send: async (elements) => {
        calls.push([...elements]);
        return elements.map((n) => (n > 90 && calls.length < 3 ? 'CRM_RECORD_LOCKED' : n * 10));
      },
      locked: (answered) =>
        answered.filter(({ result }) => result === 'CRM_RECORD_LOCKED').toSorted((a, b) => b.element - a.element),
    });
    expect(results).toEqual(upTo(100).map((n) => n * 10));
    expect(calls.slice(1)).toEqual([
      [100, 99, 98, 97, 96, 95, 94, 93, 92, 91],
      [100, 99, 98, 97, 96, 95, 94],
      [93, 92, 91],
    ]);
  });

  it('sends nothing for no elements', async () => {
    const calls: number[][] = [];
    expect(await sendInPieces([], how(crm(calls, () => null)))).toEqual([]);
    expect(calls).toEqual([]);
  });

  it('throws what is no failure of the CRM', async () => {
    const broken = how(async () => {
      throw new TypeError('a bug');
    });
    await expect(sendInPieces([1], broken)).rejects.toThrow('a bug');
  });
});
