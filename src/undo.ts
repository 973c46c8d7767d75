import type { App } from './app.ts';
import type { UndoPreview } from './cli/cli-app.ts';
import { connectorForPerson } from './connectors.ts';
import { WRITE_BATCH } from './domain/crm-limits.ts';
import type { SkippedLead } from './domain/undo.ts';
import { connectionOf } from './store/connections.ts';
import { tasksMadeBy } from './store/task-removals.ts';
import { undoable, writtenLeads } from './store/undo.ts';
import { undoLeads } from './sync/plan-undo.ts';

/**
 * What undoing a run would do, by what the CRM holds now; nothing is written.
 *
 * @throws {LeadScoringError} `RUN_UNKNOWN`, `UNDO_REFUSED`, or what the CRM answers.
 */
export async function previewUndo(app: App, runId: string, signal: AbortSignal): Promise<UndoPreview> {
  const run = await undoable(app.db, runId);
  const connection = await connectionOf(app.db, run.connectionId);
  const connector = await connectorForPerson(app, connection);
  const pageSize = WRITE_BATCH[connection.crm];
  const counts = { restored: 0, unchanged: 0 };
  const rejected: Record<string, number> = {};
  const skipped: SkippedLead[] = [];
  for await (const page of writtenLeads(app.db, run, pageSize)) {
    for (const [index, undone] of (await undoLeads(connector, page, signal)).entries()) {
      if (undone.state === 'planned') counts.restored += 1;
      else if (undone.state === 'unchanged') counts.unchanged += 1;
      else rejected[undone.cause ?? ''] = (rejected[undone.cause ?? ''] ?? 0) + 1;
      skipped.push(...undone.skipped.map((field) => ({ ...page[index]!.ref, ...field }))); // one answer for each lead
    }
  }
  const tasks = { open: 0, done: 0, changed: 0, gone: 0 };
  const made = await tasksMadeBy(app.db, runId);
  for (let from = 0; from < made.length; from += pageSize) {
    for (const standing of await connector.readTasks(made.slice(from, from + pageSize), signal)) tasks[standing] += 1;
  }
  return { run: runId, ...counts, rejected, skipped, tasks };
}
