import { describe, expect, it } from 'vitest';
import type { Condition } from '../../src/scoring/condition.ts';
import type { Rule } from '../../src/scoring/model.ts';
import { nextStepsTo } from '../../src/scoring/next-steps.ts';
import { aLead, aScoreModel, NOW } from '../support/scoring-builders.ts';

const every = { dimension: 'engagement', label: 'R' };
const input = { lead: aLead(), engagements: [], asOf: NOW };
const on = (type: string, points: number, where?: Condition): Rule => ({
  id: `${type} ${points}`,
  ...every,
  on: where === undefined ? { type } : { type, where },
  points,
});
const steps = (rules: readonly Rule[], band = 'hot') => nextStepsTo(aScoreModel({ rules: [...rules] }), input, band);
const types = (...rules: readonly Rule[]) => steps(rules)?.engagements.map(({ type }) => type);

describe('nextStepsTo, of what a model rewards,', () => {
  it('takes up to four engagements, at the instant of scoring, with ids in order', () => {
    expect(steps([on('search', 20)])).toEqual({
      engagements: [1, 2, 3, 4].map((n) => ({
        id: `what-if-${n}`,
        type: 'search',
        occurredAt: NOW,
        properties: {},
      })),
      score: 80,
    });
  });

  it('takes the least that is enough, of equals the one whose rule is worth most', () => {
    const [trial, half, rest] = [on('trial_start', 81), on('meeting_held', 50), on('meeting_held', 40)];

    expect(types(half, rest, trial)).toEqual(['trial_start']);
    expect(types(on('meeting_held', 50), on('meeting_held', 31), trial)).toEqual(['trial_start']);
  });

  it('takes a count as often as it asks for', () => {
    const count: Rule = { id: 'c', ...every, count: { type: 'page_view', atLeast: 2, withinDays: 1 }, points: 80 };

    expect(types(count)).toEqual(['page_view', 'page_view']);
  });

  it.each([-1, 0])('takes nothing that is worth %d points, even where it would end an absence', (points) => {
    const title: Rule = { id: 't', ...every, when: { attribute: 'x', exists: false }, points: 82 };
    const silent: Rule = { id: 's', ...every, absence: { types: ['email_bounce'], days: 9 }, points: -5 };

    expect(types(title, silent, on('email_bounce', points))).toBeUndefined();
  });

  it('looks at the twelve sorts that are worth most', () => {
    const many = (points: number) =>
      Array.from({ length: 12 }, (_, index) => on(`custom:${index}`, points + (points < 9 ? 0 : index / 4)));

    expect(types(...many(1), on('search', 80))).toEqual(['search']);
    expect(steps([on('search', 55), ...many(85)], 'warm')).toBeNull();
  });

  it.each<[Condition, object]>([
    [{ attribute: 'properties.a', equals: 'x' }, { properties: { a: 'x' } }],
    [{ attribute: 'properties.a', in: ['y', 'z'] }, { properties: { a: 'y' } }],
    [{ attribute: 'properties.a', contains: 'x' }, { properties: { a: 'x' } }],
    [{ attribute: 'properties.a', startsWith: 'x' }, { properties: { a: 'x' } }],
    [{ attribute: 'properties.a', endsWith: 'x' }, { properties: { a: 'x' } }],
    [{ attribute: 'properties.a', matches: '^/pricing\\b' }, { properties: { a: '/pricing' } }],
    [{ attribute: 'properties.a', matches: '^/pricing\\.html$' }, { properties: { a: '/pricing.html' } }],
    [{ attribute: 'properties.a', gt: 5 }, { properties: { a: 6 } }],
    [{ attribute: 'properties.a', gte: 5 }, { properties: { a: 5 } }],
    [{ attribute: 'properties.a', lt: 5 }, { properties: { a: 4 } }],
    [{ attribute: 'properties.a', lte: 5 }, { properties: { a: 5 } }],
    [{ attribute: 'properties.a', between: [5, 7] }, { properties: { a: 5 } }],
    [{ attribute: 'properties.a', withinDays: 3 }, { properties: { a: expect.stringMatching(/^2026-06-1/) } }],
    [{ attribute: 'properties.a', exists: true }, { properties: { a: 'any' } }],
    [{ attribute: 'properties.a', exists: false }, { properties: {} }],
    [{ attribute: 'properties.a', notEquals: 'x' }, { properties: {} }],
    [{ attribute: 'properties.a', notIn: ['x'] }, { properties: {} }],
    [{ not: { attribute: 'properties.a', equals: 'x' } }, { properties: {} }],
    [{ not: { attribute: 'properties.a', exists: false } }, { properties: { a: 'any' } }],
    [
      { attribute: 'channel', equals: 'web' },
      { channel: 'web', properties: {} },
    ],
    [
      { attribute: 'campaign', equals: 7 },
      { campaign: '7', properties: {} },
    ],
    [{ attribute: 'type', equals: 'search' }, { properties: {} }],
    [{ not: { attribute: 'type', equals: 'page_view' } }, { properties: {} }],
    [
      {
        any: [
          { attribute: 'type', equals: 'page_view' },
          { attribute: 'properties.b', equals: 1 },
        ],
      },
      { properties: { b: 1 } },
    ],
    [
      {
        all: [
          { attribute: 'properties.a', startsWith: '/product' },
          { attribute: 'properties.a', contains: 'pricing' },
          { attribute: 'properties.b', equals: 2 },
        ],
      },
      { properties: { a: '/product pricing', b: 2 } },
    ],
  ])('makes up what satisfies %j', (where, made) => {
    const { id: _id, occurredAt: _at, type, ...rest } = steps([on('search', 80, where)])!.engagements[0]!;

    expect({ type, ...rest }).toEqual({ type: 'search', ...made });
  });

  it.each<Condition>([
    { attribute: 'properties.a', matches: '[a-f]{9}x+' },
    { attribute: 'channel', equals: true },
    { attribute: 'type', equals: 'page_view' },
    {
      all: [
        { attribute: 'properties.a', gt: 5 },
        { attribute: 'properties.a', lt: 5 },
      ],
    },
  ])('makes nothing up for %j', (where) => {
    expect(types(on('search', 80, where))).toBeUndefined();
  });
});
