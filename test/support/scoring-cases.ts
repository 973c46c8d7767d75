import fc from 'fast-check';
import type { AttributeValue, Engagement } from '../../src/domain/lead.ts';
import type { Condition } from '../../src/scoring/condition.ts';
import type { Occurrence, Rule, ScoreModel } from '../../src/scoring/model.ts';
import type { ScoredLead } from '../../src/scoring/roll-up.ts';
import type { ScoringInput } from '../../src/scoring/score-card.ts';

/** Random models and leads in which the edges of the contract are common: ties, window ends, strange text and types. */

const NOW = Date.UTC(2026, 5, 15, 12);
const HOUR = 3_600_000;
const TYPES = ['email_click', 'page_view', 'demo_request', 'custom:quiz'] as const;
const ATTRIBUTES = ['jobTitle', 'company.employees', 'renewedAt', 'tags', 'constructor'] as const;
const TEXTS = [
  '',
  '  ',
  'Straße',
  ' STRASSE',
  'ΟΔΟΣ',
  'οδός',
  'ﬁne',
  'é',
  'e\u0301',
  'ı',
  'I',
  'a b',
  'CMO',
  'true',
] as const;
const NUMERIC = ['500', ' 500 ', '+500', '5e2', '1,000', '0x1F4', '.5', '5.', '-3', '01234', 'Infinity'] as const;

const hoursAgo = (hours: number): string => new Date(NOW - hours * HOUR).toISOString();
const instantText = fc.oneof(
  fc.integer({ min: -48, max: 400 }).map(hoursAgo),
  fc.constantFrom(0, 6, 24, 48, 168).map(hoursAgo),
  fc.constantFrom(
    '2026-06-15',
    '2026-02-30',
    '2026-06-15T12:00',
    '2026-06-14T14:00:00.0009+0200',
    '2026',
    '2026-06-15T24:00Z',
  ),
);

const value: fc.Arbitrary<AttributeValue> = fc.oneof(
  fc.constantFrom(...TEXTS),
  fc.constantFrom(...NUMERIC),
  instantText,
  fc.constantFrom(0, 500, 499.5, -3, 1234),
  fc.boolean(),
  fc.constantFrom(null, [], ['CMO'], ['straße', 'ﬁne']),
);

const text = fc.constantFrom(...TEXTS.filter((candidate) => candidate.trim() !== ''), ...NUMERIC);
const scalar = fc.oneof(text, fc.constantFrom(0, 500, -3), fc.boolean());
const numberBound = fc.constantFrom<string | number>(0, 500, '5e2', -3);
const instantBound = fc.constantFrom('2026-06-15', '2026-06-10T00:00:00+0200', '2026-06-15T12:00:00Z');
const bound = fc.oneof(numberBound, instantBound);
const days = fc.constantFrom(0.25, 1, 2, 7, 1.0000000001);

const comparison = fc.oneof(
  fc.record({ equals: scalar }),
  fc.record({ notEquals: scalar }),
  fc.record({ in: fc.array(scalar, { minLength: 1, maxLength: 3 }) }),
  fc.record({ notIn: fc.array(scalar, { minLength: 1, maxLength: 3 }) }),
  fc.record({ contains: text }),
  fc.record({ startsWith: text }),
  fc.record({ endsWith: text }),
  fc.record({ matches: fc.constantFrom('^c', 'mo$', 'str.*e', '[0-9]{3}', 'fi', 'a b|true') }),
  fc.record({ gt: bound }),
  fc.record({ gte: bound }),
  fc.record({ lt: bound }),
  fc.record({ lte: bound }),
  fc.record({ between: fc.oneof(fc.tuple(numberBound, numberBound), fc.tuple(instantBound, instantBound)) }),
  fc.record({ exists: fc.boolean() }),
  fc.record({ olderThanDays: days }),
  fc.record({ withinDays: days }),
);

const conditionOn = (names: readonly string[]): fc.Arbitrary<Condition> =>
  fc.letrec<{ condition: Condition; test: Condition }>((tie) => ({
    test: fc
      .tuple(fc.constantFrom(...names), comparison)
      .map(([attribute, test]) => ({ attribute, ...test }) as Condition),
    condition: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      tie('test'),
      fc.record({ all: fc.array(tie('condition'), { minLength: 1, maxLength: 2 }) }),
      fc.record({ any: fc.array(tie('condition'), { minLength: 1, maxLength: 2 }) }),
      fc.record({ not: tie('condition') }),
    ),
  })).condition;

const type = fc.constantFrom(...TYPES);
const occurrence: fc.Arbitrary<Occurrence> = fc.record(
  {
    type,
    where: conditionOn(['type', 'channel', 'campaign', 'properties.page', 'properties.at', 'properties.valueOf']),
  },
  { requiredKeys: ['type'] },
);

const points = fc.oneof(
  fc.integer({ min: -40, max: 40 }),
  fc.integer({ min: -4000, max: 4000 }).map((cp) => cp / 100),
);
const magnitude = fc.constantFrom(0.5, 3, 12.25, 40);
const DIMENSIONS = ['fit', 'engagement', 'third'] as const;

const options = {
  withinDays: days,
  limit: fc.record({ times: fc.integer({ min: 1, max: 3 }), perDays: days }),
  halfLifeDays: fc.constantFrom<number | 'none'>(0.5, 3, 30, 'none'),
  maxPoints: magnitude,
};

const body = fc.oneof(
  fc.record({ when: conditionOn(ATTRIBUTES), points }),
  fc
    .record({
      attribute: fc.constantFrom(...ATTRIBUTES),
      rows: fc.array(
        fc.tuple(comparison, points).map(([test, worth]) => ({ ...test, points: worth })),
        { maxLength: 3 },
      ),
      last: points,
      hasElse: fc.boolean(),
    })
    .map(({ attribute, rows, last, hasElse }) => ({
      attribute,
      table: hasElse || rows.length === 0 ? [...rows, { else: last }] : rows,
    })),
  fc.record({ on: occurrence, points, ...options }, { requiredKeys: ['on', 'points'] }),
  fc.record({
    count: fc
      .tuple(occurrence, fc.integer({ min: 1, max: 4 }), days)
      .map(([one, atLeast, withinDays]) => ({ ...one, atLeast, withinDays })),
    points,
  }),
  fc.record(
    { sequence: fc.array(occurrence, { minLength: 1, maxLength: 3 }), points, ...options },
    { requiredKeys: ['sequence', 'points'] },
  ),
  fc.record({ absence: fc.record({ types: fc.array(type, { minLength: 1, maxLength: 2 }), days }), points }),
);

const rules = fc.array(fc.tuple(fc.constantFrom(...DIMENSIONS), body), { minLength: 1, maxLength: 8 }).map((drafts) =>
  drafts.map(([dimension, draft], index) => {
    const signed =
      'maxPoints' in draft && draft.maxPoints !== undefined
        ? { ...draft, maxPoints: Math.sign(draft.points) * draft.maxPoints }
        : draft;
    return { id: `r${index}`, label: `Rule ${index}`, dimension, ...signed } as Rule; // built of the kinds above
  }),
);

const bounds = fc
  .tuple(fc.integer({ min: -60, max: 20 }), fc.integer({ min: 0, max: 100 }))
  .map(([min, width]) => ({ min, max: min + width }));
const dimension = fc
  .tuple(bounds, fc.option(fc.constantFrom(1, 7, 30), { nil: undefined }))
  .map(([limits, halfLifeDays]) => (halfLifeDays === undefined ? limits : { ...limits, halfLifeDays }));
const letters = fc.record({ A: fc.constant(20), C: fc.constant(-10), B: fc.constantFrom(5, 5.5) });

/** Models as the parser would hand them over. */
export const aModel: fc.Arbitrary<ScoreModel> = fc.record(
  {
    name: fc.constant('random'),
    version: fc.constant(1),
    object: fc.constant('lead' as const),
    priority: fc.constant(0),
    dimensions: fc.record({ fit: dimension, engagement: dimension, third: dimension }),
    total: bounds,
    bands: fc.constantFrom(
      [
        { name: 'hot', from: 40 },
        { name: 'warm', from: 10 },
        { name: 'cold', from: 0 },
      ],
      [
        { name: 'hot', from: 12.5 },
        { name: 'cold', from: 5 },
      ],
    ),
    hysteresis: fc.constantFrom(0, 2.5, 5),
    grades: fc.oneof(fc.record({ engagement: letters, fit: letters }), fc.record({ third: letters })),
    writeBack: fc.constantFrom({ minDelta: 3 }, { minDelta: 1 }, { minDelta: 2.5 }),
    rules,
  },
  {
    requiredKeys: [
      'name',
      'version',
      'object',
      'priority',
      'dimensions',
      'total',
      'bands',
      'hysteresis',
      'writeBack',
      'rules',
    ],
  },
) as fc.Arbitrary<ScoreModel>; // exactOptionalPropertyTypes: fast-check leaves a key out, it never sets undefined

/** Engagements on a grid of six hours, so that instants coincide and window ends are met. */
export const anEngagement: fc.Arbitrary<Engagement> = fc.record(
  {
    id: fc.integer({ min: 0, max: 14 }).map((n) => `e${n}`),
    type: fc.constantFrom(...TYPES, 'Page_View', 'fax'),
    occurredAt: fc.oneof(
      fc.integer({ min: -4, max: 12 }).map((steps) => new Date(NOW - steps * 6 * HOUR)),
      fc.integer({ min: -HOUR, max: 200 * HOUR }).map((ms) => new Date(NOW - ms)),
    ),
    channel: fc.constantFrom('email', 'web', null),
    campaign: fc.constantFrom('CMO', '500'),
    properties: fc.record({ page: value, at: instantText }, { requiredKeys: [] }),
  },
  { requiredKeys: ['id', 'type', 'occurredAt', 'properties'] },
) as fc.Arbitrary<Engagement>; // as above

/** A lead with its past and, a little, its future. */
export const anInput: fc.Arbitrary<ScoringInput> = fc.record({
  lead: fc.record({
    id: fc.constant('lead-1'),
    createdAt: fc.constantFrom(new Date(NOW), new Date(NOW - 24 * HOUR), new Date(NOW - 1e9), new Date(NOW + HOUR)),
    attributes: fc.dictionary(fc.constantFrom(...ATTRIBUTES), value, { maxKeys: 5, noNullPrototype: true }),
  }),
  engagements: fc.array(anEngagement, { maxLength: 14 }),
  asOf: fc.constant(new Date(NOW)),
  previousBand: fc.constantFrom(null, 'hot', 'warm', 'cold', 'gone'),
});

/** How a company's score follows from those of its leads; decay is common, since time alone changes it. */
export const aRollUp: fc.Arbitrary<NonNullable<ScoreModel['rollUp']>> = fc.record({
  dimension: fc.constantFrom('fit', 'engagement', 'third'),
  by: fc.constantFrom('max', 'sum', 'top', 'decayed', 'decayed', 'decayed'),
  k: fc.integer({ min: 1, max: 3 }),
  halfLifeDays: fc.constantFrom(0.5, 3, 30),
});

/** The leads of a company, of which some score alike, never did anything, or will by a clock that is wrong. */
export const someLeads: fc.Arbitrary<ScoredLead[]> = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom('a', 'b', 'c', 'd'),
    score: fc.oneof(fc.integer({ min: -20, max: 100 }), fc.constantFrom(40, 41)),
    lastEngagedAt: fc.option(fc.integer({ min: -10, max: 300 }).map((hours) => new Date(NOW - hours * HOUR))),
  }),
  { selector: ({ id }) => id },
);
