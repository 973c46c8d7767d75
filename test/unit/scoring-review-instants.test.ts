import { describe, expect, it } from 'vitest';
import type { AttributeValue, Engagement } from '../../src/domain/lead.ts';
import type { Condition } from '../../src/scoring/condition.ts';
import type { Rule, ScoreModel } from '../../src/scoring/model.ts';
import { createScorer } from '../../src/scoring/scorer.ts';
import { dueAfter } from '../support/review-oracle.ts';
import { aLead, aScoreModel, daysAgo, did, NOW } from '../support/scoring-builders.ts';

const every = { id: 'r', dimension: 'engagement', label: 'R' };
const always = (id: string, points: number, dimension = 'engagement'): Rule => ({
  ...every,
  id,
  dimension,
  when: { attribute: 'missing', exists: false },
  points,
});
const later = (days: number) => daysAgo(-days);

interface Lead {
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  readonly createdAt?: Date;
}

function reviewAt(rules: readonly Rule[], engagements: readonly Engagement[] = [], lead: Lead = {}): Date | null {
  return createScorer(aScoreModel({ rules: [...rules] })).nextReviewAt({ lead: aLead(lead), engagements, asOf: NOW });
}

describe('nextReviewAt, where nothing fades,', () => {
  const aDay = [did('search', daysAgo(1))];

  it('is the end of the window of an engagement rule', () => {
    expect(reviewAt([{ ...every, on: { type: 'search' }, withinDays: 7, points: 9 }], aDay)).toEqual(later(6));
  });

  it('is the end of the window of a count, or the arrival of its last engagement', () => {
    const count: Rule = { ...every, count: { type: 'search', atLeast: 1, withinDays: 7 }, points: 9 };

    expect(reviewAt([count], aDay)).toEqual(later(6));
    expect(reviewAt([count], [did('search', later(2))])).toEqual(later(2));
  });

  it('is the arrival of what completes a sequence', () => {
    const sequence: Rule = { ...every, sequence: [{ type: 'search' }, { type: 'page_view' }], points: 9 };

    expect(reviewAt([sequence], [...aDay, did('page_view', later(2))])).toEqual(later(2));
  });

  it('is the end of an absence by an engagement that is yet to come', () => {
    const absence: Rule = { ...every, absence: { types: ['search'], days: 7 }, points: 9 };

    expect(reviewAt([absence], [did('search', later(2))])).toEqual(later(2));
  });

  it('is the day on which a young lead may be called absent', () => {
    const absence: Rule = { ...every, absence: { types: ['search'], days: 7 }, points: 9 };

    expect(reviewAt([absence], [], { createdAt: daysAgo(3) })).toEqual(later(4));
  });

  it('is the earliest of several instants, whichever rule comes first', () => {
    const counts = [7, 3, 5].map(
      (withinDays): Rule => ({
        ...every,
        id: `r${withinDays}`,
        count: { type: 'search', atLeast: 1, withinDays },
        points: 9,
      }),
    );

    expect(reviewAt(counts, aDay)).toEqual(later(2));
  });

  it('passes over a move that lasts under a minute, and none that lasts longer', () => {
    const rules: readonly Rule[] = [
      { ...every, id: 'a', count: { type: 'search', atLeast: 1, withinDays: 3 }, points: 9 },
      { ...every, id: 'b', on: { type: 'page_view' }, points: 9 },
    ];
    const back = (afterMs: number) => did('page_view', new Date(later(2).getTime() + afterMs));

    expect(reviewAt(rules, [...aDay, back(59_000)])).toBeNull();
    expect(reviewAt(rules, [...aDay, back(60_000)])).toEqual(later(2));
  });

  it('does not depend on a dimension that is full', () => {
    const rules = [always('full', 200), { ...every, on: { type: 'search' }, withinDays: 7, points: 9 } satisfies Rule];

    expect(reviewAt(rules, aDay)).toBeNull();
  });

  const old: Condition = { attribute: 'properties.at', olderThanDays: 7 };
  it.each<[string, Rule]>([
    ['an engagement rule', { ...every, on: { type: 'search', where: old }, points: 9 }],
    ['a count', { ...every, count: { type: 'search', where: old, atLeast: 1, withinDays: 90 }, points: 9 }],
    ['a sequence', { ...every, sequence: [{ type: 'search', where: old }], points: 9 }],
  ])('is the instant at which the where of %s turns', (_kind, rule) => {
    const engagements = [did('search', daysAgo(9), { properties: { at: daysAgo(3).toISOString() } })];

    expect(reviewAt([rule], engagements)).toEqual(later(4));
  });

  const aged: Condition = { attribute: 'at', withinDays: 7 };
  const table = [{ withinDays: 7, points: 9 }, { else: 0 }];
  it.each<[string, Rule]>([
    ['a condition', { ...every, when: aged, points: 9 }],
    ['an all', { ...every, when: { all: [{ attribute: 'at', exists: true }, aged] }, points: 9 }],
    ['an any', { ...every, when: { any: [{ attribute: 'at', exists: false }, aged] }, points: 9 }],
    ['a not', { ...every, when: { not: aged }, points: 9 }],
    ['a table', { ...every, attribute: 'at', table }],
  ])('is the instant at which %s turns by its age', (_kind, rule) => {
    expect(reviewAt([rule], [], { attributes: { at: daysAgo(3).toISOString() } })).toEqual(later(4));
    expect(reviewAt([rule], [], { attributes: { at: 'no instant' } })).toBeNull();
  });
});

describe('nextReviewAt, where lines fade,', () => {
  const wide = { min: -1000, max: 1000, halfLifeDays: 30 };
  const base: Partial<ScoreModel> = {
    dimensions: { engagement: wide, fit: wide },
    total: { min: -1000, max: 1000 },
    bands: [{ name: 'only', from: -1000 }],
  };
  const searches = (rule: Partial<Extract<Rule, { on: unknown }>>): Rule => ({
    ...every,
    on: { type: 'search' },
    points: 40,
    ...rule,
  });

  it.each<[string, readonly Rule[], Partial<ScoreModel>]>([
    ['points above zero', [searches({})], {}],
    ['points below zero', [searches({ points: -40 })], {}],
    ['a cap above zero', [searches({ maxPoints: 60 })], {}],
    ['a cap below zero', [searches({ points: -40, maxPoints: -60 })], {}],
    ['a cap of a dimension', [searches({})], { dimensions: { engagement: { ...wide, max: 70 } } }],
    ['a cap of the total', [searches({}), always('a', 20)], { total: { min: 0, max: 70 } }],
    ['both signs', [searches({}), searches({ id: 'b', points: -30, halfLifeDays: 5 })], {}],
    ['two dimensions', [searches({}), searches({ id: 'b', points: -30, halfLifeDays: 5, dimension: 'fit' })], {}],
    ['a rule that does not', [searches({}), searches({ id: 'b', points: 7, halfLifeDays: 'none' })], {}],
    ['half a point', [searches({})], { writeBack: { minDelta: 0.5 } }],
    [
      'a band',
      [searches({})],
      {
        writeBack: { minDelta: 500 },
        bands: [
          { name: 'hot', from: 70 },
          { name: 'cold', from: 0 },
        ],
        hysteresis: 2.5,
      },
    ],
  ])('is the very millisecond at which the score has moved: %s', (_what, rules, changes) => {
    const model = aScoreModel({ ...base, ...changes, rules: [...rules] });
    const engagements = [did('search', daysAgo(0)), did('search', daysAgo(3)), did('search', daysAgo(9.3))];
    const scorer = createScorer(model);
    const input = { lead: aLead(), engagements, asOf: NOW };
    const isDue = dueAfter(model, (asOf, previousBand) => scorer.score({ ...input, asOf, previousBand }), NOW);

    const at = scorer.nextReviewAt(input)!.getTime();

    expect([isDue(at - 1), isDue(at)]).toEqual([false, true]);
  });
});
