import { describe, expect, it } from 'vitest';
import type { Rule } from '../../src/scoring/model.ts';
import { createScorer } from '../../src/scoring/scorer.ts';
import { aLead, aScoreModel, daysAgo, did, NOW } from '../support/scoring-builders.ts';

const always = (id: string, points: number, dimension = 'fit'): Rule => ({
  id,
  dimension,
  label: id,
  when: { attribute: 'missing', exists: false },
  points,
});
const scored = (changes: Parameters<typeof aScoreModel>[0], previousBand: string | null = null) =>
  createScorer(aScoreModel(changes)).score({ lead: aLead(), engagements: [], asOf: NOW, previousBand });

describe('a score card', () => {
  it('writes every cap after its lines and sums to the score', () => {
    const card = scored({
      dimensions: { fit: { min: 0, max: 70 }, engagement: { min: -50, max: 60 } },
      total: { min: 0, max: 90 },
      rules: [always('e', 50.4, 'engagement'), always('a', 60), always('b', 40.25)],
    });

    expect(card.ledger.map(({ rule, label, dimension, cp }) => [rule, label, dimension, cp])).toEqual([
      ['a', 'a', 'fit', 6000],
      ['b', 'b', 'fit', 4025],
      [null, 'dimension cap', 'fit', -3025],
      ['e', 'e', 'engagement', 5040],
      [null, 'total cap', null, -3040],
    ]);
    expect(card.dimensions).toEqual({ fit: 7000, engagement: 5040 });
    expect(card.score).toBe(90);
  });

  it('raises an empty dimension to its min', () => {
    expect(scored({ dimensions: { fit: { min: 5, max: 10 } } }).ledger).toEqual([
      { rule: null, label: 'dimension cap', dimension: 'fit', cp: 500 },
    ]);
  });

  it('rounds half away from zero, below zero too', () => {
    const total = { min: -100, max: 100 };

    expect(scored({ total, rules: [always('a', -2.5)] })).toMatchObject({
      score: -3,
      ledger: [{ cp: -250 }, { label: 'rounding', cp: -50 }],
    });
    expect(scored({ total, rules: [always('a', 2.5)] }).score).toBe(3);
    expect(Object.is(scored({ total, rules: [always('a', -0.4)] }).score, 0)).toBe(true);
  });

  it.each([
    [75, 'hot', 'hot'],
    [74, 'hot', 'warm'],
    [47, 'hot', 'cold'],
    [47, 'warm', 'warm'],
    [80, 'cold', 'hot'],
    [79, null, 'warm'],
    [79, 'tepid', 'warm'],
  ])('puts a score of %d after %s into %s', (points, previousBand, band) => {
    expect(scored({ hysteresis: 5, rules: [always('a', points)] }, previousBand).band).toBe(band);
  });

  it('puts a score below every bound into the last band and the lowest letter', () => {
    const card = scored({
      total: { min: -100, max: 100 },
      grades: { engagement: { 2: 0, 1: 40 }, fit: { A: 40, C: -10, B: 20 } },
      rules: [always('a', -50)],
    });

    expect([card.band, card.grade]).toEqual(['cold', '2C']);
  });

  it('grades the unrounded points (T67)', () => {
    expect(scored({ grades: { fit: { A: 40, B: 0 } }, rules: [always('a', 39.99)] })).toMatchObject({
      score: 40,
      grade: 'B',
    });
  });

  it('names three reasons above zero and two below, heaviest first, ties by the order of the model', () => {
    const rules = [1, 5, 3, 5, -2, -9, -1].map((points, index) => always(`r${index}`, points));

    expect(scored({ rules }).reasons.map(({ rule, cp }) => [rule, cp])).toEqual([
      ['r5', -900],
      ['r1', 500],
      ['r3', 500],
      ['r2', 300],
      ['r4', -200],
    ]);
  });

  it('lets the earliest of one id stand, at one instant the smallest text', () => {
    const model = aScoreModel({
      rules: [
        {
          id: 'r',
          dimension: 'fit',
          label: 'R',
          on: { type: 'search', where: { attribute: 'properties.q', equals: 'a' } },
          points: 9,
        },
      ],
    });
    const search = (q: string, days: number) => did('search', daysAgo(days), { id: 'same', properties: { q } });
    const score = (...engagements: ReturnType<typeof did>[]) =>
      createScorer(model).score({ lead: aLead(), engagements, asOf: NOW }).score;

    expect([score(search('a', 1), search('b', 2)), score(search('b', 1), search('a', 2))]).toEqual([0, 9]);
    expect([score(search('b', 1), search('a', 1)), score(search('a', 1), search('b', 1))]).toEqual([9, 9]);
  });

  it('counts engagement types that nobody knows and values of a wrong type', () => {
    const model = aScoreModel({
      rules: [{ id: 'r', dimension: 'fit', label: 'R', when: { attribute: 'company.employees', gte: 5 }, points: 9 }],
    });
    const engagements = [
      did('fax', daysAgo(1)),
      did('fax', daysAgo(2)),
      did('fax', daysAgo(-2)),
      did('custom:fax', daysAgo(1)),
      did('search', daysAgo(1)),
    ];
    const lead = aLead({ attributes: { 'company.employees': 'many' } });

    expect(createScorer(model).score({ lead, engagements, asOf: NOW }).warnings).toEqual({
      unknownTypes: { fax: 2 },
      wrongTypes: { 'company.employees': 1 },
    });
  });

  it('bears the value of the attribute that a rule names', () => {
    const model = aScoreModel({
      rules: [
        { id: 'r', dimension: 'fit', label: 'R', when: { attribute: 'jobTitle', contains: 'director' }, points: 9 },
      ],
    });
    const lead = aLead({ attributes: { jobTitle: 'Art Director' } });

    expect(createScorer(model).score({ lead, engagements: [], asOf: NOW }).ledger[0]).toMatchObject({
      value: 'Art Director',
    });
  });
});
