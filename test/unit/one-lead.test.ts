import { describe, expect, it } from 'vitest';
import type { Engagement } from '../../src/domain/lead.ts';
import { mergeAttributes, mergeEngagements } from '../../src/domain/one-lead.ts';

const at = (second: number, id: string, with_: Partial<Engagement> = {}): Engagement => ({
  id,
  type: 'page_view',
  occurredAt: new Date(Date.UTC(2026, 10, 1, 0, 0, 0) + second * 1000),
  properties: {},
  ...with_,
});
const ids = (places: readonly (readonly Engagement[])[]) => mergeEngagements(places).map(({ id }) => id);

describe('attributes of one lead in two CRMs', () => {
  it('come from the first, from the second where the first says nothing', () => {
    const first = { jobTitle: 'CEO', city: null, phone: '', topics: [], optedOut: false, visits: 0 };
    const second = {
      jobTitle: 'CFO',
      city: 'Lyon',
      phone: '1',
      topics: ['a'],
      optedOut: true,
      visits: 9,
      country: 'FR',
    };

    expect(mergeAttributes([first, second])).toEqual({
      ...{ jobTitle: 'CEO', city: 'Lyon', phone: '1', topics: ['a'], optedOut: false, visits: 0, country: 'FR' },
    });
  });
});

describe('engagements of one lead in two CRMs', () => {
  it('count once when type and second are the same, whatever lies below the second', () => {
    expect(
      ids([
        [at(1.9, 'h1'), at(5, 'h2')],
        [at(1, 's1'), at(6, 's2')],
      ]),
    ).toEqual(['h1', 'h2', 's2']);
  });

  it('are two when their types differ', () => {
    expect(ids([[at(1, 'h1')], [at(1, 's1', { type: 'email_open' })]])).toEqual(['h1', 's1']);
  });

  it('stay two where one CRM has two of one second, and the copies of both add none', () => {
    expect(ids([[at(1, 'h1'), at(1, 'h2')], [at(1, 's1')]])).toEqual(['h1', 'h2']);
    expect(ids([[at(1, 'h1')], [at(1, 's1'), at(1, 's2')]])).toEqual(['h1', 's2']);
  });

  it('are one where one engagement stands under two ids of a merged lead', () => {
    expect(
      ids([
        [at(1, 'h1'), at(1, 'h1')],
        [at(1, 's1'), at(1, 's2')],
      ]),
    ).toEqual(['h1', 's2']);
  });

  it('take from the copy what the first does not say', () => {
    const [event] = mergeEngagements([
      [at(1, 'h1', { properties: { page: null }, campaign: null })],
      [at(1, 's1', { properties: { page: '/pricing' }, campaign: 'Spring', channel: 'web' })],
    ]);

    expect(event).toMatchObject({ id: 'h1', campaign: 'Spring', channel: 'web', properties: { page: '/pricing' } });
  });
});
