import { describe, expect, it } from 'vitest';
import type { ScoreFieldValues } from '../../src/domain/score-field.ts';
import { planWrite } from '../../src/sync/plan-write.ts';

const fields: ScoreFieldValues = {
  score: 82,
  band: 'hot',
  grade: 'A1',
  fitPoints: 30,
  engagementPoints: 52.5,
  reasons: 'Demo request +40',
  model: 'b2b-default v1',
  scoredAt: '2026-11-23T10:00:00.000Z',
  status: 'scored',
};

describe('planWrite', () => {
  it('writes everything to a lead that has nothing', () => {
    expect(planWrite(fields, {})?.after).toEqual(fields);
  });

  it('writes nothing that the CRM holds already', () => {
    expect(planWrite(fields, { ...fields })).toBeNull();
  });

  it('writes only what changed, with what was there before', () => {
    expect(planWrite({ ...fields, score: 83 }, fields)).toEqual({ before: { score: 82 }, after: { score: 83 } });
  });

  it('takes a later instant alone for no change', () => {
    expect(planWrite({ ...fields, scoredAt: '2026-11-24T10:00:00.000Z' }, fields)).toBeNull();
  });

  it('clears a field that has no value any more', () => {
    expect(planWrite({ ...fields, grade: null }, fields)).toEqual({ before: { grade: 'A1' }, after: { grade: null } });
  });
});
