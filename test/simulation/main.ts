import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { openEmbeddedPostgres } from '../../src/store/embedded-postgres.ts';
import { createDatabase } from '../support/database-template.ts';
import { openSimulatedDatabase, type SimulatedDatabase } from './database.ts';
import { play } from './play.ts';
import { SABOTAGES, type SabotageName } from './sabotage.ts';
import { shrink } from './shrink.ts';
import type { Story } from './story.ts';
import { tell } from './tell.ts';
import { storyOf } from './write-story.ts';

const TELL_EVERY_MS = 10_000;

/** `npm run test:simulate`: plays stories by their seeds; tells each that breaks a promise, shrunk to its core. */
const command = new Command('test:simulate')
  .description('The whole pipeline in one process on a virtual clock, through stories that seeds stand for.')
  .option('--seeds <n>', 'how many', whole)
  .option('--seed <s>', 'the first one; alone: this one only', whole)
  .addOption(new Option('--sabotage <fault>', 'a fault put into the product').choices(Object.keys(SABOTAGES)))
  .option('--keep', 'tells stories as they are, without shrinking them', false)
  .parse();
const options = command.opts<{
  readonly seeds?: number;
  readonly seed?: number;
  readonly sabotage?: SabotageName;
  readonly keep: boolean;
}>();
const sabotage = options.sabotage && SABOTAGES[options.sabotage];
const first = options.seed ?? 1;
const count = options.seeds ?? (options.seed === undefined ? 200 : 1);

await withDatabase(async (database) => {
  const startedMs = performance.now();
  let [toldMs, broken] = [startedMs, 0];
  for (let seed = first; seed < first + count; seed += 1) {
    const story = storyOf(seed);
    const { violations } = await play(story, database, sabotage);
    if (violations.length > 0) {
      broken += 1;
      process.stdout.write(`${options.keep ? tell(story, violations) : await shortest(story, database)}\n`);
    }
    if (performance.now() - toldMs > TELL_EVERY_MS) {
      toldMs = performance.now();
      process.stderr.write(`${seed - first + 1} of ${count} seeds, ${broken} broke a promise\n`);
    }
  }
  const minutes = (performance.now() - startedMs) / 60_000;
  process.stdout.write(`${count} seeds, ${broken} broke a promise, ${(count / minutes).toFixed(0)} seeds a minute\n`);
  process.exitCode = broken === 0 ? 0 : 1;
});

async function shortest(story: Story, database: SimulatedDatabase): Promise<string> {
  const { violations } = await play(story, database, sabotage);
  const [{ invariant } = { invariant: '' }] = violations;
  const breaks = async (other: Story) =>
    (await play(other, database, sabotage)).violations.some((violation) => violation.invariant === invariant);
  const found = await shrink(story, breaks);
  return tell(found.story, (await play(found.story, database, sabotage)).violations);
}

async function withDatabase(work: (database: SimulatedDatabase) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'scorewire-simulation-'));
  await chmod(folder, 0o755); // so that the user whom Postgres runs as can enter it
  const postgres = await openEmbeddedPostgres(folder, () => {}, { isDurable: false });
  const database = await openSimulatedDatabase(await createDatabase(postgres.url, 'simulation', 'template0'));
  try {
    await work(database);
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
