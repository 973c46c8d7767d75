import { describe, expect, it } from 'vitest';
import { selectModel } from '../../src/scoring/select-model.ts';
import { aLead, aScoreModel, daysAgo, NOW } from '../support/scoring-builders.ts';

describe('selectModel', () => {
  const software = { attribute: 'company.industry', equals: 'software' } as const;

  it('takes the highest priority among those that apply', () => {
    const models = [
      aScoreModel({ name: 'all' }),
      aScoreModel({ name: 'software', priority: 10, appliesTo: software }),
      aScoreModel({ name: 'retail', priority: 20, appliesTo: { not: software } }),
    ];

    const chosen = selectModel(models, aLead({ attributes: { 'company.industry': 'Software' } }), NOW);

    expect(chosen?.name).toBe('software');
  });

  it('breaks ties by name, whatever the order of the list', () => {
    const models = [aScoreModel({ name: 'b' }), aScoreModel({ name: 'a' }), aScoreModel({ name: 'c' })];

    expect(selectModel(models, aLead(), NOW)?.name).toBe('a');
    expect(selectModel(models.toReversed(), aLead(), NOW)?.name).toBe('a');
  });

  it('never takes a model of companies', () => {
    expect(selectModel([aScoreModel({ object: 'company', priority: 99 })], aLead(), NOW)).toBeNull();
  });

  it('is null where no model applies', () => {
    expect(selectModel([aScoreModel({ appliesTo: software })], aLead(), NOW)).toBeNull();
  });

  it('looks at asOf for conditions on age', () => {
    const recent = aScoreModel({ appliesTo: { attribute: 'renewedAt', withinDays: 7 } });
    const lead = aLead({ attributes: { renewedAt: daysAgo(3).toISOString() } });

    expect(selectModel([recent], lead, NOW)).toBe(recent);
    expect(selectModel([recent], lead, daysAgo(-5))).toBeNull();
  });
});
