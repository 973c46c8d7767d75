import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createDatabase, dropDatabase } from '../support/database-template.ts';
import { openSimulatedDatabase, type SimulatedDatabase } from './database.ts';
import { play } from './play.ts';
import { SABOTAGES, type SabotageName } from './sabotage.ts';
import { shortest } from './shortest.ts';
import { tell } from './tell.ts';
import { storyOf } from './write-story.ts';

const NAME = 'simulation';
/** What is wrong is to be found within so many seeds. */
const SEEDS = 200;

/** A seed of those that finds a sabotage, and the promise that it sees broken. Where stories are written otherwise, look anew. */
const FOUND: Readonly<Record<SabotageName, { readonly seed: number; readonly invariant: string }>> = {
  'outbox query skipped': { seed: 8, invariant: 'one hot spell, one task' },
  'cursor by time alone': { seed: 4, invariant: 'every lead is pulled' },
  'checkpoint before its page': { seed: 20, invariant: 'stored input is the CRM’s' },
  'undo ignoring later edits': { seed: 20, invariant: 'an undo restores' },
};

let database: SimulatedDatabase;
beforeAll(async () => {
  database = await openSimulatedDatabase(await createDatabase(inject('postgresUrl'), NAME, 'template0'));
});
afterAll(async () => {
  await database.close();
  await dropDatabase(inject('postgresUrl'), NAME);
});

describe('the simulation', () => {
  // As `npm run test:simulate -- --seeds 200 --sabotage NAME` does, but for the seeds before the one that finds it.
  it.each(Object.entries(SABOTAGES))('finds within 200 seeds: %s', async (name, sabotage) => {
    const { seed, invariant } = FOUND[name as SabotageName]; // Object.entries forgets the names
    expect(seed).toBeLessThanOrEqual(SEEDS);
    const { violations } = await play(storyOf(seed), database, sabotage);
    expect(violations.map((violation) => violation.invariant)).toContain(invariant);
    expect((await play(storyOf(seed), database)).violations).toEqual([]);
  });

  // Each has found a fault of the product that no other test reaches through the whole pipeline.
  it.each([2880, 4169, 4419, 4447, 4482, 4662])('breaks no promise any more in seed %i', async (seed) => {
    expect((await play(storyOf(seed), database)).violations).toEqual([]);
  });

  it('plays a seed that fails exactly again, and tells it as a short story', { timeout: 300_000 }, async () => {
    const name = 'undo ignoring later edits';
    const [story, sabotage] = [storyOf(FOUND[name].seed), SABOTAGES[name]];
    const first = await play(story, database, sabotage);
    expect(await play(story, database, sabotage)).toEqual(first);

    const short = await shortest(story, first, { database, sabotage, mostPlays: 30 });
    expect(short.story.steps.length).toBeLessThanOrEqual(4);
    expect(short.outcome.violations[0]?.invariant).toBe(first.violations[0]?.invariant);
    expect(tell(short.story, short.outcome.violations)).toContain(`--seed ${story.seed}`);
    expect(await play(short.story, database, sabotage)).toEqual(short.outcome);
  });
});
