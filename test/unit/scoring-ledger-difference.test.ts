import { describe, expect, it } from 'vitest';
import type { Rule } from '../../src/scoring/model.ts';
import { createScorer } from '../../src/scoring/scorer.ts';
import { ledgerDifference, previewEdit } from '../../src/scoring/what-if.ts';
import { aLead, aScoreModel, did, NOW } from '../support/scoring-builders.ts';

const always = (id: string, points: number, dimension = 'fit', label = id): Rule => ({
  id,
  dimension,
  label,
  when: { attribute: 'missing', exists: false },
  points,
});
const input = { lead: aLead(), engagements: [did('search', NOW), did('search', NOW)], asOf: NOW };
type Changes = Parameters<typeof aScoreModel>[0];
const differences = (before: Changes, after: Changes) => {
  const cards = [before, after].map((changes) => createScorer(aScoreModel(changes)).score(input));
  return ledgerDifference(cards[0]!, cards[1]!).map(({ rule, label, dimension, beforeCp, afterCp }) => [
    rule,
    label,
    dimension,
    beforeCp,
    afterCp,
  ]);
};

describe('ledgerDifference', () => {
  it('names a rule once though its label changes, by the new one, and none that stays', () => {
    const same = always('same', 10);

    expect(differences({ rules: [same, always('a', 5)] }, { rules: [same, always('a', 7, 'fit', 'New')] })).toEqual([
      ['a', 'New', 'fit', 500, 700],
    ]);
  });

  it('tells the cap of a rule from its lines, and adds these up', () => {
    const rule: Rule = { id: 'a', dimension: 'fit', label: 'A', on: { type: 'search' }, points: 20 };

    expect(differences({ rules: [rule] }, { rules: [{ ...rule, points: 25, maxPoints: 30 }] })).toEqual([
      ['a', 'rule cap', 'fit', 0, -2000],
      ['a', 'A', 'fit', 4000, 5000],
    ]);
  });

  it('tells the caps of the dimensions, of the total and the rounding from one another', () => {
    const rules = [always('a', 30.4), always('b', 40.2, 'engagement')];
    const dimensions = { fit: { min: 0, max: 20 }, engagement: { min: 0, max: 35 } };

    expect(differences({ rules }, { rules, dimensions, total: { min: 0, max: 50 } })).toEqual([
      [null, 'dimension cap', 'fit', 0, -1040],
      [null, 'dimension cap', 'engagement', 0, -520],
      [null, 'total cap', null, 0, -500],
      [null, 'rounding', null, 40, 0],
    ]);
  });
});

describe('previewEdit', () => {
  it.each([
    ['the score alone', { rules: [always('a', 6)] }, { score: 6, band: 'cold' }],
    ['the band alone', { bands: [{ name: 'only', from: 0 }] }, { score: 5, band: 'only' }],
  ])('names a lead where %s changes', async (_what, changes, after) => {
    const before = { rules: [always('a', 5)] };
    const preview = await previewEdit(aScoreModel(before), aScoreModel({ ...before, ...changes }), [input]);

    expect(preview.changes).toMatchObject([{ before: { score: 5, band: 'cold' }, after }]);
  });
});
