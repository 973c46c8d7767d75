import { describe, expect, it } from 'vitest';
import type { Engagement } from '../../src/domain/lead.ts';
import type { Rule } from '../../src/scoring/model.ts';
import { createScorer } from '../../src/scoring/scorer.ts';
import { aLead, aScoreModel, daysAgo, did, NOW } from '../support/scoring-builders.ts';

const every = { id: 'r', dimension: 'engagement', label: 'R' };
const HOUR = 1 / 24;

/** The ledger's cp of one rule over some engagements. */
function lines(rule: Rule, engagements: readonly Engagement[], halfLifeDays?: number): readonly number[] {
  const engagement = { min: -1000, max: 1000, ...(halfLifeDays !== undefined && { halfLifeDays }) };
  const model = aScoreModel({ dimensions: { engagement }, total: { min: -1000, max: 1000 }, rules: [rule] });
  const card = createScorer(model).score({ lead: aLead(), engagements, asOf: NOW });
  return card.ledger.filter((line) => line.rule === 'r').map(({ cp }) => cp);
}

describe('an engagement rule', () => {
  const views = (...days: number[]) => days.map((ago) => did('page_view', daysAgo(ago)));

  it('counts every occurrence, and none of another type or spelling (T53)', () => {
    const engagements = [...views(3, 2), did('Page_View', daysAgo(1)), did('search', daysAgo(1))];

    expect(lines({ ...every, on: { type: 'page_view' }, points: 5 }, engagements)).toEqual([500, 500]);
  });

  it('halves its points in a half-life, rounding half away from zero (T66)', () => {
    expect(lines({ ...every, on: { type: 'page_view' }, points: -3.75 }, views(30), 30)).toEqual([-188]);
  });

  it('lets its own half-life stand before the dimension and none switch decay off', () => {
    const rule = { ...every, on: { type: 'page_view' }, points: 8 };

    expect(lines({ ...rule, halfLifeDays: 10 }, views(30), 30)).toEqual([100]);
    expect(lines({ ...rule, halfLifeDays: 'none' }, views(30), 30)).toEqual([800]);
  });

  it('gives the future nothing', () => {
    expect(lines({ ...every, on: { type: 'page_view' }, points: 5 }, views(-HOUR))).toEqual([]);
  });

  it('excludes the far end of its window', () => {
    expect(lines({ ...every, on: { type: 'page_view' }, points: 5, withinDays: 7 }, views(7, 6.99, 0))).toEqual([
      500, 500,
    ]);
  });

  it('uses none of its limit up on what lies outside the window', () => {
    const rule: Rule = {
      ...every,
      on: { type: 'page_view' },
      points: 5,
      withinDays: 7,
      limit: { times: 1, perDays: 3 },
    };

    expect(lines(rule, views(8, 6))).toEqual([500]);
  });

  it('counts again as soon as the limit has a place, at d days exactly', () => {
    const rule: Rule = { ...every, on: { type: 'page_view' }, points: 5, limit: { times: 2, perDays: 1 } };

    expect(lines(rule, views(3, 2.9, 2.8, 2))).toEqual([500, 500, 500]);
  });

  it('cuts towards zero in a line of its own', () => {
    expect(lines({ ...every, on: { type: 'page_view' }, points: 5, maxPoints: 12 }, views(3, 2, 1))).toEqual([
      500, 500, 500, -300,
    ]);
    expect(lines({ ...every, on: { type: 'page_view' }, points: -5, maxPoints: -7 }, views(3, 2))).toEqual([
      -500, -500, 300,
    ]);
  });
});

describe('a sequence rule', () => {
  const rule: Rule = { ...every, sequence: [{ type: 'search' }, { type: 'page_view' }], points: 15, withinDays: 14 };
  const search = (days: number, id?: string) => did('search', daysAgo(days), id === undefined ? {} : { id });
  const view = (days: number, id?: string) => did('page_view', daysAgo(days), id === undefined ? {} : { id });

  it('completes twice where chains interleave', () => {
    expect(lines(rule, [search(9), search(8), view(7), view(6)])).toEqual([1500, 1500]);
  });

  it('uses an occurrence once', () => {
    expect(lines(rule, [search(9), search(8), view(7)])).toEqual([1500]);
    const twice: Rule = { ...every, sequence: [{ type: 'search' }, { type: 'search' }], points: 15 };
    expect(lines(twice, [search(9), search(8), search(7)])).toEqual([1500]);
  });

  it('leaves everything unused where the span is too long, and lets a later first step have it', () => {
    expect(lines(rule, [search(20), search(10), view(5)])).toEqual([1500]);
  });

  it('excludes a span of exactly d days', () => {
    expect(lines(rule, [search(20), view(6)])).toEqual([]);
    expect(lines(rule, [search(20), view(6.001)])).toEqual([1500]);
  });

  it('orders steps of one instant by id as text', () => {
    expect(lines(rule, [search(5, 'e10'), view(5, 'e9')])).toEqual([1500]);
    expect(lines(rule, [search(5, 'e9'), view(5, 'e10')])).toEqual([]);
  });

  it('is dated at its last step', () => {
    expect(lines(rule, [search(31), view(30)], 30)).toEqual([750]);
  });
});

describe('a count rule', () => {
  const rule: Rule = { ...every, count: { type: 'page_view', atLeast: 2, withinDays: 7 }, points: 10 };

  it('earns once, however many there are', () => {
    expect(
      lines(
        rule,
        [1, 2, 3].map((days) => did('page_view', daysAgo(days))),
      ),
    ).toEqual([1000]);
  });

  it('excludes the far end of its window', () => {
    expect(
      lines(
        rule,
        [1, 7].map((days) => did('page_view', daysAgo(days))),
      ),
    ).toEqual([]);
  });
});

describe('an absence rule', () => {
  const absence = { types: ['email_click', 'email_reply'], days: 90 };
  const score = (createdDaysAgo: number, engagements: readonly Engagement[]) => {
    const model = aScoreModel({ total: { min: -100, max: 100 }, rules: [{ ...every, absence, points: -5 }] });
    return createScorer(model).score({ lead: aLead({ createdAt: daysAgo(createdDaysAgo) }), engagements, asOf: NOW })
      .score;
  };

  it('holds from the day on which lead and silence are d days old', () => {
    expect([score(90, []), score(89.99, []), score(-1, [])]).toEqual([-5, 0, 0]);
    expect(score(365, [did('email_click', daysAgo(90))])).toBe(-5);
    expect(score(365, [did('email_reply', daysAgo(89.99))])).toBe(0);
  });

  it('is not broken by an engagement of the future', () => {
    expect(score(365, [did('email_click', daysAgo(-1))])).toBe(-5);
  });
});

describe('a table rule', () => {
  const rule: Rule = {
    ...every,
    attribute: 'company.employees',
    table: [{ gte: 500, points: 10 }, { gte: 50, points: 5 }, { else: -1 }],
  };
  const points = (employees: string | number | boolean | null) => {
    const model = aScoreModel({ total: { min: -100, max: 100 }, rules: [rule] });
    const lead = aLead({ attributes: { 'company.employees': employees } });
    return createScorer(model).score({ lead, engagements: [], asOf: NOW }).score;
  };

  it('takes the first row that holds, and else for what is missing or of a wrong type', () => {
    expect([points(500), points('120'), points(3), points(null), points('many'), points(true)]).toEqual([
      10, 5, -1, -1, -1, -1,
    ]);
  });
});
