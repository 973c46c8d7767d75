import { describe, expect, it } from 'vitest';
import type { AttributeValue } from '../../src/domain/lead.ts';
import type { Comparison, Condition } from '../../src/scoring/condition.ts';
import { createScorer } from '../../src/scoring/scorer.ts';
import { aLead, aScoreModel, daysAgo, did, NOW } from '../support/scoring-builders.ts';

const card = (when: Condition, attributes: Record<string, AttributeValue> = {}) =>
  createScorer(aScoreModel({ rules: [{ id: 'r', dimension: 'fit', label: 'R', when, points: 7 }] })).score({
    lead: aLead({ attributes }),
    engagements: [],
    asOf: NOW,
  });

describe('a comparison', () => {
  it.each<[Comparison, AttributeValue, 'holds' | 'fails' | 'is reported']>([
    [{ equals: 'a' }, 5, 'is reported'],
    [{ equals: 'a' }, true, 'is reported'],
    [{ equals: 5 }, 'b', 'is reported'],
    [{ equals: 5 }, '6', 'fails'],
    [{ equals: 5 }, 6, 'fails'],
    [{ equals: 5 }, true, 'is reported'],
    [{ equals: '5' }, 6, 'fails'],
    [{ equals: '5' }, 'x', 'fails'],
    [{ equals: true }, false, 'fails'],
    [{ equals: true }, 1, 'is reported'],
    [{ equals: true }, 'true', 'is reported'],
    [{ in: ['a', 'b'] }, 'c', 'fails'],
    [{ in: ['a', 'b'] }, 'b', 'holds'],
    [{ in: ['a', 'b'] }, 5, 'is reported'],
    [{ in: ['a', 5] }, 5, 'holds'],
    [{ in: ['a', 5] }, '5.0', 'holds'],
    [{ in: ['a', 5] }, 'x', 'fails'],
    [{ in: ['a', 5] }, 6, 'fails'],
    [{ in: ['a', 5] }, true, 'is reported'],
    [{ in: ['a', true] }, true, 'holds'],
    [{ in: ['a', true] }, false, 'fails'],
    [{ in: ['a', true] }, ['a'], 'is reported'],
    [{ contains: 'b' }, 'abc', 'holds'],
    [{ contains: 'b' }, 5, 'is reported'],
    [{ startsWith: 'ab' }, ' ABC', 'holds'],
    [{ startsWith: 'bc' }, 'abc', 'fails'],
    [{ startsWith: 'a' }, 5, 'is reported'],
    [{ endsWith: 'bc' }, 'ABC ', 'holds'],
    [{ endsWith: 'ab' }, 'abc', 'fails'],
    [{ endsWith: 'a' }, ['a'], 'is reported'],
    [{ matches: '^a$' }, ' A ', 'holds'],
    [{ matches: 'b' }, 'a', 'fails'],
    [{ matches: '5' }, 5, 'is reported'],
    [{ gt: 5 }, 'x', 'is reported'],
    [{ lt: '2026-01-01' }, 'x', 'is reported'],
    [{ lt: '2026-01-01' }, '2025-12-31', 'holds'],
    [{ between: [1, 3] }, 0.5, 'fails'],
    [{ between: [1, 3] }, 3.5, 'fails'],
    [{ between: [1, 3] }, 'x', 'is reported'],
    [{ withinDays: 2 }, 'yesterday', 'is reported'],
    [{ olderThanDays: 2 }, 'yesterday', 'is reported'],
    [{ notEquals: 'a' }, 'a', 'fails'],
    [{ notEquals: 'a' }, 'b', 'holds'],
  ])('%j of %j %s', (comparison, value, outcome) => {
    const { score, warnings } = card({ attribute: 'x', ...comparison }, { x: value });

    expect({ score, wrong: warnings.wrongTypes.x }).toEqual({
      score: outcome === 'holds' ? 7 : 0,
      wrong: outcome === 'is reported' ? 1 : undefined,
    });
  });

  it('that is a plain opposite holds on a wrong type and is reported', () => {
    expect(card({ attribute: 'x', notEquals: 'a' }, { x: ['a'] })).toMatchObject({
      score: 7,
      warnings: { wrongTypes: { x: 1 } },
    });
  });
});

describe('warnings', () => {
  it('are two empty maps where nothing is strange', () => {
    expect(card({ attribute: 'x', gte: 5 }).warnings).toEqual({ unknownTypes: {}, wrongTypes: {} });
  });

  it('count each sort without the other', () => {
    const engagements = [did('fax', daysAgo(1)), did('fax', daysAgo(2)), did('telex', daysAgo(1))];

    expect(card({ attribute: 'x', gte: 5 }, { x: 'many' }).warnings).toEqual({
      unknownTypes: {},
      wrongTypes: { x: 1 },
    });
    expect(createScorer(aScoreModel()).score({ lead: aLead(), engagements, asOf: NOW }).warnings).toEqual({
      unknownTypes: { fax: 2, telex: 1 },
      wrongTypes: {},
    });
  });
});

describe('the value in a ledger line', () => {
  const value = (when: Condition, attributes: Record<string, AttributeValue>) => card(when, attributes).ledger[0];

  it('is that of the only attribute named, null where the lead has none', () => {
    expect(value({ attribute: 'x', exists: false }, {})).toMatchObject({ value: null });
    expect(value({ attribute: 'x', gt: 1 }, { x: 2 })).toMatchObject({ value: 2 });
  });

  it('is left out where a rule names several', () => {
    const when: Condition = {
      any: [
        { attribute: 'x', exists: true },
        { attribute: 'y', exists: true },
      ],
    };

    expect(value(when, { x: 2, y: 3 })).not.toHaveProperty('value');
  });

  it('is that of the table, null where its else row is for a lead without', () => {
    const rules = [
      { id: 't', dimension: 'fit', label: 'T', attribute: 'x', table: [{ gte: 5, points: 3 }, { else: 1 }] },
    ];
    const line = (attributes: Record<string, AttributeValue>) =>
      createScorer(aScoreModel({ rules })).score({ lead: aLead({ attributes }), engagements: [], asOf: NOW }).ledger[0];

    expect([line({ x: 9 }), line({ x: 2 }), line({})]).toMatchObject([
      { cp: 300, value: 9 },
      { cp: 100, value: 2 },
      { cp: 100, value: null },
    ]);
  });
});

describe('a where', () => {
  it.each<[Condition, boolean]>([
    [{ attribute: 'type', equals: 'search' }, true],
    [{ attribute: 'type', equals: 'page_view' }, false],
    [{ attribute: 'channel', equals: 'web' }, true],
    [{ attribute: 'campaign', equals: 'spring' }, true],
    [{ attribute: 'properties.channel', equals: 'shop' }, true],
    [{ attribute: 'properties.type', exists: true }, false],
  ])('%j reads the engagement', (where, counts) => {
    const model = aScoreModel({
      rules: [{ id: 'r', dimension: 'fit', label: 'R', on: { type: 'search', where }, points: 7 }],
    });
    const engagements = [did('search', NOW, { channel: 'web', campaign: 'spring', properties: { channel: 'shop' } })];

    expect(createScorer(model).score({ lead: aLead(), engagements, asOf: NOW }).score).toBe(counts ? 7 : 0);
  });
});
