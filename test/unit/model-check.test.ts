import { describe, expect, it } from 'vitest';
import { checkModel } from '../../src/scoring/check-model.ts';
import type { Condition } from '../../src/scoring/condition.ts';
import type { Rule } from '../../src/scoring/model.ts';
import { aScoreModel } from '../support/scoring-builders.ts';

const every = { dimension: 'fit', label: 'R' };
const when = (id: string, condition: Condition, points = 90): Rule => ({ id, ...every, when: condition, points });
const warned = (changes: Parameters<typeof aScoreModel>[0]) =>
  checkModel(aScoreModel(changes)).map(({ kind, where }) => `${kind}: ${where}`);
const fine = when('fine', { attribute: 'a', exists: true });

describe('checkModel', () => {
  it('has nothing to say of a sound model', () => {
    expect(warned({ rules: [fine] })).toEqual([]);
  });

  it.each<[string, Condition]>([
    [
      'disjoint values',
      {
        all: [
          { attribute: 'x', equals: 'a' },
          { attribute: 'x', in: ['b', 'c'] },
        ],
      },
    ],
    [
      'an empty range',
      {
        all: [
          { attribute: 'x', gt: 5 },
          { attribute: 'x', lte: 5 },
        ],
      },
    ],
    ['a range turned round', { attribute: 'x', between: [5, 3] }],
    [
      'a number that is an instant',
      {
        all: [
          { attribute: 'x', gt: 5 },
          { attribute: 'x', lt: '2026-01-01' },
        ],
      },
    ],
    [
      'a missing value that is compared',
      {
        all: [
          { attribute: 'x', exists: false },
          { attribute: 'x', contains: 'a' },
        ],
      },
    ],
    ['nested alternatives that all fail', { all: [{ any: [{ attribute: 'x', between: [2, 1] }] }] }],
  ])('warns of a rule dead by %s', (_name, condition) => {
    expect(warned({ rules: [fine, when('dead', condition)] })).toEqual(['dead rule: dead']);
  });

  it.each<[string, Condition]>([
    [
      'touching ranges',
      {
        all: [
          { attribute: 'x', gte: 5 },
          { attribute: 'x', lte: 5 },
        ],
      },
    ],
    [
      'equal values in two spellings',
      {
        all: [
          { attribute: 'x', equals: 'ß' },
          { attribute: 'x', in: ['SS'] },
        ],
      },
    ],
    [
      'one living alternative',
      {
        any: [
          { attribute: 'x', between: [2, 1] },
          { attribute: 'x', exists: true },
        ],
      },
    ],
    [
      'a missing value that differs',
      {
        all: [
          { attribute: 'x', exists: false },
          { attribute: 'x', notEquals: 'a' },
        ],
      },
    ],
  ])('leaves %s alone', (_name, condition) => {
    expect(warned({ rules: [when('alive', condition)] })).toEqual([]);
  });

  it('warns of an engagement that no where lets through', () => {
    const rule: Rule = {
      id: 'dead',
      ...every,
      on: { type: 'search', where: { attribute: 'type', equals: 'page_view' } },
      points: 5,
    };

    expect(warned({ rules: [fine, rule] })).toEqual(['dead rule: dead']);
  });

  it('warns of table rows behind wider ones', () => {
    const table = [{ gte: 50, points: 5 }, { gte: 500, points: 10 }, { gt: 40, points: 1 }, { else: 0 }];

    expect(checkModel(aScoreModel({ rules: [fine, { id: 't', ...every, attribute: 'x', table }] }))).toEqual([
      { kind: 'dead rule', where: 't', message: 'row 2 is never reached, the rows before it take all' },
    ]);
  });

  it('warns of bands above the highest score and beneath the lowest', () => {
    expect(warned({ rules: [when('a', { attribute: 'x', exists: true }, 60)] })).toEqual(['unreachable band: hot']);
    expect(warned({ rules: [fine], total: { min: 60, max: 100 } })).toEqual(['unreachable band: cold']);
  });

  it('takes rules without a bound as boundless, up to the cap of their dimension', () => {
    const rule: Rule = { id: 'a', ...every, on: { type: 'search' }, points: 1 };

    expect(warned({ rules: [rule] })).toEqual([]);
    expect(warned({ rules: [rule], dimensions: { fit: { min: 0, max: 70 } } })).toEqual(['unreachable band: hot']);
  });

  it('warns of caps that cut the first points already', () => {
    const rule: Rule = { id: 'a', ...every, on: { type: 'search' }, points: 90, maxPoints: 85 };

    expect(warned({ rules: [rule] })).toEqual(['cap always bites: a']);
    expect(warned({ rules: [fine], dimensions: { fit: { min: 0, max: 80 } } })).toEqual(['cap always bites: fine']);
  });

  it('warns of two rules that undo each other', () => {
    const undone = when('undone', { attribute: 'a', exists: true }, -90);

    expect(warned({ rules: [fine, undone], dimensions: { fit: { min: -100, max: 100 } } })).toEqual([
      'rules cancel out: fine, undone',
    ]);
  });
});
