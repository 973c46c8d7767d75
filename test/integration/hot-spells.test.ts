import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { combinedSpell } from '../../src/store/hot-spells.ts';
import type { Database } from '../../src/store/schema.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

/** Number, hot for so many days, ends in so many days. */
type Spell = readonly [number: number, hotFor: number | null, endsIn: number | null];

const NEVER: Spell = [0, null, null];
const HOT: Spell = [2, 5, null];
const COOLING: Spell = [3, 20, 10];
const ENDED: Spell = [4, 90, -1];

/** What becomes of the spell of one lead with that of another. */
async function combined(db: Kysely<Database>, kept: Spell, given: Spell): Promise<unknown> {
  return db.transaction().execute(async (tx) => {
    await sql`create temporary table spell (who text, hot_spell int, hot_since timestamptz, spell_ends_at timestamptz)
      on commit drop`.execute(tx);
    for (const [who, [number, hotFor, endsIn]] of Object.entries({ kept, given })) {
      await sql`insert into spell values (${who}, ${number}, now() - ${hotFor}::int * interval '1 day',
        now() + ${endsIn}::int * interval '1 day')`.execute(tx);
    }
    await sql`update spell as kept set ${combinedSpell('kept', 'given')} from spell as given
      where kept.who = 'kept' and given.who = 'given'`.execute(tx);
    const { rows } = await sql<{ spell: unknown }>`
      select json_build_array(hot_spell, extract(day from now() - hot_since), extract(day from spell_ends_at - now()))
        as spell from spell where who = 'kept'`.execute(tx);
    return rows[0]?.spell;
  });
}

it.each<[string, Spell, Spell, Spell]>([
  ['begins with neither', NEVER, NEVER, NEVER],
  ['is that of the one who ever had one', HOT, NEVER, HOT],
  ['began when the first of two began', HOT, [1, 7, null], [2, 7, null]],
  ['does not cool while one of them is hot', HOT, COOLING, [3, 20, null]],
  ['cools until the later end of two that cool', COOLING, [1, 2, 12], [3, 20, 12]],
  ['goes on without one that has ended', HOT, ENDED, [5, 5, null]],
  ['cools without one that has ended', COOLING, ENDED, [5, 20, 10]],
  ['keeps its number when two that were split are joined again', HOT, HOT, HOT],
  ['has ended where both have', ENDED, [1, 40, -3], [4, 90, -1]],
  ['has ended where one has and the other never was hot', NEVER, ENDED, ENDED],
])('the hot spell of two leads that are one person %s', async (_, one, other, together) => {
  expect(await combined(database.db, one, other)).toEqual(together);
  expect(await combined(database.db, other, one)).toEqual(together);
});
