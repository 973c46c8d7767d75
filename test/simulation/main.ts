import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { openEmbeddedPostgres } from '../../src/store/embedded-postgres.ts';
import { stopSignal } from '../../src/worker.ts';
import { createDatabase } from '../support/database-template.ts';
import { openSimulatedDatabase, type SimulatedDatabase } from './database.ts';
import { play } from './play.ts';
import { SABOTAGES, type SabotageName } from './sabotage.ts';
import { shortest } from './shortest.ts';
import { tell } from './tell.ts';
import { storyOf } from './write-story.ts';

const TELL_EVERY_MS = 10_000;

/** `npm run test:simulate`: plays stories by their seeds; tells each that breaks a promise, shrunk to its core. */
const options = new Command('test:simulate')
  .description('The whole pipeline in one process on a virtual clock, through stories that seeds stand for.')
  .option('--seeds <n>', 'how many', whole)
  .option('--seed <s>', 'the first one; alone: this one only', whole)
  .option('--processes <n>', 'share the seeds out among so many processes', whole, 1)
  .addOption(new Option('--sabotage <fault>', 'a fault put into the product').choices(Object.keys(SABOTAGES)))
  .option('--keep', 'tells stories as they are, without shrinking them', false)
  .parse()
  .opts<{
    readonly seeds?: number;
    readonly seed?: number;
    readonly processes: number;
    readonly sabotage?: SabotageName;
    readonly keep: boolean;
  }>();
const sabotage = options.sabotage && SABOTAGES[options.sabotage];
const stop = stopSignal();

const { seed: first = 1, seeds = options.seed === undefined ? 200 : 1 } = options;
const isKept = options.processes > 1 ? shareOut(first, seeds) : withDatabase((db) => playAll(first, seeds, db));
process.exitCode = (await isKept) && !stop.aborted ? 0 : 1;

/** Whether every process found every promise kept. */
async function shareOut(from: number, count: number): Promise<boolean> {
  const size = Math.ceil(count / options.processes);
  const rest = [...(options.sabotage ? ['--sabotage', options.sabotage] : []), ...(options.keep ? ['--keep'] : [])];
  const shares = Array.from({ length: options.processes }, (_, n) => ({
    at: n * size,
    of: Math.min(size, count - n * size),
  }));
  const ends = shares
    .filter((share) => share.of > 0)
    .map((share) => {
      const args = ['--seed', `${from + share.at}`, '--seeds', `${share.of}`, ...rest];
      const child = spawn(process.execPath, [...process.execArgv, import.meta.filename, ...args], { stdio: 'inherit' });
      stop.addEventListener('abort', () => child.kill());
      return once(child, 'exit');
    });
  return (await Promise.all(ends)).every(([code]) => code === 0);
}

/** Whether every promise was kept. */
async function playAll(from: number, count: number, database: SimulatedDatabase): Promise<boolean> {
  const startedMs = performance.now();
  let [toldMs, played, broken] = [startedMs, 0, 0];
  for (; played < count && !stop.aborted; played += 1) {
    const story = storyOf(from + played);
    const outcome = await play(story, database, sabotage);
    if (outcome.violations.length > 0) {
      broken += 1;
      const told = options.keep ? { story, outcome } : await shortest(story, outcome, { database, sabotage });
      process.stdout.write(`${tell(told.story, told.outcome.violations)}\n`);
    }
    if (performance.now() - toldMs > TELL_EVERY_MS) {
      toldMs = performance.now();
      process.stderr.write(`${played + 1} of ${count} seeds, ${broken} broke a promise\n`);
    }
  }
  const perMinute = played / ((performance.now() - startedMs) / 60_000);
  process.stdout.write(`${played} seeds, ${broken} broke a promise, ${perMinute.toFixed(0)} seeds a minute\n`);
  return broken === 0;
}

async function withDatabase<T>(work: (database: SimulatedDatabase) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'scorewire-simulation-'));
  await chmod(folder, 0o755); // so that the user whom Postgres runs as can enter it
  const postgres = await openEmbeddedPostgres(folder, () => {}, { isDurable: false });
  const database = await openSimulatedDatabase(await createDatabase(postgres.url, 'simulation', 'template0'));
  try {
    return await work(database);
  } finally {
    await database.close();
    await postgres.release();
    await rm(folder, { recursive: true, force: true });
  }
}

function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Expected a whole number.');
  return Number(text);
}
