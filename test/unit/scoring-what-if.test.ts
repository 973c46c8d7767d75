import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readModelFile } from '../../src/models.ts';
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
  const before = aScoreModel({ rules: [title(20)] });
  const after = aScoreModel({ rules: [title(60), demo] });
  const change = {
    id: 'known',
    before: { score: 20, band: 'cold' },
    after: { score: 60, band: 'warm' },
    why: [{ rule: 'title', label: 'Title', dimension: 'fit', beforeCp: 2000, afterCp: 6000 }],
  };

  it('names who would change, how and why, and counts the bands', async () => {
    expect(await previewEdit(before, after, [known, unknown])).toEqual({
      leads: 2,
      changed: 1,
      changes: [change],
      bandsBefore: { hot: 0, warm: 0, cold: 2 },
      bandsAfter: { hot: 0, warm: 1, cold: 1 },
      moves: [{ before: 'cold', after: 'warm', leads: 1 }],
    });
  });

  it('keeps the first changes only, and counts the others', async () => {
    const hot = { ...known, engagements: [did('demo_request', NOW)] };
    const stream = (async function* () {
      yield* [unknown, hot, known, known];
    })();

    expect(await previewEdit(before, after, stream, 2)).toMatchObject({
      leads: 4,
      changed: 3,
      changes: [{ after: { score: 100, band: 'hot' } }, change],
      moves: [
        { before: 'cold', after: 'warm', leads: 2 },
        { before: 'cold', after: 'hot', leads: 1 },
      ],
    });
  });

  it('scores companies with their leads', async () => {
    const rollUp = { dimension: 'engagement', by: 'max', k: 3, halfLifeDays: 30 } as const;
    const company = { ...unknown, leads: [{ id: 'l', score: 55, lastEngagedAt: null }] };
    const best = aScoreModel({ object: 'company', rollUp });

    expect(await previewEdit({ ...best, rules: [] }, { ...best, rules: [title(1)] }, [company])).toMatchObject({
      changed: 0,
      bandsAfter: { warm: 1 },
    });
    expect(await previewEdit(aScoreModel({ object: 'company' }), best, [company])).toMatchObject({ changed: 1 });
  });

  it('changes nobody where the models are the same', async () => {
    await fc.assert(
      fc.asyncProperty(aModel, anInput, async (model, input) => {
        expect((await previewEdit(model, structuredClone(model), [input])).changes).toEqual([]);
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
  // Read within the tests: what runs while they are collected, mutation testing cannot tell apart.
  const b2b = () => readModelFile(`${import.meta.dirname}/../../config/models/b2b-default.yaml`);
  const director = {
    lead: aLead({
      createdAt: daysAgo(1),
      attributes: { jobTitle: 'Marketing Director', 'company.industry': 'software', 'company.employees': 900 },
    }),
    engagements: [],
    asOf: NOW,
  };

  it('finds the single engagement that is enough', () => {
    expect(nextStepsTo(b2b(), director, 'hot')).toMatchObject({ engagements: [{ type: 'demo_request' }], score: 85 });
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

    expect(nextStepsTo(b2b(), hot, 'hot')).toEqual({ engagements: [], score: 85 });
    expect(nextStepsTo(aScoreModel({ rules: [{ ...demo, points: 19 }] }), unknown, 'hot')).toBeNull();
  });

  it('asks for nothing of a lead who is above the band', () => {
    const hot = { ...director, engagements: [did('demo_request', NOW)] };

    expect(nextStepsTo(b2b(), hot, 'warm')).toEqual({ engagements: [], score: 85 });
  });

  it('finds no fewer steps by looking at every order', () => {
    const page = (name: string) =>
      ({ type: 'page_view', where: { attribute: 'properties.page', equals: name } }) as const;
    const sequence = fc.array(fc.constantFrom(page('a'), page('b'), { type: 'search' } as const), {
      minLength: 1,
      maxLength: 3,
    });
    const rule = fc.oneof(
      fc.record({ sequence, points: fc.constantFrom(-30, 30, 50) }),
      fc.record({ on: fc.constantFrom({ type: 'demo_request' } as const, page('b')), points: fc.constantFrom(20, 40) }),
    );
    const rules = fc
      .array(rule, { minLength: 2, maxLength: 4 })
      .map((some) => some.map((one, n): Rule => ({ id: `r${n}`, dimension: 'fit', label: 'R', ...one })));
    const kinds = ['a', 'b'].map((name) => ({ type: 'page_view', properties: { page: name } }));
    const all = [...kinds, { type: 'search', properties: {} }, { type: 'demo_request', properties: {} }];
    fc.assert(
      fc.property(rules, (some) => {
        const model = aScoreModel({ rules: some });
        const steps = nextStepsTo(model, unknown, 'hot');
        let paths: (typeof all)[] = [[]];
        for (let length = 1; length < (steps?.engagements.length ?? 4); length += 1) {
          paths = paths.flatMap((path) => all.map((kind) => [...path, kind]));
          for (const path of paths) {
            const engagements = path.map((kind, n) =>
              did(kind.type, NOW, { id: `e${n}`, properties: kind.properties }),
            );
            expect(createScorer(model).score({ ...unknown, engagements }).band).not.toBe('hot');
          }
        }
      }),
      { numRuns: casesOf(60, 1_000) },
    );
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
