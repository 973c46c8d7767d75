import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Condition } from '../../src/scoring/condition.ts';
import { conditionText } from '../../src/scoring/condition-text.ts';
import type { Rule, ScoreModel } from '../../src/scoring/model.ts';
import { modelDifference } from '../../src/scoring/model-difference.ts';
import { modelFacts, signed } from '../../src/scoring/model-facts.ts';
import { createScorer } from '../../src/scoring/scorer.ts';
import { casesOf } from '../support/cases-of.ts';
import { aScoreModel } from '../support/scoring-builders.ts';
import { aModel, anInput } from '../support/scoring-cases.ts';

const x = (test: object): Condition => ({ attribute: 'x', ...test }) as Condition; // one comparison of the schema

describe('conditionText', () => {
  it.each<[Condition, string]>([
    [x({ equals: 'a' }), 'x is "a"'],
    [x({ notEquals: 5 }), 'x is not 5'],
    [x({ in: ['a', true] }), 'x is one of "a", true'],
    [x({ notIn: ['a'] }), 'x is none of "a"'],
    [x({ contains: 'a' }), 'x contains "a"'],
    [x({ startsWith: '/a' }), 'x starts with "/a"'],
    [x({ endsWith: 'a' }), 'x ends with "a"'],
    [x({ matches: '\\b(a|b)' }), 'x matches /\\b(a|b)/'],
    [x({ gt: 5 }), 'x is more than 5'],
    [x({ gte: 5 }), 'x is at least 5'],
    [x({ lt: 5 }), 'x is less than 5'],
    [x({ lte: '2026-01-01' }), 'x is at most "2026-01-01"'],
    [x({ between: [1, 5] }), 'x is from 1 to 5'],
    [x({ exists: true }), 'x is known'],
    [x({ exists: false }), 'x is not known'],
    [x({ olderThanDays: 1 }), 'x is at least 1 day ago'],
    [x({ withinDays: 0.5 }), 'x is less than 0.5 days ago'],
    [{ not: x({ gt: 5 }) }, 'not (x is more than 5)'],
    [
      { all: [x({ gt: 5 }), { any: [x({ lt: 7 }), x({ equals: 9 })] }] },
      'x is more than 5 and (x is less than 7 or x is 9)',
    ],
    [
      { any: [{ all: [x({ gt: 5 }), x({ lt: 7 })] }, { all: [x({ equals: 9 })] }] },
      '(x is more than 5 and x is less than 7) or x is 9',
    ],
  ])('of %j is plain', (condition, text) => {
    expect(conditionText(condition)).toBe(text);
  });
});

it.each([
  [20, '+20'],
  [-5, '−5'],
  [0.25, '+0.25'],
  [0, '0'],
])('%d points are written %s', (points, text) => {
  expect(signed(points)).toBe(text);
});

describe('modelFacts', () => {
  const every = { dimension: 'fit', label: 'R' };
  const factsOf = (rule: object) =>
    modelFacts(aScoreModel({ rules: [{ id: 'r', ...every, ...rule } as Rule] })).rules.get('r');

  it.each<[object, object]>([
    [
      { when: x({ gt: 5 }), points: 2 },
      { points: '+2', when: 'x is more than 5' },
    ],
    [
      { attribute: 'x', table: [{ gte: 5, points: 2 }, { in: ['a'], points: -1 }, { else: 0 }] },
      { points: 'by row', when: 'x is at least 5 +2; is one of "a" −1; else 0' },
    ],
    [
      { on: { type: 'search' }, points: 2 },
      { points: '+2', when: 'each search' },
    ],
    [
      {
        on: { type: 'search', where: x({ gt: 5 }) },
        points: -2,
        ...{ withinDays: 9, limit: { times: 3, perDays: 1 }, halfLifeDays: 7, maxPoints: -4 },
      },
      {
        points: '−2',
        when: 'each search (x is more than 5)',
        ...{ within: '9 days', limit: '3 in 1 day', 'half-life': '7 days', 'at most': '−4' },
      },
    ],
    [
      { on: { type: 'search' }, points: 2, halfLifeDays: 'none' },
      { points: '+2', when: 'each search', 'half-life': 'none' },
    ],
    [
      { count: { type: 'search', where: x({ gt: 5 }), atLeast: 3, withinDays: 7 }, points: 2 },
      { points: '+2', when: 'at least 3 × search (x is more than 5) within 7 days' },
    ],
    [
      { sequence: [{ type: 'search' }, { type: 'page_view', where: x({ gt: 5 }) }], withinDays: 14, points: 2 },
      { points: '+2', when: 'each search, then page_view (x is more than 5)', within: '14 days' },
    ],
    [
      { absence: { types: ['email_click', 'email_reply'], days: 90 }, points: -5 },
      { points: '−5', when: 'no email_click or email_reply for 90 days' },
    ],
  ])('of the rule %j', (rule, facts) => {
    expect(factsOf(rule)).toEqual({ label: 'R', dimension: 'fit', ...facts });
  });

  it('of the model itself, its dimensions and bands', () => {
    const { model, dimensions, bands } = modelFacts(
      aScoreModel({
        appliesTo: x({ gt: 5 }),
        dimensions: { fit: { min: -5, max: 60 }, engagement: { min: 0, max: 1, halfLifeDays: 1 } },
        grades: { fit: { B: 2, A: 5 } },
      }),
    );

    expect(model).toEqual({
      scores: 'leads',
      'applies to': 'x is more than 5',
      priority: '0',
      total: '0 to 100',
      hysteresis: '0',
      'writes a change of': '3',
      'grade of': 'fit',
    });
    expect([...dimensions]).toEqual([
      ['fit', { points: '-5 to 60', 'half-life': 'none', grades: 'A from 5, B from 2' }],
      ['engagement', { points: '0 to 1', 'half-life': '1 day', grades: 'none' }],
    ]);
    expect([...bands]).toEqual([
      ['hot', { from: '80' }],
      ['warm', { from: '50' }],
      ['cold', { from: '0' }],
    ]);
  });

  it.each([
    ['max', 'the best of them, into fit'],
    ['sum', 'all of them, into fit'],
    ['top', 'the best 2, into fit'],
    ['decayed', 'each half as much every 30 days without engagement, into fit'],
  ] as const)('of a company that adds up its leads by %s', (by, text) => {
    const rollUp = { dimension: 'fit', by, k: 2, halfLifeDays: 30 };

    expect(modelFacts(aScoreModel({ object: 'company', rollUp })).model).toMatchObject({
      scores: 'companies',
      'applies to': 'all',
      'adds up its leads': text,
    });
  });
});

describe('modelDifference', () => {
  const rule = (id: string, points: number): Rule => ({ id, dimension: 'fit', label: id, when: x({ gt: 5 }), points });
  const before = aScoreModel({ rules: [rule('a', 1), rule('b', 2)] });

  it('names what is changed, new and gone, and of what is changed only that', () => {
    const after: ScoreModel = {
      ...before,
      hysteresis: 5,
      bands: [{ name: 'hot', from: 70 }, ...before.bands.slice(1)],
      rules: [{ ...rule('b', 3), label: 'B' }, rule('c', 4)],
    };

    expect(modelDifference(before, after)).toEqual([
      { what: 'model', name: null, before: { hysteresis: '0' }, after: { hysteresis: '5' } },
      { what: 'band', name: 'hot', before: { from: '80' }, after: { from: '70' } },
      {
        what: 'rule',
        name: 'a',
        before: { label: 'a', dimension: 'fit', points: '+1', when: 'x is more than 5' },
        after: null,
      },
      { what: 'rule', name: 'b', before: { label: 'b', points: '+2' }, after: { label: 'B', points: '+3' } },
      {
        what: 'rule',
        name: 'c',
        before: null,
        after: { label: 'c', dimension: 'fit', points: '+4', when: 'x is more than 5' },
      },
    ]);
  });

  it('says none where one of two has an option that the other has not', () => {
    const on = { id: 'o', dimension: 'fit', label: 'O', on: { type: 'search' }, points: 1 } as const;
    const difference = modelDifference(aScoreModel({ rules: [on] }), aScoreModel({ rules: [{ ...on, maxPoints: 5 }] }));

    expect(difference).toEqual([
      { what: 'rule', name: 'o', before: { 'at most': 'none' }, after: { 'at most': '+5' } },
    ]);
  });

  it('is empty only where both models score alike', () => {
    const single = fc.tuple(aModel, aModel, fc.nat()).map(([one, other, n]) => {
      const keys = ['dimensions', 'total', 'bands', 'hysteresis', 'grades', 'rules'] as const;
      const key = keys[n % keys.length]!;
      return [one, { ...one, [key]: other[key] } as ScoreModel] as const;
    });
    fc.assert(
      fc.property(single, anInput, ([one, other], input) => {
        const [then, now] = [createScorer(one).score(input), createScorer(other).score(input)];
        const isSame = then.score === now.score && then.band === now.band && then.grade === now.grade;

        if (!isSame) expect(modelDifference(one, other)).not.toEqual([]);
        expect(modelDifference(one, structuredClone(one))).toEqual([]);
      }),
      { numRuns: casesOf(300, 5_000) },
    );
  });
});
