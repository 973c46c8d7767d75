import { Command } from 'commander';
import { ERRORS, type ErrorCode } from '../errors.ts';
import type { QuarantineLine, WithApp } from './cli-app.ts';
import { count, printJson, printTable, tell } from './print.ts';

/** `quarantine list | release ID… | retry ID…`. */
export function quarantineCommand(withApp: WithApp): Command {
  const command = new Command('quarantine').description('records that were set aside, and why');
  command
    .command('list')
    .description('every record set aside, with what to do; a write or task is tried again with each sync')
    .option('--json', 'as JSON')
    .action(async ({ json = false }: { json?: boolean }) => {
      const held = await withApp((app) => app.quarantine());
      if (json) printJson(held);
      else printHeld(held, 'nothing is set aside');
    });
  command
    .command('release <ids...>')
    .description('let records go back to the common run of things; the next sync tries them')
    .action(async (ids: string[]) => {
      await withApp((app) => app.releaseQuarantined(ids));
      tell(`${count(ids.length)} records are released`);
    });
  command
    .command('retry <ids...>')
    .description('try records again now, without a pull; exit 1 if some are set aside again')
    .action(async (ids: string[]) => {
      const held = await withApp((app) => app.retryQuarantined(ids, tell));
      tell(`${count(ids.length - held.length)} of ${count(ids.length)} records passed`);
      if (held.length === 0) return;
      printHeld(held, '');
      process.exitCode = 1;
    });
  return command;
}

function printHeld(held: readonly QuarantineLine[], none: string): void {
  printTable(
    ['id', 'connection', 'where', 'record', 'class', 'tries', 'cause and what to do'],
    held.map(({ id, connection, stage, stream, crm_id, class: causeClass, cause, message, attempts }) => [
      id,
      connection,
      `${stage} ${stream}`,
      crm_id,
      causeClass,
      attempts,
      `${message}\n${cause in ERRORS ? ERRORS[cause as ErrorCode].action : ''}`,
    ]),
    none,
  );
}
