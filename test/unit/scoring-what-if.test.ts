import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readModelFile } from '../../src/cli/read-model-file.ts';
import type { Rule } from '../../src/scoring/model.ts';
import { nextStepsTo } from '../../src/scoring/next-steps.ts';
import { createScorer } from '../../src/scoring/scorer.ts';
import { ledgerDifference, previewEdit } from '../../src/scoring/what-if.ts';
import { casesOf } from '../support/cases-of.ts';
import { aLead, aScoreModel, daysAgo, did, NOW } from '../support/scoring-builders.ts';
import { aModel, anInput } from '../support/scoring-cases.ts';

const title = (points: number): Rule => ({
  id: 'title',
  dimension: 'fit',
  label: 'Title',
  when: { attribute: 'jobTitle', exists: true },
  points,
});
const demo: Rule = { id: 'demo', dimension: 'engagement', label: 'Demo', on: { type: 'demo_request' }, points: 40 };
const known = { lead: aLead({ id: 'known', attributes: { jobTitle: 'CMO' } }), engagements: [], asOf: NOW };
const unknown = { lead: aLead({ id: 'unknown' }), engagements: [], asOf: NOW };

describe('previewEdit', () => {
  it('names who would change, how and why, and counts the bands', () => {
    const preview = previewEdit(aScoreModel({ rules: [title(20)] }), aScoreModel({ rules: [title(60), demo] }), [
      known,
      unknown,
    ]);

    expect(preview).toEqual({
      leads: 2,
      changes: [
        {
          id: 'known',
          before: { score: 20, band: 'cold' },
          after: { score: 60, band: 'warm' },
          why: [{ rule: 'title', label: 'Title', dimension: 'fit', beforeCp: 2000, afterCp: 6000 }],
        },
      ],
      bandsBefore: { hot: 0, warm: 0, cold: 2 },
      bandsAfter: { hot: 0, warm: 1, cold: 1 },
    });
  });

  it('changes nobody where the models are the same', () => {
    fc.assert(
      fc.property(aModel, anInput, (model, input) => {
        expect(previewEdit(model, structuredClone(model), [input]).changes).toEqual([]);
      }),
      { numRuns: casesOf(200, 4_000) },
    );
  });
});

describe('ledgerDifference', () => {
  it('sums to the difference of the scores, largest first', () => {
    fc.assert(
      fc.property(aModel, aModel, anInput, (one, other, input) => {
        const [before, after] = [createScorer(one).score(input), createScorer(other).score(input)];
        const sizes = ledgerDifference(before, after).map(({ beforeCp, afterCp }) => afterCp - beforeCp);

        expect(sizes.reduce((sum, cp) => sum + cp, 0)).toBe(100 * (after.score - before.score));
        expect(sizes.map(Math.abs)).toEqual(sizes.map(Math.abs).toSorted((a, b) => b - a));
      }),
      { numRuns: casesOf(500, 20_000) },
    );
  });
});

describe('nextStepsTo', () => {
  const b2b = readModelFile(`${import.meta.dirname}/../../config/models/b2b-default.yaml`);
  const director = {
    lead: aLead({
      createdAt: daysAgo(1),
      attributes: { jobTitle: 'Marketing Director', 'company.industry': 'software', 'company.employees': 900 },
    }),
    engagements: [],
    asOf: NOW,
  };

  it('finds the single engagement that is enough', () => {
    expect(nextStepsTo(b2b, director, 'hot')).toMatchObject({ engagements: [{ type: 'demo_request' }], score: 85 });
  });

  it('asks for the least among equally few', () => {
    const model = aScoreModel({
      rules: [
        demo,
        { ...demo, id: 'meeting', on: { type: 'meeting_held' }, points: 90 },
        { ...demo, id: 'trial', on: { type: 'trial_start' }, points: 81 },
      ],
    });

    expect(nextStepsTo(model, unknown, 'hot')).toMatchObject({ engagements: [{ type: 'trial_start' }], score: 81 });
  });

  it('makes up what a condition asks for, and what a sequence needs in its order', () => {
    const model = aScoreModel({
      rules: [
        {
          id: 'journey',
          dimension: 'engagement',
          label: 'Journey',
          sequence: [
            { type: 'content_download', where: { any: [{ attribute: 'properties.page', contains: 'case-study' }] } },
            { type: 'page_view', where: { attribute: 'properties.page', startsWith: '/pricing' } },
          ],
          points: 80,
        },
      ],
    });

    expect(
      nextStepsTo(model, unknown, 'hot')?.engagements.map(({ type, properties }) => [type, properties.page]),
    ).toEqual([
      ['content_download', 'case-study'],
      ['page_view', '/pricing'],
    ]);
  });

  it('asks for nothing where the lead is there, and gives up where four are not enough', () => {
    const hot = { ...director, engagements: [did('demo_request', NOW)] };

    expect(nextStepsTo(b2b, hot, 'hot')).toEqual({ engagements: [], score: 85 });
    expect(nextStepsTo(aScoreModel({ rules: [{ ...demo, points: 19 }] }), unknown, 'hot')).toBeNull();
  });

  it('finds steps that indeed lead there', () => {
    fc.assert(
      fc.property(aModel, anInput, (model, input) => {
        const small = { ...model, rules: model.rules.slice(0, 3) };
        const steps = nextStepsTo(small, input, 'hot');
        if (steps === null) return;
        const engagements = [...input.engagements, ...steps.engagements];

        expect(createScorer(small).score({ ...input, engagements })).toMatchObject({ band: 'hot', score: steps.score });
      }),
      { numRuns: casesOf(100, 1_000) },
    );
  });
});
