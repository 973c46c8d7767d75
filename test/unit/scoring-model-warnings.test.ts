import { describe, expect, it } from 'vitest';
import { checkModel } from '../../src/scoring/check-model.ts';
import type { Comparison, Condition } from '../../src/scoring/condition.ts';
import type { Rule, ScoreModel } from '../../src/scoring/model.ts';
import { aScoreModel } from '../support/scoring-builders.ts';

const every = { dimension: 'fit', label: 'R' };
const bands = [{ name: 'only', from: 0 }];
const messages = (rules: readonly Rule[], changes: Partial<ScoreModel> = {}) =>
  checkModel(aScoreModel({ bands, ...changes, rules: [...rules] })).map(({ where, message }) => `${where}: ${message}`);
const when = (id: string, points: number, condition: Condition = { attribute: id, exists: true }): Rule => ({
  id,
  ...every,
  when: condition,
  points,
});
const on = (id: string, points: number, maxPoints?: number): Rule => ({
  id,
  ...every,
  on: { type: 'search' },
  points,
  ...(maxPoints !== undefined && { maxPoints }),
});
const table = (id: string, ...rows: Extract<Rule, { table: unknown }>['table']): Rule => ({
  id,
  ...every,
  attribute: 'x',
  table: rows,
});

describe('the reach of a model', () => {
  const usual = aScoreModel().bands;

  it.each<[string, Rule, readonly string[]]>([
    [
      'the best row of a table',
      table('t', { gt: 1, points: 60 }, { else: -5 }),
      ['hot: from 80, but no lead can score more than 60'],
    ],
    [
      'a count once',
      { id: 'c', ...every, count: { type: 'search', atLeast: 1, withinDays: 1 }, points: 60 },
      ['hot: from 80, but no lead can score more than 60'],
    ],
    [
      'an absence once',
      { id: 'a', ...every, absence: { types: ['search'], days: 1 }, points: 60 },
      ['hot: from 80, but no lead can score more than 60'],
    ],
    [
      'nothing for occurrences worth nothing',
      on('o', 0),
      ['hot: from 80, but no lead can score more than 0', 'warm: from 50, but no lead can score more than 0'],
    ],
    ['the maxPoints of occurrences', on('o', 10, 79), ['hot: from 80, but no lead can score more than 79']],
  ])('counts %s', (_what, rule, warnings) => {
    expect(messages([rule], { bands: usual })).toEqual(warnings);
  });

  it('goes down to the worst row of a table', () => {
    const total = { min: -100, max: 100 };
    const low = [
      { name: 'good', from: 0 },
      { name: 'bad', from: -5 },
      { name: 'worse', from: -50 },
    ];

    expect(messages([table('t', { gt: 1, points: -5 }, { else: 5 })], { bands: low, total })).toEqual([
      'worse: no lead can score less than -5',
    ]);
    expect(messages([table('t', { gt: 1, points: -6 })], { bands: low, total })).toEqual([]);
  });

  it('ends at whole points, as the score does', () => {
    expect(messages([when('a', 79.5)], { bands: usual })).toEqual([]);
    expect(messages([when('a', 79.49)], { bands: usual })).toEqual([
      'hot: from 80, but no lead can score more than 79',
    ]);
    const low = [
      { name: 'good', from: -5 },
      { name: 'bad', from: -6 },
    ];
    const total = { min: -100, max: 100 };
    expect(messages([when('a', -5.49)], { bands: low, total })).toEqual(['bad: no lead can score less than -5']);
    expect(messages([when('a', -5.5)], { bands: low, total })).toEqual([]);
  });

  it('leaves the last band alone though nobody rises to it', () => {
    expect(messages([when('a', 5)], { bands: [{ name: 'only', from: 10 }] })).toEqual([]);
  });
});

describe('a cap', () => {
  it.each<[Rule, readonly string[]]>([
    [on('o', 90, 85), ['o: maxPoints 85 cuts already the first 90 points']],
    [on('o', 85, 85), []],
    [on('o', 101), ['o: 101 points are more than fit may hold (100)']],
    [on('o', 100), []],
    [on('o', -101), ['o: -101 points are less than fit may hold (-100)']],
    [on('o', -100), []],
    [when('w', 101), ['w: 101 points are more than fit may hold (100)']],
    [table('t', { else: 101 }), ['t: 101 points are more than fit may hold (100)']],
    [table('t', { gt: 1, points: -101 }, { else: 100 }), ['t: -101 points are less than fit may hold (-100)']],
    [table('t', { gt: 1, points: 101 }, { else: 0 }), ['t: 101 points are more than fit may hold (100)']],
    [table('t', { gt: 1, points: -100 }, { else: 100 }), []],
  ])('%j is checked against its points', (rule, warnings) => {
    expect(messages([rule])).toEqual(warnings);
  });
});

describe('the cap of the total', () => {
  it.each([
    [91, ['w: 91 points are more than a score may be (90)']],
    [90, []],
    [-91, []],
  ])('is checked against %d points', (points, warnings) => {
    expect(messages([when('w', points)], { total: { min: 0, max: 90 } })).toEqual(warnings);
  });
});

describe('two rules', () => {
  const same: Condition = { attribute: 'x', exists: true };
  const clash = ['a, b: same trigger, opposite points'];

  it.each<[string, Rule, Rule, readonly string[]]>([
    ['of opposite points cancel out', when('a', 5, same), when('b', -5, same), clash],
    ['of one sign do not', when('a', 5, same), when('b', 5, same), []],
    ['of unlike points do not', when('a', 5, same), when('b', -4, same), []],
    ['of no points do not', when('a', 0, same), when('b', 0, same), []],
    ['of two dimensions do not', when('a', 5, same), { ...when('b', -5, same), dimension: 'engagement' }, []],
    ['of two triggers do not', when('a', 5), when('b', -5), []],
    ['of opposite caps do', on('a', 5, 10), on('b', -5, -10), clash],
    [
      'that are opposite tables but for nothing do',
      table('a', { gt: 1, points: 2 }, { else: 0 }),
      table('b', { gt: 1, points: -2 }, { else: 0 }),
      clash,
    ],
    [
      'that are opposite tables do',
      table('a', { gt: 1, points: 2 }, { else: 1 }),
      table('b', { gt: 1, points: -2 }, { else: -1 }),
      clash,
    ],
    ['that are tables of other rows do not', table('a', { gt: 1, points: 2 }), table('b', { gt: 2, points: -2 }), []],
    ['that are tables of nothing do not', table('a', { else: 0 }), table('b', { else: 0 }), []],
    ['one of which is a table do not', table('a', { else: 1 }), when('b', -1), []],
  ])('%s', (_what, a, b, warnings) => {
    expect(messages([a, b])).toEqual(warnings);
  });
});

describe('a dead rule', () => {
  const dead = ['r: its condition can never hold'];
  const both = (...tests: readonly Comparison[]): Condition => ({
    all: tests.map((test) => ({ attribute: 'x', ...test })),
  });

  it.each<[Condition, readonly string[]]>([
    [both({ gt: 5 }, { lt: 5 }), dead],
    [both({ gte: 5 }, { lt: 5 }), dead],
    [both({ gt: 5 }, { lt: 6 }), []],
    [both({ gt: 5 }, { gte: 3 }, { lte: 5 }), dead],
    [both({ gt: 3 }, { gte: 5 }, { lte: 5 }), []],
    [both({ lt: 7 }, { gte: 5 }, { lte: 5 }), []],
    [both({ gt: '2026-01-02' }, { lt: '2026-01-01' }), dead],
    [both({ gt: '2026-01-01' }, { lt: '2026-01-02' }), []],
    [both({ gt: 5 }, { exists: true }), []],
    [both({ equals: 'a' }, { exists: true }), []],
    [both({ equals: 'a' }, { equals: 'b' }), dead],
    [both({ in: ['a', 'b'] }, { in: ['b', 'c'] }), []],
    [both({ in: ['a', 'b'] }, { in: ['b', 'c'] }, { in: ['a', 'c'] }), dead],
    [both({ exists: false }, { notIn: ['a'] }), []],
    [both({ exists: false }, { notEquals: 'a' }, { equals: 'b' }), dead],
    [both({ exists: false }, { exists: true }), dead],
    [both({ exists: false }), []],
    [
      {
        all: [
          { attribute: 'x', gt: 5 },
          { attribute: 'y', lt: 5 },
        ],
      },
      [],
    ],
    [{ all: [both({ gt: 5 }, { lt: 5 }), { attribute: 'y', exists: true }] }, dead],
    [{ all: [{ any: [both({ gt: 5 }, { lt: 5 })] }, { attribute: 'y', exists: true }] }, dead],
    [{ all: [{ not: { attribute: 'x', gt: 5 } }, { attribute: 'x', gt: 5 }] }, dead],
  ])('%j is told by its condition', (condition, warnings) => {
    expect(messages([when('r', 5, condition)])).toEqual(warnings);
  });

  it.each<[readonly Comparison[], readonly number[]]>([
    [[{ gt: 5 }, { gt: 6 }], [2]],
    [[{ gt: 5 }, { gt: 5 }], [2]],
    [[{ gt: 5 }, { gte: 5 }], []],
    [[{ gte: 5 }, { gt: 5 }], [2]],
    [[{ lt: 5 }, { lte: 5 }], []],
    [[{ lt: 5 }, { gt: 3 }], []],
    [[{ between: [1, 9] }, { between: [2, 8] }], [2]],
    [[{ between: [1, 9] }, { between: [0, 8] }], []],
    [[{ gt: 5 }, { between: [6, 9] }], [2]],
    [[{ gt: 5 }, { between: [5, 9] }], []],
    [[{ lt: 5 }, { between: [1, 5] }], []],
    [[{ lt: 5 }, { between: [1, 4] }], [2]],
    [[{ between: [1, 9] }, { between: [2, 10] }], []],
    [[{ gt: 5 }, { gt: '2026-01-01' }], []],
    [[{ gt: '2026-01-01' }, { gt: '2026-01-02' }], [2]],
    [[{ in: ['a', 'b'] }, { equals: 'A' }], [2]],
    [[{ in: ['a', 'b'] }, { in: ['a', 'c'] }], []],
    [[{ equals: 'a' }, { contains: 'a' }], []],
    [[{ contains: 'a' }, { equals: 'a' }], [2]],
    [[{ gt: 5 }, { equals: 6 }], [2]],
    [[{ exists: true }, { gt: 6 }], [2]],
  ])('is each row of the table %j that the rows before it take', (rows, numbers) => {
    const rule = table('t', ...rows.map((row) => ({ ...row, points: 5 })), { else: 1 });

    expect(messages([rule])).toEqual(
      numbers.map((number) => `t: row ${number} is never reached, the rows before it take all`),
    );
  });

  it('names the engagement that its where can never let through', () => {
    const where: Condition = {
      all: [
        { attribute: 'properties.x', gt: 5 },
        { attribute: 'properties.x', lt: 5 },
      ],
    };

    expect(
      messages([{ id: 's', ...every, sequence: [{ type: 'page_view' }, { type: 'search', where }], points: 5 }]),
    ).toEqual(['s: no search can satisfy its where']);
    expect(
      messages([{ id: 'c', ...every, count: { type: 'search', where, atLeast: 1, withinDays: 1 }, points: 5 }]),
    ).toEqual(['c: no search can satisfy its where']);
  });
});
