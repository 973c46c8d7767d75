import { Command } from 'commander';
import type { SkippedLead } from '../domain/undo.ts';
import type { UndoPreview, WithApp } from './cli-app.ts';
import { count, printJson, printTable, reasons, tell } from './print.ts';
import { printRun, tellStop } from './sync.ts';

/** Lines of what is left as it is that a person reads; `--json` tells all. */
const MOST_LINES = 50;

/** `undo RUN [--dry-run] [--json]`. */
export function undoCommand(withApp: WithApp): Command {
  return new Command('undo')
    .description('restore every value that a run wrote, unless someone changed it since, and remove its open tasks')
    .argument('<run>', 'run id')
    .option('--dry-run', 'say what would be restored and what left, and write nothing')
    .option('--json', 'as JSON')
    .action(async (run: string, { dryRun = false, json = false }: { dryRun?: boolean; json?: boolean }) => {
      await withApp(async (app) => {
        if (dryRun) {
          const preview = await app.previewUndo(run);
          return json ? printJson(preview) : printPreview(preview);
        }
        const account = await app.undo(run, tell);
        const skipped = await app.skippedLeads(account.run, json ? Number.MAX_SAFE_INTEGER : MOST_LINES);
        if (json) printJson({ ...account, skipped });
        else {
          printRun(account);
          printSkipped(skipped);
          tell('The next plan with something to write waits until you approve it.');
        }
        tellStop(account);
      });
    });
}

function printPreview({ run, restored, unchanged, rejected, skipped, tasks }: UndoPreview): void {
  process.stdout.write(`Undoing run ${run} would\n`);
  const left = reasons(rejected);
  process.stdout.write(`  restore ${count(restored)} leads; ${count(unchanged)} are as they were before\n`);
  if (left !== '') process.stdout.write(`  leave leads as they are: ${left}\n`);
  process.stdout.write(`  remove ${count(tasks.open)} open tasks; ${count(tasks.done)} are done, `);
  process.stdout.write(`${count(tasks.changed)} changed since, ${count(tasks.gone)} gone\n`);
  printSkipped(skipped.slice(0, MOST_LINES));
  if (skipped.length > MOST_LINES) tell(`and ${count(skipped.length - MOST_LINES)} values more: --json shows all`);
}

function printSkipped(skipped: readonly SkippedLead[]): void {
  if (skipped.length === 0) return;
  printTable(
    ['', 'record', 'field', 'left as it is'],
    skipped.map(({ object, crmId, field, reason }) => [object, crmId, field, reason]),
  );
}
