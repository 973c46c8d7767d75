import { describe, expect, it } from 'vitest';
import type { PlanFacts, PlanSummary } from '../../src/domain/plan.ts';
import { reasonsToAsk } from '../../src/sync/approval.ts';
import { summarisePlan } from '../../src/sync/plan-summary.ts';
import { DEFAULT_TASK_POLICY } from '../support/task-policy.ts';

const NOTHING: PlanSummary = {
  leads: 1_000,
  writes: 0,
  bandMoves: [],
  stageMoves: [],
  tasks: [],
  calls: 0,
  minutes: 0,
  forecast: { callsLeft: null, notBefore: null },
};
const bandMoves = [
  { from: 'cold', to: 'hot', leads: 150 },
  { from: 'hot', to: 'cold', leads: 51 },
];

describe('a plan asks for a person', () => {
  it('never where no limit is set', () => {
    const flood = { ...NOTHING, bandMoves, stageMoves: [{ from: 'lead', to: 'mql', leads: 1_000 }] };

    expect(reasonsToAsk(flood, {})).toEqual([]);
  });

  it('when more than the allowed share of all leads changes band', () => {
    expect(reasonsToAsk({ ...NOTHING, bandMoves }, { bandChanges: 0.2 })).toEqual([
      '20.1 % of the leads change band, more than 20 %',
    ]);
    expect(reasonsToAsk({ ...NOTHING, bandMoves }, { bandChanges: 0.201 })).toEqual([]);
  });

  it('not because leads get their first band', () => {
    const first = { ...NOTHING, bandMoves: [{ from: null, to: 'cold', leads: 1_000 }] };

    expect(reasonsToAsk(first, { bandChanges: 0 })).toEqual([]);
  });

  it('when more leads move to another stage than allowed', () => {
    const moves = { ...NOTHING, stageMoves: [{ from: 'lead', to: 'mql', leads: 11 }] };

    expect(reasonsToAsk(moves, { stageMoves: 10 })).toEqual(['11 leads move to another stage, more than 10']);
    expect(reasonsToAsk(moves, { stageMoves: 11 })).toEqual([]);
  });

  it('when one rep would drown in tasks of one day, not when the team shares them', () => {
    const tasks = (...numbers: number[]) =>
      numbers.map((number, index) => ({ ownerId: `rep ${index}`, day: '2026-11-23', tasks: number }));

    expect(reasonsToAsk({ ...NOTHING, tasks: tasks(9, 10, 10) }, { tasksPerRep: 10 })).toEqual([]);
    expect(reasonsToAsk({ ...NOTHING, tasks: tasks(3, 11) }, { tasksPerRep: 10 })).toEqual([
      'one rep gets 11 tasks in a day, more than 10',
    ]);
  });
});

describe('the sum of a plan', () => {
  const policy = {
    ...DEFAULT_TASK_POLICY,
    businessHours: { timeZone: 'Europe/Paris', days: [1, 2, 3, 4, 5], from: '09:00', to: '18:00' },
    reps: [
      { ownerId: 'a', weight: 2 },
      { ownerId: 'b', weight: 1 },
    ],
  };
  const active = (ownerId: string) => ({ ownerId, isActive: true, turns: 0 });
  const setting = {
    crm: 'hubspot',
    policy,
    reps: [active('a'), active('b'), active('c')],
    on: new Date('2026-11-23T10:00:00Z'),
    forecast: (calls: number) => ({ callsLeft: calls + 1, notBefore: null }),
  } as const;
  const facts: PlanFacts = { leads: 1_000, writes: 450, bandMoves: [], stageMoves: [], tasks: [] };

  it('gives tasks to the reps who will get them, by the day in their own time zone', () => {
    const dueAt = new Date('2026-11-23T23:30:00Z'); // Tuesday in Paris
    const tasks = [...Array.from({ length: 6 }, () => ({ ownerId: null, dueAt })), { ownerId: 'c', dueAt }];

    expect(summarisePlan({ ...facts, tasks }, setting).tasks).toEqual([
      { ownerId: 'a', day: '2026-11-24', tasks: 4 },
      { ownerId: 'b', day: '2026-11-24', tasks: 2 },
      { ownerId: 'c', day: '2026-11-24', tasks: 1 },
    ]);
  });

  it('counts the calls by the batches of the CRM: reading, writing, stages back, tasks', () => {
    const moved = { ...facts, stageMoves: [{ from: null, to: 'mql', leads: 101 }] };

    expect(summarisePlan(moved, setting)).toMatchObject({
      calls: 5 + 5 + 2,
      minutes: 1,
      forecast: { callsLeft: 13, notBefore: null },
    });
    expect(summarisePlan(moved, { ...setting, crm: 'salesforce' }).calls).toBe(3 + 3 + 1);
    expect(summarisePlan({ ...facts, writes: 200_000 }, setting)).toMatchObject({ calls: 4_000, minutes: 4 });
  });
});
