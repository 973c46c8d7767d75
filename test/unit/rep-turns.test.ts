import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RepTurns } from '../../src/sync/rep-turns.ts';

const ON = '2026-11-23';
const active = (...ownerIds: string[]) => ownerIds.map((ownerId) => ({ ownerId, isActive: true, turns: 0 }));
const deal = (turns: RepTurns, times: number) => Array.from({ length: times }, () => turns.next(null)).join('');

describe('RepTurns', () => {
  it("gives the task to the lead's own owner", () => {
    expect(new RepTurns([{ ownerId: 'a', weight: 1 }], active('a', 'z'), ON).next('z')).toBe('z');
  });

  it('passes over an owner who is not active', () => {
    const states = [...active('a'), { ownerId: 'z', isActive: false, turns: 0 }];

    expect(new RepTurns([{ ownerId: 'a', weight: 1 }], states, ON).next('z')).toBe('a');
  });

  it('takes turns by weight, spread out evenly', () => {
    const reps = [
      { ownerId: 'a', weight: 2 },
      { ownerId: 'b', weight: 1 },
    ];

    expect(deal(new RepTurns(reps, active('a', 'b'), ON), 6)).toBe('abaaba');
  });

  it('skips absent reps, both days of the absence included', () => {
    const reps = [
      { ownerId: 'a', weight: 1, absentFrom: '2026-11-20', absentUntil: ON },
      { ownerId: 'b', weight: 1 },
    ];

    expect(deal(new RepTurns(reps, active('a', 'b'), ON), 3)).toBe('bbb');
  });

  it('goes on where the stored credit left off', () => {
    const reps = [
      { ownerId: 'a', weight: 1 },
      { ownerId: 'b', weight: 1 },
    ];
    const first = new RepTurns(reps, active('a', 'b'), ON);
    first.next(null);
    const stored = active('a', 'b').map((state) => ({ ...state, turns: first.credit.get(state.ownerId) ?? 0 }));

    expect(new RepTurns(reps, stored, ON).next(null)).toBe('b');
  });

  it('has no owner to give when nobody is present', () => {
    expect(new RepTurns([], active('a'), ON).next(null)).toBeNull();
  });

  it('deals each rep the share of its weight, to within one task', () => {
    const weights = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(weights, fc.integer({ min: 1, max: 60 }), (given, tasks) => {
        const reps = given.map((weight, n) => ({ ownerId: `r${n}`, weight }));
        const turns = new RepTurns(reps, active(...reps.map(({ ownerId }) => ownerId)), ON);
        const sum = given.reduce((total, weight) => total + weight, 0);
        const dealt = Array.from({ length: tasks }, () => turns.next(null));

        for (const { ownerId, weight } of reps) {
          const share = dealt.filter((owner) => owner === ownerId).length;
          expect(Math.abs(share - (tasks * weight) / sum)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
