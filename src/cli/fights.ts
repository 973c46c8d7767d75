import { Command } from 'commander';
import type { FightReport, WithApp } from './cli-app.ts';
import { count, printJson, printTable, tell } from './print.ts';

/** `fights list NAME | forget NAME`. */
export function fightsCommand(withApp: WithApp): Command {
  const command = new Command('fights').description('fields of ours that somebody else keeps overwriting');
  command
    .command('list <name>')
    .description('which fields of a connection are overwritten, how often, and by whom')
    .option('--json', 'as JSON')
    .action(async (name: string, { json = false }: { json?: boolean }) => {
      const fights = await withApp((app) => app.fights(name));
      if (json) printJson(fights);
      else {
        printTable(
          ['field', 'leads', 'times', 'left to others', 'set by'],
          fights.map(({ field, leads, rounds, leftToOthers, by }) => [
            field,
            count(leads),
            count(rounds),
            count(leftToOthers),
            by.map(changer).join('\n'),
          ]),
          'nobody else writes to our fields',
        );
      }
    });
  command
    .command('forget <name>')
    .description('write the overwritten fields of a connection again, from the next run on')
    .action(async (name: string) => {
      const leads = await withApp((app) => app.forgetFights(name));
      tell(`The fields of ${count(leads)} leads are written again from the next run on`);
    });
  return command;
}

const changer = ({ kind, id, leads }: FightReport['by'][number]): string =>
  `${kind}${id === null ? '' : ` ${id}`}: ${count(leads)} leads`;
