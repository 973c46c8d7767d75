import Table from 'cli-table3';
import { Command } from 'commander';
import { type BenchRow, keepsLimit } from './row.ts';

const BENCHES: Readonly<Record<string, () => Promise<readonly BenchRow[]>>> = {
  scoring: async () => (await import('./scoring.ts')).benchScoring(),
  sync: async () => (await import('./sync.ts')).benchSync(),
  memory: async () => (await import('./memory.ts')).benchMemory(),
};

const command = new Command('bench')
  .description('our figures beside those of peers and limits, each pair measured in one process run')
  .argument('[name]', `one of ${Object.keys(BENCHES).join(', ')}; without it all of them`)
  .option('--json', 'as JSON')
  .parse();
const [name] = command.args;
if (name !== undefined && !(name in BENCHES)) {
  command.error(`error: no bench ${name}; there are ${Object.keys(BENCHES).join(', ')}`, { exitCode: 2 });
}

const rows: BenchRow[] = [];
for (const [one, bench] of Object.entries(BENCHES)) {
  if (name === undefined || name === one) rows.push(...(await bench()));
}
if (command.opts<{ json?: boolean }>().json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
else process.stdout.write(`${tableOf(rows)}\n`);
if (!rows.every(keepsLimit)) process.exitCode = 1;

function tableOf(measured: readonly BenchRow[]): string {
  const table = new Table({
    head: ['figure', 'ours', 'peer or limit', 'ratio', 'must be', 'kept'],
    style: { head: [], border: [], compact: true },
  });
  for (const row of measured) {
    const { name: figure, ours, peer, peerName, ratio, unit, limit } = row;
    table.push([
      figure,
      `${short(ours)} ${unit}`,
      peer === null ? '' : `${short(peer)} ${unit} (${peerName})`,
      ratio === null ? '' : short(ratio),
      limit === undefined ? '' : bounds(limit),
      limit === undefined ? '' : keepsLimit(row) ? 'yes' : 'NO',
    ]);
  }
  return table.toString();
}

function bounds({ of, atLeast, atMost }: NonNullable<BenchRow['limit']>): string {
  const parts = [atLeast === undefined ? '' : `≥ ${short(atLeast)}`, atMost === undefined ? '' : `≤ ${short(atMost)}`];
  return `${of} ${parts.filter(Boolean).join(', ')}`;
}

function short(figure: number): string {
  return figure.toLocaleString('en-US', { maximumSignificantDigits: 4 });
}
