import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { companyReviewAt, companyScore } from '../../src/scoring/company-score.ts';
import type { ScoreModel } from '../../src/scoring/model.ts';
import { parseModel } from '../../src/scoring/parse-model.ts';
import type { ScoredLead } from '../../src/scoring/roll-up.ts';
import { casesOf } from '../support/cases-of.ts';
import { dueAfter, firstDue, type ScoreAt } from '../support/review-oracle.ts';
import { aLead, aScoreModel, daysAgo, NOW } from '../support/scoring-builders.ts';
import { aModel, anInput, aRollUp, someLeads } from '../support/scoring-cases.ts';

const leads: readonly ScoredLead[] = [
  { id: 'b', score: 40, lastEngagedAt: daysAgo(30) },
  { id: 'c', score: 30, lastEngagedAt: null },
  { id: 'a', score: 40, lastEngagedAt: daysAgo(0) },
];
const company = {
  lead: aLead({ id: 'company-1', attributes: { 'company.employees': 700 } }),
  engagements: [],
  asOf: NOW,
};
const rollUp = { dimension: 'engagement', by: 'max', k: 2, halfLifeDays: 30 } as const;
const model = (changes: Partial<ScoreModel> = {}) =>
  aScoreModel({
    object: 'company',
    rollUp,
    rules: [
      { id: 'size', dimension: 'fit', label: 'Size', when: { attribute: 'company.employees', gte: 500 }, points: 10 },
    ],
    ...changes,
  });

describe('companyScore', () => {
  it.each([
    ['max', [['a', 4000]]],
    [
      'sum',
      [
        ['a', 4000],
        ['b', 4000],
        ['c', 3000],
      ],
    ],
    [
      'top',
      [
        ['a', 4000],
        ['b', 4000],
      ],
    ],
    [
      'decayed',
      [
        ['a', 4000],
        ['b', 2000],
      ],
    ],
  ] as const)('rolls its leads up by %s', (by, lines) => {
    const card = companyScore(model({ rollUp: { ...rollUp, by } }), company, leads);

    expect(card.ledger.filter(({ rule }) => rule === 'roll-up').map(({ lead, cp }) => [lead, cp])).toEqual(lines);
  });

  it('adds the rules of the company and stays within its caps, to the hundredth (T56)', () => {
    const card = companyScore(model({ rollUp: { ...rollUp, by: 'sum' } }), company, leads);

    expect(card).toMatchObject({
      id: 'company-1',
      score: 100,
      band: 'hot',
      dimensions: { fit: 1000, engagement: 10_000 },
    });
    expect(card.ledger.reduce((sum, { cp }) => sum + cp, 0)).toBe(10_000);
    expect(card.reasons.map(({ rule }) => rule)).toEqual(['roll-up', 'size']);
  });

  it('goes by its rules alone where it has no leads or no roll-up', () => {
    expect(companyScore(model(), company, []).score).toBe(10);
    const { rollUp: _none, ...rest } = model();
    expect(companyScore(rest, company, leads).score).toBe(10);
  });

  it('does not care in which order the leads come', () => {
    expect(companyScore(model(), company, leads.toReversed())).toEqual(companyScore(model(), company, leads));
  });

  it('is configured in the model of a company and refused in that of a lead', () => {
    const yaml = (object: string) =>
      `name: c\nversion: 1\nobject: ${object}\ndimensions: { fit: { min: 0, max: 9 } }\nbands: [{ name: hot, from: 0 }]\nrollUp: { dimension: fit, by: top }\nrules: []`;

    expect(parseModel({ file: 'c.yaml', text: yaml('company') }).rollUp).toEqual({
      dimension: 'fit',
      by: 'top',
      k: 3,
      halfLifeDays: 30,
    });
    expect(() => parseModel({ file: 'c.yaml', text: yaml('lead') })).toThrow(
      'c.yaml:6:1: found key rollUp, expected no rollUp',
    );
  });
});

describe('companyReviewAt', () => {
  it('lies within a minute of asking every minute for a day, and at times for 200', { timeout: 900_000 }, () => {
    fc.assert(
      fc.property(aModel, aRollUp, someLeads, anInput, (drawn, policy, own, input) => {
        const byLeads: ScoreModel = { ...drawn, object: 'company', rollUp: policy };
        const scoreAt: ScoreAt = (asOf, previousBand = input.previousBand ?? undefined) =>
          companyScore(byLeads, { ...input, asOf, previousBand }, own);
        const isDue = dueAfter(byLeads, scoreAt, input.asOf);
        const reviewMs = companyReviewAt(byLeads, input, own)?.getTime() ?? Number.POSITIVE_INFINITY;

        expect(reviewMs).toBeLessThanOrEqual((firstDue(isDue, input.asOf, 1) ?? Number.POSITIVE_INFINITY) + 60_000);
        expect(reviewMs === Number.POSITIVE_INFINITY || isDue(reviewMs)).toBe(true);
      }),
      { numRuns: casesOf(150, 3_000) },
    );
  });
});
