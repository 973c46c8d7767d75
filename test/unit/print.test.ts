import { describe, expect, it } from 'vitest';
import { widthsWithin, wrapped } from '../../src/cli/print.ts';

describe('widthsWithin', () => {
  const rows = [
    ['a', 'x'.repeat(40), 'y'.repeat(20)],
    ['abc', 'x', 7],
  ];

  it('leaves a table that fits as wide as its words', () => {
    expect(widthsWithin(3 + 40 + 20 + 3 * 3 + 1, rows)).toEqual([3, 40, 20]);
    expect(widthsWithin(Number.POSITIVE_INFINITY, rows)).toEqual([3, 40, 20]);
  });

  it('takes what is too much from the widest columns, evenly', () => {
    expect(widthsWithin(3 + 39 + 20 + 3 * 3 + 1, rows)).toEqual([3, 39, 20]);
    expect(widthsWithin(3 + 18 + 18 + 3 * 3 + 1, rows)).toEqual([3, 18, 18]);
  });

  it('leaves twelve letters to each, however narrow the terminal', () => {
    expect(widthsWithin(20, rows)).toEqual([3, 12, 12]);
  });
});

describe('wrapped', () => {
  it.each<[string, number, readonly string[]]>([
    ['one two three', 13, ['one two three']],
    ['one two three', 12, ['one two', 'three']],
    ['one two three', 7, ['one two', 'three']],
    ['one two three', 6, ['one', 'two', 'three']],
    ['abcdefgh ij', 5, ['abcde', 'fgh', 'ij']],
    ['one  two', 4, ['one ', 'two']],
    ['😀😀😀', 2, ['😀😀', '😀']],
    ['', 0, ['']],
  ])('breaks %j to lines of %d', (text, width, lines) => {
    expect(wrapped(text, width)).toBe(lines.join('\n'));
  });
});
