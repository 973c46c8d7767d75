import type { SimulatedDatabase } from './database.ts';
import type { Sabotage } from './house.ts';
import { type Outcome, play } from './play.ts';
import { shrink } from './shrink.ts';
import type { Story } from './story.ts';

/** A story that is as short as it can be and breaks the same promise first, and what came of it. */
export async function shortest(
  story: Story,
  { violations }: Outcome,
  how: { readonly database: SimulatedDatabase; readonly sabotage?: Sabotage | undefined; readonly mostPlays?: number },
): Promise<{ readonly story: Story; readonly outcome: Outcome }> {
  const { database, sabotage, mostPlays } = how;
  const { invariant } = violations[0]!; // of a story that breaks something
  const breaks = async (other: Story) => (await play(other, database, sabotage)).violations[0]?.invariant === invariant;
  const found = await shrink(story, breaks, mostPlays);
  return { story: found.story, outcome: await play(found.story, database, sabotage) };
}
