import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Condition } from '../../src/scoring/condition.ts';
import type { Rule } from '../../src/scoring/model.ts';
import { createScorer } from '../../src/scoring/scorer.ts';
import { casesOf } from '../support/cases-of.ts';
import { dueAfter, firstDue, type ScoreAt } from '../support/review-oracle.ts';
import { aLead, aScoreModel, daysAgo, did, NOW } from '../support/scoring-builders.ts';
import { aModel, anInput } from '../support/scoring-cases.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const CASES = casesOf(150, 3_000);

describe('nextReviewAt', () => {
  it('lies within a minute of asking every minute for three days, and at times for 200', { timeout: 900_000 }, () => {
    fc.assert(
      fc.property(aModel, anInput, (model, input) => {
        const scorer = createScorer(model);
        const scoreAt: ScoreAt = (asOf, previousBand = input.previousBand ?? undefined) =>
          scorer.score({ ...input, asOf, previousBand });
        const isDue = dueAfter(model, scoreAt, input.asOf);
        const reviewMs = scorer.nextReviewAt(input)?.getTime() ?? Number.POSITIVE_INFINITY;
        const firstMs = firstDue(isDue, input.asOf, 3) ?? Number.POSITIVE_INFINITY;

        expect(reviewMs).toBeGreaterThan(input.asOf.getTime());
        expect(reviewMs).toBeLessThanOrEqual(firstMs + MINUTE_MS);
        expect(reviewMs === Number.POSITIVE_INFINITY || isDue(reviewMs)).toBe(true);
      }),
      { numRuns: CASES },
    );
  });

  it('is the instant at which decay has taken the delta away', () => {
    const model = aScoreModel({
      dimensions: { engagement: { min: 0, max: 100, halfLifeDays: 30 } },
      rules: [{ id: 'demo', dimension: 'engagement', label: 'Demo', on: { type: 'demo_request' }, points: 40 }],
    });
    const input = { lead: aLead(), engagements: [did('demo_request', daysAgo(0))], asOf: NOW };

    const reviewAt = createScorer(model).nextReviewAt(input)!;

    // 37.5 points still round to 38, 37.49 to 37: the line must round below 3750 cp.
    const fadesAtMs = NOW.getTime() + 30 * DAY_MS * Math.log2(4000 / 3749.5);
    expect(Math.abs(reviewAt.getTime() - fadesAtMs)).toBeLessThan(MINUTE_MS);
  });

  it('is the instant at which an absence begins', () => {
    const model = aScoreModel({
      rules: [
        {
          id: 'silent',
          dimension: 'engagement',
          label: 'Silent',
          absence: { types: ['email_click'], days: 90 },
          points: -5,
        },
        {
          id: 'title',
          dimension: 'engagement',
          label: 'Title',
          when: { attribute: 'jobTitle', exists: true },
          points: 50,
        },
      ],
    });
    const lead = aLead({ createdAt: daysAgo(400), attributes: { jobTitle: 'CMO' } });

    const reviewAt = createScorer(model).nextReviewAt({
      lead,
      engagements: [did('email_click', daysAgo(10))],
      asOf: NOW,
    });

    expect(reviewAt).toEqual(new Date(NOW.getTime() + 80 * DAY_MS));
  });

  it('is the instant at which an engagement of the future comes in', () => {
    const model = aScoreModel({
      rules: [{ id: 'demo', dimension: 'engagement', label: 'Demo', on: { type: 'demo_request' }, points: 40 }],
    });
    const engagements = [did('demo_request', daysAgo(-2))];

    expect(createScorer(model).nextReviewAt({ lead: aLead(), engagements, asOf: NOW })).toEqual(daysAgo(-2));
  });

  it('is null where nothing fades and no window closes', () => {
    const model = aScoreModel({
      rules: [{ id: 'demo', dimension: 'engagement', label: 'Demo', on: { type: 'demo_request' }, points: 40 }],
    });
    const engagements = [did('demo_request', daysAgo(2))];

    expect(createScorer(model).nextReviewAt({ lead: aLead(), engagements, asOf: NOW })).toBeNull();
  });

  it('waits for the hysteresis before it reports a fall out of the band', () => {
    const model = aScoreModel({
      hysteresis: 5,
      writeBack: { minDelta: 50 },
      dimensions: { engagement: { min: 0, max: 100, halfLifeDays: 30 } },
      rules: [{ id: 'demo', dimension: 'engagement', label: 'Demo', on: { type: 'demo_request' }, points: 80 }],
    });
    const input = { lead: aLead(), engagements: [did('demo_request', daysAgo(0))], asOf: NOW };

    const reviewAt = createScorer(model).nextReviewAt(input)!;

    const fadesAtMs = NOW.getTime() + 30 * DAY_MS * Math.log2(8000 / 7449.5);
    expect(Math.abs(reviewAt.getTime() - fadesAtMs)).toBeLessThan(MINUTE_MS);
  });

  it('is the instant at which the score has risen to the bound of the band above', () => {
    const title: Rule = {
      id: 'title',
      dimension: 'engagement',
      label: 'Title',
      when: { attribute: 'x', exists: false },
      points: 60,
    };
    const model = aScoreModel({
      writeBack: { minDelta: 50 },
      dimensions: { engagement: { min: 0, max: 100, halfLifeDays: 30 } },
      rules: [
        title,
        { id: 'bounce', dimension: 'engagement', label: 'Bounce', on: { type: 'email_bounce' }, points: -20 },
      ],
    });
    const input = { lead: aLead(), engagements: [did('email_bounce', daysAgo(0))], asOf: NOW };

    const reviewAt = createScorer(model).nextReviewAt(input)!;

    // 60 − 10.5 points round to 50, the bound of warm.
    const risesAtMs = NOW.getTime() + 30 * DAY_MS * Math.log2(2000 / 1050.5);
    expect(Math.abs(reviewAt.getTime() - risesAtMs)).toBeLessThan(MINUTE_MS);
  });

  it('follows a line until nothing is left of it', () => {
    const model = aScoreModel({
      writeBack: { minDelta: 40 },
      dimensions: { engagement: { min: 0, max: 100, halfLifeDays: 30 } },
      rules: [{ id: 'demo', dimension: 'engagement', label: 'Demo', on: { type: 'demo_request' }, points: 40 }],
    });
    const input = { lead: aLead(), engagements: [did('demo_request', daysAgo(0))], asOf: NOW };

    const reviewAt = createScorer(model).nextReviewAt(input)!;

    const fadesAtMs = NOW.getTime() + 30 * DAY_MS * Math.log2(4000 / 49.5);
    expect(Math.abs(reviewAt.getTime() - fadesAtMs)).toBeLessThan(MINUTE_MS);
  });

  it.each([
    ['withinDays', 4, 3],
    ['olderThanDays', 4, 3],
    ['withinDays', -2, 2],
  ] as const)('is the instant at which %s turns for a value %d days old', (operator, ageDays, dueInDays) => {
    const when = { attribute: 'renewedAt', [operator]: 7 } as Condition; // the key is one of two operators
    const model = aScoreModel({ rules: [{ id: 'renewed', dimension: 'fit', label: 'Renewed', when, points: 10 }] });
    const lead = aLead({ attributes: { renewedAt: daysAgo(ageDays).toISOString() } });

    expect(createScorer(model).nextReviewAt({ lead, engagements: [], asOf: NOW })).toEqual(daysAgo(-dueInDays));
  });
});
