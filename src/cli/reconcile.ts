import { Command } from 'commander';
import type { Reconciled } from '../domain/reconciled.ts';
import type { WithApp } from './cli-app.ts';
import { count, printJson, printTable, tell } from './print.ts';

/** `reconcile NAME [--json]`. */
export function reconcileCommand(withApp: WithApp): Command {
  return new Command('reconcile')
    .description("compare our leads with the CRM's, record by record, and repair what a pull has missed")
    .argument('<name>', 'connection')
    .option('--json', 'as JSON')
    .action(async (name: string, { json = false }: { json?: boolean }) => {
      const streams = await withApp((app) => app.reconcile(name));
      if (json) return printJson(streams);
      printReconciled(streams);
      if (streams.some(({ isEqual }) => !isEqual))
        tell('What changes while we compare keeps both sides apart: repeat.');
    });
}

function printReconciled(streams: readonly Reconciled[]): void {
  printTable(
    ['stream', 'in the CRM', 'ours', 'missed', 'stale', 'moved', 'deleted', 'digests'],
    streams.map(({ stream, counted, listed, ours, missed, stale, moved, deleted, crmHash, ourHash, isEqual }) => [
      stream,
      count(counted ?? listed),
      count(ours),
      count(missed),
      count(stale),
      count(moved),
      count(deleted),
      isEqual ? `equal ${ourHash}` : `${crmHash} ≠ ${ourHash}`,
    ]),
  );
}
