import { DateTime } from 'luxon';
import type { Crm } from '../domain/crm.ts';
import { CALLS_PER_SECOND, WRITE_BATCH } from '../domain/crm-limits.ts';
import type { TaskPolicy } from '../domain/mapping.ts';
import type { Forecast, PlanFacts, PlannedTasks, PlanSummary } from '../domain/plan.ts';
import { type RepState, RepTurns } from './rep-turns.ts';

/** What a plan is summed up with. */
export interface PlanSetting {
  readonly crm: Crm;
  readonly policy: TaskPolicy;
  readonly reps: readonly RepState[];
  /** Instant whose calendar day decides which reps are absent. */
  readonly on: Date;
  readonly forecast: (calls: number) => Forecast;
}

/** What approving a plan would do and cost. Tasks are dealt to reps as they will be when they are created. */
export function summarisePlan({ tasks, ...facts }: PlanFacts, setting: PlanSetting): PlanSummary {
  const calls = callsOf(facts, tasks.length, WRITE_BATCH[setting.crm]);
  return {
    ...facts,
    tasks: tasksPerRepAndDay(tasks, setting),
    calls,
    minutes: Math.ceil(calls / CALLS_PER_SECOND[setting.crm] / 60),
    forecast: setting.forecast(calls),
  };
}

/** API calls of a plan: each write is read before and, if it moves a stage, after; tasks that are due are written only. */
export function callsOf(
  { writes, stageMoves }: Pick<PlanFacts, 'writes' | 'stageMoves'>,
  tasks: number,
  batch: number,
): number {
  const moves = stageMoves.reduce((sum, { leads }) => sum + leads, 0);
  return 2 * Math.ceil(writes / batch) + Math.ceil(moves / batch) + Math.ceil(tasks / batch);
}

function tasksPerRepAndDay(tasks: PlanFacts['tasks'], { policy, reps, on }: PlanSetting): readonly PlannedTasks[] {
  const zone = policy.businessHours.timeZone;
  const dayOf = (instant: Date) => DateTime.fromJSDate(instant, { zone }).toISODate() ?? '';
  const turns = new RepTurns(policy.reps, reps, dayOf(on));
  const dealt = tasks.map(({ ownerId, dueAt }) => ({ ownerId: turns.next(ownerId), day: dayOf(dueAt) }));
  return [...Map.groupBy(dealt, ({ ownerId, day }) => JSON.stringify([day, ownerId])).values()]
    .map((group) => ({ ...group[0]!, tasks: group.length }))
    .sort((a, b) => b.tasks - a.tasks || (a.day < b.day ? -1 : 1));
}
