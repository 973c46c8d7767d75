import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LifecycleMapping } from '../../src/domain/mapping.ts';
import { nextStage } from '../../src/sync/lifecycle.ts';

const policy: LifecycleMapping = {
  field: 'lifecyclestage',
  order: ['subscriber', 'lead', 'mql', 'sql', 'opportunity', 'customer'],
  onBand: { hot: 'sql', warm: 'mql' },
  protected: ['opportunity', 'customer'],
};
const stage = (current: string | null, band: string, setByUs: string | null = null) =>
  nextStage({ current, band, setByUs }, policy);

describe('nextStage', () => {
  it('moves a lead forward to the stage of its band (T55)', () => {
    expect(stage('lead', 'hot')).toBe('sql');
  });

  it('gives a stage to a lead that has none', () => {
    expect([stage(null, 'warm'), stage('', 'warm')]).toEqual(['mql', 'mql']);
  });

  it('never moves backwards', () => {
    expect(stage('sql', 'warm')).toBeNull();
  });

  it('leaves a lead that is there already', () => {
    expect(stage('sql', 'hot')).toBeNull();
  });

  it('never touches a protected stage', () => {
    expect(stage('opportunity', 'hot')).toBeNull();
  });

  it('never touches a stage that the mapping does not list', () => {
    expect(stage('partner', 'hot')).toBeNull();
  });

  it('leaves a lead whose stage somebody changed after we set it', () => {
    expect(stage('lead', 'hot', 'mql')).toBeNull();
  });

  it('goes on from a stage that we set ourselves', () => {
    expect(stage('mql', 'hot', 'mql')).toBe('sql');
  });

  it('does nothing for a band without a stage, or without a policy', () => {
    expect([stage('lead', 'cold'), nextStage({ current: 'lead', band: 'hot', setByUs: null }, undefined)]).toEqual([
      null,
      null,
    ]);
  });

  it('never regresses, whatever the situation', () => {
    const any = fc.option(fc.constantFrom(...policy.order, 'partner', ''), { nil: null });
    fc.assert(
      fc.property(any, any, fc.constantFrom('hot', 'warm', 'cold', ''), (current, setByUs, band) => {
        const next = nextStage({ current, setByUs, band }, policy);

        expect(next === null || policy.order.indexOf(next) > policy.order.indexOf(current ?? '')).toBe(true);
      }),
    );
  });
});
