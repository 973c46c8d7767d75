import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/domain/nearest.ts';

describe('nearest', () => {
  it.each([
    ['acme-hubpsot', 'acme-hubspot'],
    ['ACME-HUBSPOT', 'acme-hubspot'],
    ['acme-salesforc', 'acme-salesforce'],
  ])('takes %s for %s', (word, meant) => {
    expect(nearest(word, ['acme-salesforce', 'acme-hubspot'])).toBe(meant);
  });

  it('offers nothing when every candidate is far away', () => {
    expect(nearest('globex', ['acme-hubspot'])).toBeNull();
  });

  it('offers nothing when there are no candidates', () => {
    expect(nearest('globex', [])).toBeNull();
  });
});
