import { Command } from 'commander';
import { ERRORS, type ErrorCode } from '../errors.ts';
import type { WithApp } from './cli-app.ts';
import { printJson, printTable } from './print.ts';

/** `quarantine list`. */
export function quarantineCommand(withApp: WithApp): Command {
  const command = new Command('quarantine').description('records that were set aside, and why');
  command
    .command('list')
    .description('every record set aside, with what to do; a write or task is tried again with each sync')
    .option('--json', 'as JSON')
    .action(async ({ json = false }: { json?: boolean }) => {
      const held = await withApp((app) => app.quarantine());
      if (json) return printJson(held);
      printTable(
        ['connection', 'where', 'record', 'cause', 'tries', 'what to do'],
        held.map(({ connection, stage, stream, crm_id, cause, attempts }) => [
          connection,
          `${stage} ${stream}`,
          crm_id,
          cause,
          attempts,
          cause in ERRORS ? ERRORS[cause as ErrorCode].action : '',
        ]),
        'nothing is set aside',
      );
    });
  return command;
}
