import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AttributeValue } from '../../src/domain/lead.ts';
import { askingAt, compileCondition, leadFinder } from '../../src/scoring/compile-condition.ts';
import type { Comparison, Condition } from '../../src/scoring/condition.ts';
import { isContradiction, rowsNeverReached } from '../../src/scoring/contradiction.ts';
import { Readings } from '../../src/scoring/reading.ts';
import { casesOf } from '../support/cases-of.ts';

const DAY_MS = 86_400_000;
const both = (...tests: readonly Comparison[]): Condition => ({
  all: tests.map((test) => ({ attribute: 'x', ...test })),
});
const not = (test: Comparison): Condition => ({ not: { attribute: 'x', ...test } });
const rows = (...tests: readonly Comparison[]) => tests.map((test) => ({ ...test, points: 1 }));

/** One value of every sort that the operands below tell apart, in more than one spelling. */
const NUMBERS = [-1, 0, 0.5, 1, 1.5, 2, 2.5, 3, 4];
const INSTANTS = [-1, 0, 1].flatMap((ms) =>
  [1, 2, 3].map((day) => new Date(Date.UTC(2026, 0, day) + ms).toISOString()),
);
const VALUES: readonly AttributeValue[] = [
  ...[null, true, false, 'a', 'A', 'b', 'ab', 'a-b', 'ba', 'z', '１', '２０２６-01-02', '2026-01-02'],
  ...[[], ['a'], ['b'], ['a', 'b'], ['z']],
  ...NUMBERS.flatMap((number) => [number, String(number), number < 0 ? `-0${-number}` : `0${number}`]),
  ...INSTANTS,
];
const AS_OF_MS = [0, 1, 2, 3, 4, 6].flatMap((day) => [-1, 0, 1].map((ms) => Date.UTC(2026, 0, day) + ms));

const text = fc.constantFrom('a', 'B', 'ab', '1', '2026-01-02');
const scalar = fc.oneof(text, fc.constantFrom(1, 2), fc.boolean());
const number = fc.constantFrom<string | number>(1, 2, '2', 3);
const instant = fc.constantFrom<string | number>('2026-01-01', '2026-01-02', '2026-01-03');
const bound = fc.oneof(number, instant);
const days = fc.constantFrom(1, 2);
const ordering = fc.oneof(
  fc.record({ gt: bound }),
  fc.record({ gte: bound }),
  fc.record({ lt: bound }),
  fc.record({ lte: bound }),
  fc.record({ between: fc.oneof(fc.tuple(number, number), fc.tuple(instant, instant)) }),
);
const plain: fc.Arbitrary<Comparison> = fc.oneof(
  ordering,
  ordering,
  fc.record({ equals: scalar }),
  fc.record({ notEquals: scalar }),
  fc.record({ in: fc.array(scalar, { minLength: 1, maxLength: 3 }) }),
  fc.record({ notIn: fc.array(scalar, { minLength: 1, maxLength: 3 }) }),
  fc.record({ exists: fc.boolean() }),
  fc.record({ withinDays: days }),
  fc.record({ olderThanDays: days }),
);
const pieces: fc.Arbitrary<Comparison> = fc.oneof(
  fc.record({ contains: fc.constantFrom('a', 'b', '1') }),
  fc.record({ startsWith: fc.constantFrom('a', 'b', 'A') }),
  fc.record({ endsWith: fc.constantFrom('a', 'b') }),
  fc.record({ matches: fc.constantFrom('a', '^b$', '1') }),
);
const conditionOf = (comparison: fc.Arbitrary<Comparison>): fc.Arbitrary<Condition> =>
  fc.letrec<{ condition: Condition; part: Condition }>((tie) => ({
    condition: fc.record({ all: fc.array(tie('part'), { minLength: 2, maxLength: 4 }) }),
    part: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      comparison.map((test) => ({ attribute: 'x', ...test })),
      fc.record({ not: tie('part') }),
      fc.record({ any: fc.array(tie('part'), { minLength: 1, maxLength: 2 }) }),
      fc.record({ all: fc.array(tie('part'), { minLength: 1, maxLength: 2 }) }),
    ),
  })).condition;

/** Asks a condition, compiled once, of `x` at instants. */
const asked = (condition: Condition) => {
  const readings = new Readings(leadFinder);
  const compiled = compileCondition(condition, readings);
  return (x: AttributeValue, asOfMs: number) => compiled.holds(readings.take({ x }), askingAt(asOfMs));
};
const everHolds = (condition: Condition) => {
  const isTrueOf = asked(condition);
  return VALUES.some((value) => AS_OF_MS.some((asOfMs) => isTrueOf(value, asOfMs)));
};

describe('isContradiction', () => {
  it.each<[string, Condition]>([
    ['a range that is empty', both({ gt: 5 }, { lt: 5 })],
    ['a range without its one value', both({ gt: 5 }, { lte: 5 })],
    ['a range of one value that is denied', both({ gte: 5 }, { lte: 5 }, { notEquals: 5 })],
    ['one number beyond a range', both({ equals: 4 }, { gte: 5 })],
    ['numbers beyond a range', both({ in: [4, 5] }, { gt: 5 })],
    ['a range turned round', both({ between: [5, 3] })],
    ['two ranges apart', both({ between: [1, 2] }, { between: [3, 4] })],
    ['instants apart', both({ gte: '2026-02-01' }, { lt: '2026-01-01' })],
    ['a number that is an instant', both({ gt: 5 }, { lt: '2026-01-01' })],
    ['a word that is a number', both({ equals: 'a' }, { gt: 5 })],
    ['true that is a number', both({ equals: true }, { gt: 5 })],
    ['an age of two lengths', both({ withinDays: 7 }, { olderThanDays: 7 })],
    ['a number of some age', both({ gt: 5 }, { withinDays: 7 })],
    ['two values at once', both({ equals: 'a' }, { equals: 'b' })],
    ['a value that is denied', both({ equals: 'a' }, { notEquals: ' A ' })],
    ['values that are denied', both({ in: ['a', 'b'] }, { notIn: ['B', 'A', 'c'] })],
    ['a missing value that is compared', both({ exists: false }, { contains: 'a' })],
    ['a missing value that is there', both({ exists: false }, { exists: true })],
    ['a word without its own letters', both({ equals: 'abc' }, { contains: 'x' })],
    ['a word without other letters', both({ equals: 'abc' }, { contains: 'e' })],
    ['a number with letters', both({ gt: 5 }, { contains: 'abc' })],
    ['a number that begins with a letter', both({ gt: 5 }, { startsWith: 'x1' })],
    ['a number that ends with a letter', both({ gt: 5 }, { endsWith: '1x' })],
    ['two beginnings of digits', both({ startsWith: '1' }, { startsWith: '2' })],
    ['an age that nothing can have', both({ olderThanDays: 1e12 })],
    ['an instant before the first that can be written', both({ lt: '0000-01-01T00:00+23:59' })],
    ['an instant after the last that can be written', both({ gt: '9999-12-31T23:59:59.999-23:59' })],
    ['two beginnings', both({ startsWith: 'ab' }, { startsWith: 'ac' })],
    ['two endings', both({ endsWith: 'ab' }, { endsWith: 'cb' })],
    ['a beginning that is no piece', { all: [both({ startsWith: 'ab' }), not({ contains: 'b' })] }],
    ['the opposite', { all: [both({ matches: '^a' }), not({ matches: '^a' })] }],
    ['a denied alternative', { all: [{ not: { any: [both({ gt: 5 }), both({ lte: 5 })] } }, both({ equals: 7 })] }],
    ['alternatives that all fail', { any: [both({ gt: 5 }, { lt: 5 }), both({ between: [2, 1] })] }],
    ['whatever is denied', { not: { any: [both({ exists: true }), both({ exists: false })] } }],
  ])('finds %s', (_what, condition) => {
    expect(isContradiction(condition)).toBe(true);
  });

  it.each<[string, Condition]>([
    ['one value', both({ gte: 5 }, { lte: 5 })],
    ['two ends', both({ gt: 5 }, { lt: 5.1 })],
    ['the number of another spelling', both({ equals: 500 }, { notIn: ['500', '+500'] })],
    ['two spellings of one word', both({ equals: 'ß' }, { in: ['SS'] })],
    ['a list of both', both({ contains: 'a' }, { contains: 'b' })],
    ['a text of all pieces', both({ startsWith: 'ab' }, { contains: 'c' }, { endsWith: 'bd' })],
    ['a beginning within a beginning', both({ startsWith: 'ab' }, { startsWith: 'A' })],
    ['two ends in any order', both({ lt: 100 }, { gt: 9 }, { lt: 10 })],
    ['what is next to the largest number', both({ gt: 1e308 })],
    ['what is next to the least number', both({ lt: -1e308 })],
    ['another spelling of a number', both({ between: [500, 500] }, { notIn: ['500', '+500', '000500'] })],
    ['another spelling of a number below zero', both({ between: [-5, -5] }, { notEquals: '-5' })],
    ['a number that begins like one', both({ gt: 5 }, { startsWith: '3' })],
    ['a number that contains digits', both({ gt: 5 }, { contains: '33' })],
    ['a number that ends like one', both({ gt: 5 }, { endsWith: '3' })],
    ['an instant that contains a colon', both({ gt: '2026-01-01' }, { contains: '07:' })],
    ['digits that are no number', { all: [both({ equals: '5' }), not({ gte: 0 })] }],
    ['a number in other digits', both({ equals: '５' }, { gte: 5 })],
    ['an instant in small letters', both({ equals: '2026-01-02t00:00z' }, { gte: '2026-01-02' })],
    ['the longer of two beginnings', both({ startsWith: 'a' }, { startsWith: 'ab' }, { contains: 'c' })],
    ['the longer of two endings', both({ endsWith: 'ab' }, { endsWith: 'b' }, { contains: 'c' })],
    ['the longer when folded', both({ startsWith: 'ßß' }, { startsWith: 'sss' }, { endsWith: 'c' })],
    ['an ending that is no beginning', { all: [both({ endsWith: 'ab' }), not({ startsWith: 'a' })] }],
    ['a beginning that is no ending', { all: [both({ startsWith: 'ab' }), not({ endsWith: 'b' })] }],
    [
      'pieces without a blank between them',
      { all: [both({ startsWith: 'a' }, { endsWith: 'b' }), not({ contains: 'a b' })] },
    ],
    ['a pattern within a text', { all: [not({ startsWith: 'a' }), both({ matches: 'a' })] }],
    ['the first instant itself', both({ lte: '0000-01-01T00:00+23:59' })],
    ['the last instant itself', both({ gte: '9999-12-31T23:59:59.999-23:59' })],
    ['a date of some age', both({ gte: '2026-01-01' }, { lt: '2026-01-02' }, { olderThanDays: 3 })],
    ['an age of two bounds', both({ withinDays: 7 }, { olderThanDays: 3 })],
    ['the first instant that can be written', both({ lt: '0000-01-01' })],
    ['the last instant that can be written', both({ gt: '9999-12-31T23:59:59.999Z' })],
    ['a missing value that differs', both({ exists: false }, { notEquals: 'a' }, { notIn: ['b'] })],
    ['a wrong type that differs', both({ exists: true }, { notEquals: 5 }, { notIn: ['a', true] })],
    ['one living alternative', { any: [both({ gt: 5 }, { lt: 5 }), both({ exists: true })] }],
    ['two attributes', { all: [both({ gt: 5 }), { attribute: 'y', lt: 5 }] }],
    ['whatever is denied of another', { all: [both({ gt: 5 }), { not: { attribute: 'y', gt: 5 } }] }],
  ])('leaves %s alone', (_what, condition) => {
    expect(isContradiction(condition)).toBe(false);
  });

  it('is right: what it calls a contradiction holds for no value at no instant', () => {
    fc.assert(
      fc.property(conditionOf(fc.oneof(plain, pieces)), (condition) => {
        fc.pre(isContradiction(condition));

        expect(everHolds(condition)).toBe(false);
      }),
      { numRuns: casesOf(300, 20_000) },
    );
  });

  it('misses none where no pattern and no piece of a text decides', () => {
    fc.assert(
      fc.property(conditionOf(plain), (condition) => {
        fc.pre(!isContradiction(condition));

        expect(everHolds(condition)).toBe(true);
      }),
      { numRuns: casesOf(300, 20_000) },
    );
  });

  it('gives up on a condition that nobody sees through', () => {
    const two = { any: [both({ gt: 5 }), both({ gt: 6 })] };

    expect(isContradiction({ all: [...Array.from({ length: 30 }, () => two), both({ lt: 5 })] })).toBe(false);
  });

  it('follows a condition of any length and depth', () => {
    const long = both(...Array.from({ length: 100 }, (_, n) => ({ notEquals: n })));
    const deep = Array.from({ length: 10_000 }).reduce<Condition>((inner) => ({ not: inner }), both({ gt: 5 }));

    expect(isContradiction({ all: [long, both({ in: [1, 99] })] })).toBe(true);
    expect(isContradiction(deep)).toBe(false);
  });
});

describe('rowsNeverReached', () => {
  it.each<[readonly Comparison[], readonly number[]]>([
    [[{ gt: 5 }, { gte: 6 }], [1]],
    [[{ gt: 5 }, { gte: 5 }], []],
    [[{ gte: 5 }, { gt: 5 }], [1]],
    [[{ lt: 5 }, { lte: 5 }], []],
    [[{ lt: 5 }, { lte: 4 }], [1]],
    [[{ gte: 5 }, { between: [5, 9] }], [1]],
    [[{ gt: 5 }, { between: [5, 9] }], []],
    [[{ lt: 5 }, { between: [1, 4.9] }], [1]],
    [[{ between: [1, 9] }, { gt: 1 }], []],
    [[{ between: [1, 9] }, { gt: 3 }, { between: [8, 12] }], [2]],
    [[{ lt: 5 }, { gte: 5 }, { equals: 7 }], [2]],
    [[{ lt: 5 }, { gt: 5 }, { in: [4, 6] }, { equals: 5 }], [2]],
    [[{ gte: '2026-01-01' }, { gt: '2026-01-01T00:00' }], [1]],
    [[{ gt: '2026-01-01' }, { gte: '2026-01-01T00:00:00.001Z' }], [1]],
    [[{ gt: '2026-01-01' }, { gte: '2026-01-01' }], []],
    [[{ gt: 5 }, { gt: '2026-01-01' }], []],
    [[{ withinDays: 30 }, { withinDays: 7 }], [1]],
    [[{ withinDays: 7 }, { withinDays: 30 }], []],
    [[{ olderThanDays: 7 }, { olderThanDays: 30 }], [1]],
    [[{ withinDays: 7 }, { olderThanDays: 7 }, { lte: '2026-01-01' }], []],
    [[{ in: ['a', 'b'] }, { equals: 'A' }], [1]],
    [[{ equals: 'a' }, { equals: 'b' }, { in: ['A', 'B'] }], [2]],
    [[{ notEquals: 'a' }, { equals: 'b' }], [1]],
    [[{ notEquals: 'a' }, { exists: false }], [1]],
    [[{ exists: true }, { matches: 'a' }], [1]],
    [[{ exists: true }, { exists: false }], []],
    [[{ startsWith: 'ma' }, { startsWith: 'market' }], [1]],
    [[{ contains: 'a' }, { startsWith: 'market' }], [1]],
    [[{ contains: 'a' }, { contains: 'market' }], []],
    [[{ matches: '^a' }, { matches: '^a' }], [1]],
    [[{ matches: '^a' }, { matches: '^ab' }], []],
  ])('are those that the earlier rows of %j take', (tests, numbers) => {
    expect(rowsNeverReached(rows(...tests))).toEqual(numbers);
  });

  it('name the else row where nothing is left for it', () => {
    expect(rowsNeverReached([...rows({ exists: true }, { exists: false }), { else: 0 }])).toEqual([2]);
    expect(rowsNeverReached([...rows({ lt: 5 }, { gte: 5 }), { else: 0 }])).toEqual([]);
  });

  it('are right, and all of them where no pattern and no piece of a text decides', () => {
    const table = (comparison: fc.Arbitrary<Comparison>) => fc.array(comparison, { minLength: 2, maxLength: 5 });
    const firstRows = (tests: readonly Comparison[]) => {
      const areTrueOf = tests.map((test) => asked({ attribute: 'x', ...test }));
      const firstRow = (x: AttributeValue, asOfMs: number) => areTrueOf.findIndex((isTrueOf) => isTrueOf(x, asOfMs));
      return new Set(VALUES.flatMap((x) => AS_OF_MS.map((asOfMs) => firstRow(x, asOfMs))));
    };
    const dead = (tests: readonly Comparison[]) => rowsNeverReached(rows(...tests));

    fc.assert(
      fc.property(table(plain), (tests) => {
        const reached = firstRows(tests);

        expect(dead(tests)).toEqual([...tests.keys()].filter((row) => !reached.has(row)));
      }),
      { numRuns: casesOf(60, 2_000) },
    );
    fc.assert(
      fc.property(table(fc.oneof(plain, pieces)), (tests) => {
        const reached = firstRows(tests);

        expect(dead(tests).filter((row) => reached.has(row))).toEqual([]);
      }),
      { numRuns: casesOf(60, 2_000) },
    );
  });

  it('are found in a table of two hundred rows', () => {
    const steps = Array.from({ length: 200 }, (_, n) => ({ gte: 1000 - n }));

    expect(rowsNeverReached(rows(...steps, { equals: 900 }))).toEqual([200]);
  });
});

it('an age is looked at from every side: the day itself belongs to the older ones', () => {
  const condition = both({ withinDays: 1.5 }, { olderThanDays: 1.5 - 1 / DAY_MS });

  expect(isContradiction(condition)).toBe(false);
  expect(isContradiction(both({ withinDays: 1.5 }, { olderThanDays: 1.5 }))).toBe(true);
});
