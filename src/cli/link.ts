import { Command } from 'commander';
import type { LinkCounts } from '../domain/link.ts';
import type { WithApp } from './cli-app.ts';
import { count, printJson, tell } from './print.ts';

/** `connections link A B`. */
export function linkCommand(withApp: WithApp): Command {
  return new Command('link')
    .description('treat the same person in two connections as one lead: one score in both, tasks in one')
    .argument('<first>', 'connection whose attributes go before those of the other')
    .argument('<second>', 'the other connection')
    .option('--tasks-in <name>', 'connection that makes the tasks; without it the Salesforce one')
    .option('--dry-run', 'count what would be matched, and link nothing')
    .option('--json', 'as JSON')
    .action(async (first: string, second: string, options: { tasksIn?: string; dryRun?: true; json?: true }) => {
      const { tasksIn = null, dryRun = false, json = false } = options;
      const counts = await withApp((app) => app.links.link({ first, second, tasksIn, dryRun }));
      if (json) return printJson(counts);
      tell(`${first} and ${second} ${dryRun ? 'would be linked' : 'are linked'}: ${sayCounts(counts)}`);
    });
}

/** `connections unlink A B`. */
export function unlinkCommand(withApp: WithApp): Command {
  return new Command('unlink')
    .description('score each record of two linked connections alone again')
    .argument('<first>', 'name of a connection')
    .argument('<second>', 'name of the other')
    .action(async (first: string, second: string) => {
      await withApp((app) => app.links.unlink(first, second));
      tell(`${first} and ${second} are linked no more; the next runs score each record alone`);
    });
}

function sayCounts({ matched, ambiguous, unmatched, tasksIn }: LinkCounts): string {
  const alone = Object.entries(unmatched).map(([name, leads]) => `${count(leads)} only in ${name}`);
  return `${count(matched)} people in both, ${alone.join(', ')}, ${count(ambiguous)} ambiguous addresses; tasks in ${tasksIn}`;
}
