import { type RawBuilder, sql } from 'kysely';

/** Whether a row's hot spell goes on, its cool-down included. */
export const isInSpell = (row: RawBuilder<unknown>): RawBuilder<boolean> =>
  sql`(${row}.hot_since is not null and coalesce(${row}.spell_ends_at >= now(), true))`;

/**
 * Assignments that make `kept` the one hot spell of two that turn out to be the same person's: of two that go on the one
 * that began first, and it cools only if both do. One that has ended does not go on with the other.
 *
 * Its number is the sum of the two, so that none of the tasks that each has had from earlier spells is taken for its own.
 *
 * @param kept - Table or alias of an `update`; `given` of its `from`. Both have the three columns of a hot spell.
 */
export function combinedSpell(kept: string, given: string): RawBuilder<unknown> {
  const [a, b] = [sql.table(kept), sql.table(given)];
  const [isInA, isInB] = [isInSpell(a), isInSpell(b)];
  return sql`
    hot_spell = ${a}.hot_spell + ${b}.hot_spell,
    hot_since = case when ${isInA} = ${isInB} then least(${a}.hot_since, ${b}.hot_since)
      when ${isInA} then ${a}.hot_since else ${b}.hot_since end,
    spell_ends_at = case when ${isInA} and not ${isInB} then ${a}.spell_ends_at
      when ${isInB} and not ${isInA} then ${b}.spell_ends_at
      when ${isInA} and (${a}.spell_ends_at is null or ${b}.spell_ends_at is null) then null
      else greatest(${a}.spell_ends_at, ${b}.spell_ends_at) end`;
}
