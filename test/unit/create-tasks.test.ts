import { expect, it } from 'vitest';
import type { TaskOutcome } from '../../src/domain/crm.ts';
import { LeadScoringError } from '../../src/errors.ts';
import { createTasks, type TaskStore, type WaitingTask } from '../../src/sync/create-tasks.ts';
import { aMapping } from '../support/sync-house.ts';

const task = (id: string): WaitingTask => ({
  id,
  marker: id,
  lead: { object: 'contact', crmId: id },
  ownerId: 'rep',
  dueAt: new Date('2026-11-23T11:00:00Z'),
  priority: 'high',
  subject: 'Call',
  body: id,
  sentMsAgo: null,
});

/** An outbox of two tasks, and a CRM that answers for each of them as told. */
function house(answer: (id: string, calls: number) => TaskOutcome['state']) {
  const states = new Map(['1', '2'].map((id) => [id, 'planned']));
  const set = (state: string) => async (ids: readonly string[]) => ids.forEach((id) => void states.set(id, state));
  const store: TaskStore = {
    tasks: async (state) => [...states].filter(([, each]) => each === state).map(([id]) => task(id)),
    repStates: async () => [],
    markSending: async (tasks) => set('sending')(tasks.map(({ id }) => id)),
    settle: async (ended) =>
      ended.forEach(
        ({ task: { id }, outcome }) => void states.set(id, outcome.state === 'unknown' ? 'sending' : outcome.state),
      ),
    replan: set('planned'),
  };
  let calls = 0;
  const connector = {
    createTasks: async (tasks: readonly { readonly marker: string }[]) => {
      calls += 1;
      return tasks.map(({ marker }): TaskOutcome => {
        const error = new LeadScoringError('CRM_OUTCOME_UNKNOWN', 'no answer');
        return answer(marker, calls) === 'created' ? { state: 'created', taskId: marker } : { state: 'unknown', error };
      });
    },
    findTasks: async (tasks: readonly unknown[]) => tasks.map(() => null),
  };
  const rules = {
    policy: aMapping().tasks,
    on: new Date(),
    settleMs: 0,
    batchSize: 10,
    clock: { sleep: async () => {} },
  };
  return { states, calls: () => calls, run: () => createTasks(connector, store, rules, new AbortController().signal) };
}

it('gives up for this time after three rounds in vain, with the tasks planned for the next', async () => {
  const { run, calls, states } = house((id, round) => (id === '1' && round === 1 ? 'created' : 'unknown'));
  await expect(run()).rejects.toMatchObject({ code: 'CRM_UNAVAILABLE', recovery: 'retry' });
  expect(calls()).toBe(4);
  expect(Object.fromEntries(states)).toEqual({ '1': 'created', '2': 'planned' });
});

it('tries a task again whose creation was lost', async () => {
  const { run, states } = house((_, round) => (round < 3 ? 'unknown' : 'created'));
  await run();
  expect(Object.fromEntries(states)).toEqual({ '1': 'created', '2': 'created' });
});
