import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestWord } from '../../src/domain/nearest-word.ts';

/** Slips between two words, by the definition. */
function slips(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const [restA, restB] = [a.slice(1), b.slice(1)];
  const ways = [slips(restA, b) + 1, slips(a, restB) + 1, slips(restA, restB) + (a[0] === b[0] ? 0 : 1)];
  const isSwapped = a.length > 1 && b.length > 1 && a[0] === b[1] && a[1] === b[0];
  return Math.min(...ways, ...(isSwapped ? [slips(a.slice(2), b.slice(2)) + 1] : []));
}

describe('nearestWord', () => {
  it.each([
    ['ebtwene', 'between'],
    ['Contanis', 'contains'],
    ['olderThanD', 'olderThanDays'],
    ['newslettersubscription', 'newsletter_subscription'],
    ['qewsletter_qubscriqtioq', 'newsletter_subscription'],
  ])('takes %s for %s', (word, meant) => {
    expect(nearestWord(word, ['exists', 'between', 'contains', 'olderThanDays', 'newsletter_subscription'])).toBe(
      meant,
    );
  });

  it('takes the nearer of two, of equally near the first', () => {
    expect(nearestWord('gtt', ['gte', 'gt', 'lt'])).toBe('gte');
    expect(nearestWord('fitt', ['fat', 'fit', 'fits'])).toBe('fit');
  });

  it.each(['', 'xy', 'banana'])('takes %j for nothing that shares no letter with it', (word) => {
    expect(nearestWord(word, ['lt', 'gte', 'ids'])).toBeUndefined();
  });

  it('finds a short word exactly if at most two slips lead to it, and fewer than it has letters', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(word, word, (typed, candidate) => {
        const distance = slips(typed, candidate);

        expect(nearestWord(typed, [candidate])).toBe(
          distance <= 2 && distance < candidate.length ? candidate : undefined,
        );
      }),
      { numRuns: 1_000 },
    );
  });
});
