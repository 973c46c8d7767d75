import { describe, expect, it } from 'vitest';
import { seededWorld } from '../../sandbox/world/seeded-world.ts';
import type { Person } from '../../sandbox/world/world.ts';
import { ENGAGEMENT_TYPES } from '../../src/domain/lead.ts';

const now = new Date('2026-11-02T09:00:00Z');
const size = 4_000;
const world = seededWorld({ size, seed: 1, now });
const people = Array.from({ length: size }, (_, n) => world.person(n));
const activities = people.flatMap((person) => person.activities);
const HALF_YEAR_MS = 180 * 86_400_000;

const isFit = ({ jobTitle, company }: Person) =>
  (jobTitle === 'Marketing Director' || jobTitle === 'VP of Marketing') && company !== null;
const wonShare = (some: readonly Person[]) => some.filter(({ deal }) => deal?.outcome === 'won').length / some.length;

describe('a seeded world', () => {
  it('gives the same person at every call and for every size', () => {
    const again = seededWorld({ size, seed: 1, now });

    expect({ ...again.person(17), activities: again.person(17).activities }).toEqual({
      ...world.person(17),
      activities: world.person(17).activities,
    });
    expect(world.person(17)).not.toBe(world.person(17));
  });

  it('gives other people for another seed', () => {
    expect(seededWorld({ size, seed: 2, now }).person(17).email).not.toBe(world.person(17).email);
  });

  it('gives every person an e-mail address of their own at an example domain', () => {
    const emails = people.map(({ email }) => email);

    expect(new Set(emails).size).toBe(size);
    expect(emails.every((email) => /^[a-z.]+\.\d+@[a-z0-9-.]+\.example$/.test(email))).toBe(true);
  });

  it('has about ten activities a person, many with few and few with many', () => {
    const counts = people.map((person) => person.activities.length).toSorted((a, b) => a - b);

    expect(activities.length / size).toBeGreaterThan(7);
    expect(activities.length / size).toBeLessThan(14);
    expect(counts[size / 2]).toBeLessThan(activities.length / size);
    expect(counts.at(-1)).toBeGreaterThan(60);
  });

  it('keeps all activity within the half year before now, in order, numbered from 0, after the person was created', () => {
    const wrong = people.filter(({ activities: done, createdAt }) =>
      done.some(({ at, n }, index) => {
        const isLate = at.getTime() > now.getTime() || at.getTime() < now.getTime() - HALF_YEAR_MS;
        const isEarly = at < createdAt || (index > 0 && at < done[index - 1]!.at);
        return isLate || isEarly || n !== index;
      }),
    );

    expect(wrong).toEqual([]);
  });

  it('uses known engagement types only, page views of the pricing page among them', () => {
    const known: readonly string[] = ENGAGEMENT_TYPES;

    expect(activities.filter(({ type }) => !known.includes(type))).toEqual([]);
    expect(activities.some(({ type, page }) => type === 'page_view' && page === '/pricing')).toBe(true);
  });

  it('has eight reps of whom one has left, ten campaigns, and companies that exist', () => {
    expect(world.reps.map(({ isActive }) => isActive)).toEqual([...Array(7).fill(true), false]);
    expect(world.campaigns).toHaveLength(10);
    expect(people.every(({ company }) => company === null || company < world.companyCount)).toBe(true);
  });

  it('sells more to those who fit and to those who do much, yet not to all of them nor to them alone', () => {
    const fit = people.filter(isFit);
    const busy = people.filter((person) => person.activities.length >= 20);

    expect(wonShare(fit)).toBeGreaterThan(1.5 * wonShare(people));
    expect(wonShare(busy)).toBeGreaterThan(1.5 * wonShare(people));
    expect(wonShare(busy)).toBeLessThan(0.9);
    expect(people.some((person) => person.deal?.outcome === 'won' && person.activities.length < 10)).toBe(true);
  });

  it('has one Contact in about five people', () => {
    const share = people.filter(({ isContact }) => isContact).length / size;

    expect(share).toBeGreaterThan(0.15);
    expect(share).toBeLessThan(0.3);
  });

  it('knows nobody beyond its size', () => {
    expect(() => world.person(size)).toThrow(RangeError);
  });
});
