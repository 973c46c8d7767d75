import { describe, expect, it } from 'vitest';
import { LONGEST_REASONS, reasonsText } from '../../src/scoring/reasons.ts';

const reason = (label: string, cp: number) => ({ rule: label, label, dimension: 'fit', cp });

describe('reasonsText', () => {
  it('names each reason with its points', () => {
    const reasons = [reason('Demo request', 4000), reason('Marketing director', 2000), reason('Silent', -500)];

    expect(reasonsText({ reasons })).toBe('Demo request +40 · Marketing director +20 · Silent −5');
  });

  it('rounds to whole points, but shows what is below one', () => {
    expect(reasonsText({ reasons: [reason('Click', 273), reason('Visit', -25)] })).toBe('Click +3 · Visit −0.25');
  });

  it('writes decimals with a comma in French', () => {
    expect(reasonsText({ reasons: [reason('Visite', -25)] }, 'fr')).toBe('Visite −0,25');
  });

  it('calls a label as the language does, and one that nobody has named as the model does', () => {
    const reasons = [reason('Demo request', 4000), reason('constructor', 100)];

    expect(reasonsText({ reasons }, 'fr', { 'Demo request': 'Demande de démo' })).toBe(
      'Demande de démo +40 · constructor +1',
    );
  });

  it('says so, in each language, where there is no reason', () => {
    expect([reasonsText({ reasons: [] }), reasonsText({ reasons: [] }, 'fr')]).toEqual([
      'No points yet',
      'Pas encore de points',
    ]);
  });

  it('leaves out whole reasons that do not fit the CRM property', () => {
    const reasons = [reason('a'.repeat(120), 300), reason('b'.repeat(120), 200), reason('c', 100)];

    expect(reasonsText({ reasons })).toBe(`${'a'.repeat(120)} +3 · ${'b'.repeat(120)} +2`);
  });

  it('fills the CRM property to its last character', () => {
    const label = 'a'.repeat(LONGEST_REASONS - ' +3'.length);

    expect(reasonsText({ reasons: [reason(label, 300)] })).toBe(`${label} +3`);
    expect(reasonsText({ reasons: [reason(`${label}bc`, 300)] })).toBe(`${label.slice(1)}… +3`);
  });

  it('cuts a single overlong label between characters and keeps its points', () => {
    const text = reasonsText({ reasons: [reason('🎯'.repeat(200), 1200)] });

    expect(text.length).toBeLessThanOrEqual(LONGEST_REASONS);
    expect(text).toMatch(/^(🎯)+… \+12$/u);
  });
});
