import type { App } from './app.ts';
import type { PlanReport } from './cli/cli-app.ts';
import { WRITE_BATCH } from './domain/crm-limits.ts';
import type { PlanSummary } from './domain/plan.ts';
import type { Phase } from './domain/run.ts';
import { forecaster } from './rhythm.ts';
import { certificateOf } from './store/certificates.ts';
import { connectionOf } from './store/connections.ts';
import { repTurns } from './store/owners.ts';
import { excludedLeads, planLines } from './store/plan-lines.ts';
import { approvePlan, askForApproval, isUndone, planFacts } from './store/plans.ts';
import { advance, getRun } from './store/runs.ts';
import { reasonsToAsk } from './sync/approval.ts';
import { summarisePlan } from './sync/plan-summary.ts';

/** Lets a plan be written, or wait for a person; the phase that its run is in then. */
export async function decide(app: App, runId: string): Promise<Phase> {
  const { db } = app;
  const { connectionId, planOnly, approvedBy } = await getRun(db, runId);
  const { crm, mapping } = await connectionOf(db, connectionId);
  if (approvedBy === null) {
    const plan = await planSummary(app, runId);
    const asks = [...reasonsToAsk(plan, mapping.approval)];
    const isEmpty = plan.writes === 0 && plan.tasks.length === 0;
    if (!isEmpty && (await isUndone(db, connectionId)))
      asks.unshift('a run was undone, and no plan has been approved since');
    if (planOnly) asks.unshift('asked for with --plan-only');
    if (asks.length > 0) {
      await askForApproval(db, runId, asks);
      return 'planned';
    }
  }
  await approvePlan(db, runId, 'automatic', WRITE_BATCH[crm]);
  return advance(db, runId);
}

/**
 * What approving the plan of a run would do and cost.
 *
 * @throws {LeadScoringError} `RUN_UNKNOWN`.
 */
export async function planSummary(app: App, runId: string): Promise<PlanSummary> {
  const { db, now } = app;
  const run = await getRun(db, runId);
  const connection = await connectionOf(db, run.connectionId);
  const { crm, mapping } = connection;
  return summarisePlan(await planFacts(db, run), {
    crm,
    policy: mapping.tasks,
    reps: await repTurns(db, run.connectionId),
    on: now(),
    forecast: await forecaster(app, connection),
  });
}

/**
 * The plan of a run as a person looks at it; of a run that has ended, what it was.
 *
 * @throws {LeadScoringError} `RUN_UNKNOWN`.
 */
export async function planReport(app: App, runId: string): Promise<PlanReport> {
  const run = await getRun(app.db, runId);
  const { connection, asOf, state, asks = [], streams } = await certificateOf(app.db, runId);
  const excluded: Record<string, number> = {};
  for (const stream of Object.values(streams)) {
    for (const [reason, records] of Object.entries(stream.excluded)) {
      if (reason !== 'unchanged') excluded[reason] = (excluded[reason] ?? 0) + records;
    }
  }
  return {
    run: run.id,
    connection,
    asOf,
    state,
    asks,
    summary: await planSummary(app, runId),
    excluded,
    lines: (filter) => planLines(app.db, run, filter),
    excludedLeads: (limit) => excludedLeads(app.db, run, limit),
  };
}
