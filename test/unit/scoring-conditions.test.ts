import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attributes, AttributeValue } from '../../src/domain/lead.ts';
import { instantMsOf, numberOf } from '../../src/domain/values.ts';
import { askingAt, compileCondition, leadFinder } from '../../src/scoring/compile-condition.ts';
import type { Condition } from '../../src/scoring/condition.ts';
import { fold } from '../../src/scoring/fold.ts';
import { Readings } from '../../src/scoring/reading.ts';
import { daysAgo, NOW } from '../support/scoring-builders.ts';

function holds(condition: Condition, value: AttributeValue | undefined, wrong: string[] = []): boolean {
  const attributes: Attributes = value === undefined ? {} : { x: value };
  const asking = { asOfMs: NOW.getTime(), wrongType: (name: string) => void wrong.push(name) };
  const readings = new Readings(leadFinder);
  return compileCondition(condition, readings).holds(readings.take(attributes), asking);
}

describe('fold', () => {
  it.each([
    ['Straße', 'STRASSE'],
    ['ẞ', 'ss'],
    ['ΟΔΟΣ', 'οδος'],
    ['ﬁne', 'FINE'],
    [' Ａ１ ', 'a1'],
    ['e\u0301', 'É'],
    ['ᾳ', 'ΑΙ'],
    ['Ꭰ', 'ꭰ'],
  ])('makes %s and %s one', (a, b) => {
    expect(fold(a)).toBe(fold(b));
  });

  it.each([
    ['ı', 'i'],
    ['e', 'é'],
    ['a b', 'ab'],
    ['a  b', 'a b'],
  ])('keeps %s and %s apart', (a, b) => {
    expect(fold(a)).not.toBe(fold(b));
  });

  it('makes each letter one with its upper and its lower case, but for the dotless i', () => {
    const letter = fc.integer({ min: 0x80, max: 0x1ffff }).map((code) => String.fromCodePoint(code));
    fc.assert(
      fc.property(letter, (a) => {
        fc.pre(/\p{L}/u.test(a) && a.normalize('NFKC') === a && a !== 'ı');
        const cased = [a.toLowerCase(), a.toUpperCase()].filter((other) => other.normalize('NFKC') === other);

        expect(cased.map(fold)).toEqual(cased.map(() => fold(a)));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('numberOf', () => {
  it.each([
    [' 500 ', 500],
    ['+500', 500],
    ['5e2', 500],
    ['5.', 5],
    ['.5', 0.5],
    ['.25', 0.25],
    ['1e12', 1e12],
    ['-1.5E-1', -0.15],
  ])('reads %j as a number', (text, number) => {
    expect(numberOf(text)).toBe(number);
  });

  it.each(['', '1,000', '0x1F4', '500k', 'Infinity', 'NaN', '.', 'e5', '1 000', '١'])(
    'reads %j as text only',
    (text) => {
      expect(numberOf(text)).toBeUndefined();
    },
  );
});

describe('instantMsOf', () => {
  it.each([
    ['2026-06-15', '2026-06-15T00:00:00.000Z'],
    ['2026-06-15T12:30', '2026-06-15T12:30:00.000Z'],
    ['2026-06-15T12:30:15.123987Z', '2026-06-15T12:30:15.123Z'],
    ['2026-06-15T12:30:15.9+0000', '2026-06-15T12:30:15.900Z'],
    ['2026-06-15T00:30:00-05:30', '2026-06-15T06:00:00.000Z'],
    ['2026-06-15T06:00:00+05:30', '2026-06-15T00:30:00.000Z'],
    [' 2026-06-15 ', '2026-06-15T00:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['0099-01-01', '0099-01-01T00:00:00.000Z'],
  ])('reads %s', (text, instant) => {
    expect(new Date(instantMsOf(text)!).toISOString()).toBe(instant);
  });

  it.each([
    '2026',
    '2026-02-30',
    '2025-02-29',
    '2026-13-01',
    '2026-06-15T24:00Z',
    '2026-06-15T12:30.5Z',
    '1750000000000',
    '2026-06-15 12:30',
    '2026-06-15Z',
    '2026-02-30T12:00',
    'on 2026-06-15',
    '2026-06-15 or so',
  ])('reads %j as no instant', (text) => {
    expect(instantMsOf(text)).toBeUndefined();
  });
});

describe('a condition', () => {
  it.each<[Condition, AttributeValue | undefined, boolean]>([
    [{ attribute: 'x', equals: '1234' }, '01234', false],
    [{ attribute: 'x', equals: 1234 }, '01234', true],
    [{ attribute: 'x', equals: '1234' }, 1234, true],
    [{ attribute: 'x', equals: true }, 'true', false],
    [{ attribute: 'x', equals: 'a' }, ['a'], false],
    [{ attribute: 'x', contains: 'A' }, ['b', ' a '], true],
    [{ attribute: 'x', contains: 'a' }, ['ab'], false],
    [{ attribute: 'x', notEquals: 'a' }, ['a'], true],
    [{ attribute: 'x', notIn: [1, 'b'] }, true, true],
    [{ attribute: 'x', gte: 500 }, '5e2', true],
    [{ attribute: 'x', gte: 500 }, '500k', false],
    [{ attribute: 'x', between: [1, 3] }, 3, true],
    [{ attribute: 'x', between: [1, 3] }, 1, true],
    [{ attribute: 'x', lt: '2026-06-15' }, '2026-06-14T23:59:59.999Z', true],
    [{ attribute: 'x', gt: '2026-06-15' }, 1e15, false],
    [{ attribute: 'x', equals: '2026-06-15' }, '2026-06-15T00:00Z', false],
    [{ attribute: 'x', matches: 'direc' }, ' Marketing DIRECTOR ', true],
    [{ attribute: 'x', matches: '^direc' }, 'Marketing Director', false],
    [{ attribute: 'x', matches: '5' }, 5, false],
  ])('%j of %j is %s', (condition, value, answer) => {
    expect(holds(condition, value)).toBe(answer);
  });

  it.each([undefined, null, '', '  ', '\u00a0', []])(
    'finds %j missing: only exists false, notEquals and notIn hold',
    (missing) => {
      const all: Condition[] = [
        { attribute: 'x', exists: false },
        { attribute: 'x', notEquals: 'a' },
        { attribute: 'x', notIn: ['a'] },
        { attribute: 'x', exists: true },
        { attribute: 'x', equals: 'a' },
        { attribute: 'x', matches: '.*' },
        { attribute: 'x', lt: 5 },
        { attribute: 'x', olderThanDays: 1 },
      ];

      expect(all.map((condition) => holds(condition, missing))).toEqual([
        true,
        true,
        true,
        false,
        false,
        false,
        false,
        false,
      ]);
    },
  );

  it('closes the window of withinDays at its far end and opens it to no future', () => {
    const within: Condition = { attribute: 'x', withinDays: 2 };
    const older: Condition = { attribute: 'x', olderThanDays: 2 };
    const at = (days: number) => daysAgo(days).toISOString();

    expect([0, 1.99, 2, -0.01].map((days) => holds(within, at(days)))).toEqual([true, true, false, false]);
    expect([0, 1.99, 2, -0.01].map((days) => holds(older, at(days)))).toEqual([false, false, true, false]);
  });

  it('reports a wrong type and none that is merely different', () => {
    const wrong: string[] = [];
    holds({ attribute: 'x', gte: 5 }, 'many', wrong);
    holds({ attribute: 'x', contains: 'a' }, 5, wrong);
    holds({ attribute: 'x', equals: 'a' }, 'b', wrong);
    holds({ attribute: 'x', notIn: ['a'] }, undefined, wrong);

    expect(wrong).toEqual(['x', 'x']);
  });

  it('does not take what every object bears for an attribute', () => {
    const condition: Condition = { attribute: 'constructor', exists: true };
    const readings = new Readings(leadFinder);

    expect(compileCondition(condition, readings).holds(readings.take({}), askingAt(0))).toBe(false);
  });

  it('answers a pattern that ruins backtracking engines in no time', () => {
    const startedAt = performance.now();
    holds({ attribute: 'x', matches: '(a+)+$' }, `${'a'.repeat(20_000)}b`);

    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});
