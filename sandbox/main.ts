import { Command, CommanderError, InvalidArgumentError } from 'commander';
import type { Crm } from '../src/domain/crm.ts';
import { ERRORS, LeadScoringError } from '../src/errors.ts';
import { readFaultFile } from './fault-file.ts';
import { type Sandbox, startSandbox } from './start.ts';

/** `npm run sandbox`: a local HubSpot and a local Salesforce until Ctrl-C. */
const command = new Command('sandbox')
  .description('A local HubSpot and a local Salesforce over HTTP, with one world of people behind them.')
  .option('--hubspot-port <port>', 'port of the local HubSpot, 0 takes any', port, 0)
  .option('--salesforce-port <port>', 'port of the local Salesforce, 0 takes any', port, 0)
  .option('--leads <n>', 'how many made-up people there are', count, 1_000)
  .option('--data <file.csv>', 'people from a CSV file instead')
  .option('--seed <n>', 'other people for another seed', count, 1)
  .option('--faults <file.yaml>', 'what goes wrong on which calls')
  .option('--speed <x>', 'sandbox seconds per real second', speed, 1)
  .configureOutput({ writeOut: (text) => process.stderr.write(text) })
  .exitOverride();

interface Flags {
  readonly hubspotPort: number;
  readonly salesforcePort: number;
  readonly leads: number;
  readonly data?: string;
  readonly seed: number;
  readonly faults?: string;
  readonly speed: number;
}

try {
  command.parse();
  const sandbox = await start(command.opts<Flags>());
  announce(sandbox);
  closeOnSignal(sandbox);
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

async function start({ data, faults, ...flags }: Flags): Promise<Sandbox> {
  const plan = faults === undefined ? {} : { faults: readFaultFile(faults) };
  return startSandbox({ ...flags, ...plan, ...(data === undefined ? {} : { dataFile: data }) });
}

function announce({ hubspotUrl, salesforceUrl, world, twin }: Sandbox): void {
  const told = ([crm, url]: readonly [Crm, string]) => [
    `${crm.padEnd(10)}  ${url}`,
    ...[...twin(crm).hint, `npm run cli -- connections add ${crm} --name ${crm}-sandbox --base-url ${url}`].map(
      indented,
    ),
  ];
  const lines = [
    ...told(['hubspot', hubspotUrl]),
    ...told(['salesforce', salesforceUrl]),
    `${'people'.padEnd(10)}  ${world.size}`,
    ...['controls of both under /__sandbox: state, stats, faults, clock, activities, edit', 'Ctrl-C ends'].map(
      indented,
    ),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function indented(line: string): string {
  return `            ${line}`;
}

function closeOnSignal(sandbox: Sandbox): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      sandbox.close().then(() => process.exit(0));
    });
  }
}

/** Tells what went wrong, unless commander has done so, and gives the exit code: 2 wrong usage, 1 anything else. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (!(error instanceof LeadScoringError)) throw error;
  process.stderr.write(`${error.message}\n${error.code}: ${error.action}\n`);
  return ERRORS[error.code].exit;
}

function port(text: string): number {
  const value = count(text);
  if (value > 65_535) throw new InvalidArgumentError('Expected a port from 0 to 65535.');
  return value;
}

function count(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Expected a whole number.');
  return Number(text);
}

function speed(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('Expected a number above 0.');
  return value;
}
