import { describe, expect, it } from 'vitest';
import type { FieldLimits } from '../../src/domain/field-description.ts';
import type { AttributeValue } from '../../src/domain/lead.ts';
import { Mapping } from '../../src/domain/mapping.ts';
import { SCORE_FIELDS, type ScoreFieldValues } from '../../src/domain/score-field.ts';
import type { LeadToScore, Scoring, ScoringRules } from '../../src/sync/lead-to-score.ts';
import { planWrite } from '../../src/sync/plan-write.ts';
import { valuesToWrite } from '../../src/sync/values-to-write.ts';

const AS_OF = new Date('2026-11-23T10:00:00Z');
const FIELDS: ScoreFieldValues = {
  score: 82,
  band: 'hot',
  grade: 'A1',
  fitPoints: 30.25,
  engagementPoints: 52.5,
  reasons: 'Demo request +40 · Marketing director +20 · 500+ employees +10',
  model: 'acme v1',
  scoredAt: '2026-11-20T10:00:00.000Z',
  status: 'scored',
};

const aScoring = (more: Partial<Scoring> = {}): Scoring => ({
  model: 'acme v1',
  score: 82,
  band: 'hot',
  grade: 'A1',
  dimensions: { fit: 3_025, engagement: 5_250 },
  ledger: [],
  reasons: 'Demo request +40',
  nextReviewAt: new Date('2026-12-01T10:00:00.500Z'),
  ...more,
});

interface Case {
  readonly lines: Readonly<Record<string, object>>;
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  readonly crmFields?: Partial<ScoreFieldValues>;
  readonly lastFields?: Partial<ScoreFieldValues>;
  readonly limits?: FieldLimits;
  readonly scoreBy?: ScoringRules['scoreBy'];
}

function written({ lines, attributes = {}, crmFields = {}, lastFields = {}, limits = {}, scoreBy = () => null }: Case) {
  const mapping = Mapping.parse({
    crm: 'hubspot',
    leads: { contact: { attributes: lines } },
    company: { attributes: {} },
    scoreFields: Object.fromEntries(Object.keys(SCORE_FIELDS).map((name) => [name, `sw_${name}`])),
  });
  const due: LeadToScore = {
    lead: { id: '1', createdAt: AS_OF, attributes },
    ref: { object: 'contact', crmId: '7' },
    engagements: [],
    makesTasks: true,
    knownScore: null,
    previousBand: null,
    fights: {},
    crmFields,
    lastFields,
    lifecycleStage: null,
    lifecycleSet: null,
    hotSpell: 0,
    hotSince: null,
    spellEndsAt: null,
  };
  const rules = { asOf: AS_OF, mapping, recordUrl: '', limits, score: () => null, scoreBy };
  return valuesToWrite({ due, scoring: aScoring(), fields: FIELDS }, rules);
}

const toField = (more: object = {}) => ({ field: `f${JSON.stringify(more).length}`, direction: 'write', ...more });

describe('a line that writes', () => {
  it('takes values of the score that applies', () => {
    const { mapped } = written({
      lines: {
        'score.total': { field: 'a', direction: 'write' },
        'score.dimension.fit': { field: 'b', direction: 'write' },
        'score.nextReviewAt': { field: 'c', direction: 'write' },
        'score.scoredAt': { field: 'd', direction: 'write', type: 'date' },
        rating: { field: 'e', direction: 'write', from: 'score.band', map: { Hot: 'hot' } },
      },
    });

    expect(mapped).toEqual({
      'attributes.score.total': 82,
      'attributes.score.dimension.fit': 30.25,
      'attributes.score.nextReviewAt': '2026-12-01T10:00:00.000Z',
      'attributes.score.scoredAt': '2026-11-20',
      'attributes.rating': 'Hot',
    });
  });

  it("takes an attribute of the lead or of its company, and clears the field when there's none", () => {
    const lines = {
      'company.industry': toField({ type: 'text' }),
      country: { field: 'g', direction: 'write', type: 'text', map: { FR: 'France' } },
    };

    expect(written({ lines, attributes: { 'company.industry': 'RETAIL', country: 'France' } }).mapped).toEqual({
      'attributes.company.industry': 'RETAIL',
      'attributes.country': 'FR',
    });
    expect(written({ lines }).mapped).toEqual({ 'attributes.company.industry': null, 'attributes.country': null });
  });

  it('leaves a field alone whose value its map does not name', () => {
    const lines = { country: { field: 'g', direction: 'write', type: 'text', map: { FR: 'France' } } };
    const { mapped, unwritable } = written({ lines, attributes: { country: 'Peru' } });

    expect(mapped).toEqual({});
    expect(unwritable).toEqual(['attributes.country']);
  });

  it('in both directions fills what is empty and never what a person has entered', () => {
    const lines = { country: { field: 'g', direction: 'both', type: 'text', default: 'unknown' } };
    const attributes = { country: 'unknown' };

    expect(written({ lines, attributes, crmFields: { 'attributes.country': null } }).mapped).toEqual({
      'attributes.country': 'unknown',
    });
    expect(written({ lines, attributes, crmFields: { 'attributes.country': 'Peru' } }).mapped).toEqual({});
    expect(written({ lines, attributes, crmFields: {} }).mapped).toEqual({}); // not read yet: who knows what is there
  });
});

describe('several scores per person (T51)', () => {
  const lines = {
    'scoreBy.saas.total': { field: 'a', direction: 'write' },
    'scoreBy.saas.band': { field: 'b', direction: 'write', map: { HOT: 'hot', COLD: 'cold' } },
    'scoreBy.saas.scoredAt': { field: 'c', direction: 'write' },
  };
  const byNow = { 'attributes.scoreBy.saas.total': 12, 'attributes.scoreBy.saas.band': 'COLD' };
  const before = '2026-11-01T00:00:00.000Z';

  it('are made by the models that the lines name, each from the band that it gave last', () => {
    const asked: (string | null)[][] = [];
    const { mapped, nextReviewAt } = written({
      lines,
      lastFields: { 'attributes.scoreBy.saas.band': 'HOT' },
      scoreBy: (model, { previousBand }) => {
        asked.push([model, previousBand]);
        return aScoring({ score: 12, band: 'cold', nextReviewAt: new Date('2026-11-24T00:00:00Z') });
      },
    });

    expect(asked).toEqual([['saas', 'hot']]);
    expect(mapped).toEqual({ ...byNow, 'attributes.scoreBy.saas.scoredAt': AS_OF.toISOString() });
    expect(nextReviewAt).toEqual(new Date('2026-11-24T00:00:00Z'));
  });

  it('tell when they last changed, and that alone is no reason to write', () => {
    const last = { ...byNow, 'attributes.scoreBy.saas.scoredAt': before };
    const scoreBy = () => aScoring({ score: 12, band: 'cold' });
    const same = written({ lines, lastFields: last, scoreBy });
    const other = written({ lines, lastFields: { ...last, 'attributes.scoreBy.saas.total': 11 }, scoreBy });

    expect(same.mapped).toEqual(last);
    expect(other.mapped).toMatchObject({ 'attributes.scoreBy.saas.scoredAt': AS_OF.toISOString() });
    expect(planWrite({ 'attributes.scoreBy.saas.scoredAt': before }, {}, same.quiet)).toBeNull();
  });

  it('are 0 where the model does not apply (T63)', () => {
    expect(written({ lines }).mapped).toMatchObject({
      'attributes.scoreBy.saas.total': 0,
      'attributes.scoreBy.saas.band': null,
    });
  });
});

describe('a field that holds less than we have', () => {
  const lines = { budget: toField({ type: 'number' }), note: { field: 'n', direction: 'write', type: 'text' } };
  const limited = (limits: NonNullable<FieldLimits['contact']>, attributes: Case['attributes'] = {}) =>
    written({ lines, attributes, limits: { contact: limits } });

  it('has whole reasons as long as there is room, and at least the beginning of one (NS2: 255 characters)', () => {
    expect(limited({ reasons: { longest: 45 } }).values.reasons).toBe('Demo request +40 · Marketing director +20');
    expect(limited({ reasons: { longest: 10 } }).values.reasons).toBe('Demo requ…');
    expect(limited({ reasons: { longest: 255 } }).values.reasons).toBe(FIELDS.reasons);
  });

  it('has numbers rounded to its digits, so that they read back as they were written', () => {
    const digits = { whole: 4, part: 1 };
    const { values } = limited({ fitPoints: { digits }, 'attributes.budget': { digits } }, { budget: -0.04 });

    expect(values).toMatchObject({ fitPoints: 30.3, 'attributes.budget': 0 });
  });

  it.each<[string, NonNullable<FieldLimits['contact']>, NonNullable<Case['attributes']>]>([
    ['a number with too many digits', { 'attributes.budget': { digits: { whole: 2, part: 0 } } }, { budget: 100 }],
    ['an id or a name that is too long', { 'attributes.note': { longest: 3 } }, { budget: 1, note: 'abcd' }],
    ['a word that is none of its options', { 'attributes.note': { options: ['a'] } }, { budget: 1, note: 'b' }],
  ])('is left alone rather than sent %s, and the score is written (NS2, T37)', (_, limits, attributes) => {
    const { values, unwritable } = limited(limits, attributes);
    const [name] = Object.keys(limits);

    expect(unwritable).toEqual([name]);
    expect(values).not.toHaveProperty([name!]);
    expect(values.score).toBe(82);
  });

  it('has false for nothing where it is a checkbox', () => {
    const { values } = written({
      lines: { isPartner: toField({ type: 'boolean' }) },
      limits: { contact: { 'attributes.isPartner': { isNeverEmpty: true } } },
    });

    expect(values['attributes.isPartner']).toBe(false);
  });
});
