import { Command, InvalidArgumentError, Option } from 'commander';

/** What the demo is asked for. */
export interface DemoOptions {
  readonly crm: 'hubspot' | 'salesforce' | 'both';
  readonly leads: number;
  readonly data?: string;
  readonly seed: number;
  readonly port: number;
  readonly exit: boolean;
  readonly report?: string;
}

/** `demo`. */
export function demoCommand(run: (options: DemoOptions) => Promise<void>): Command {
  return new Command('demo')
    .description('the main job on a local HubSpot and a local Salesforce; no account, no Docker, no Redis')
    .addOption(new Option('--crm <crm>', 'which CRM').choices(['hubspot', 'salesforce', 'both']).default('both'))
    .option('--leads <n>', 'how many seeded leads', positive, 1_000)
    .option('--data <file>', 'leads from a CSV file instead')
    .option('--seed <s>', 'seed of the leads', positive, 1)
    .option('--port <p>', 'port of the server that stays open', positive, 3_000)
    .option('--exit', 'stop when the job is done', false)
    .option('--report <file>', 'write the counts to this file as JSON')
    .action(async (options: DemoOptions) => run(options));
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('expected a whole number above 0');
  return value;
}
