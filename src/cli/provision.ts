import { Command } from 'commander';
import type { WithApp } from './cli-app.ts';
import { printTable } from './print.ts';

/** `provision NAME [--dry-run]`. */
export function provisionCommand(withApp: WithApp): Command {
  return new Command('provision')
    .description('create the fields to write that are missing in the CRM; changes nothing that exists')
    .argument('<name>', 'connection')
    .option('--dry-run', 'only say what would be created')
    .action(async (name: string, { dryRun = false }: { dryRun?: boolean }) => {
      const provisioned = await withApp((app) => app.provision(name, dryRun));
      printTable(
        ['what', 'outcome'],
        provisioned.map(({ name: what, outcome }) => [what, outcome]),
      );
    });
}
