import { type RawBuilder, sql } from 'kysely';

/** Whether a row's hot spell goes on, its cool-down included. */
export const isInSpell = (row: RawBuilder<unknown>): RawBuilder<boolean> =>
  sql`(${row}.hot_since is not null and coalesce(${row}.spell_ends_at >= now(), true))`;

/**
 * The number of the hot spell of two that turn out to be the same person's. Where one goes on and the other has ended it
 * is a new one, so that no task of the ended spell is taken for its own.
 */
export const numberTogether = (a: RawBuilder<unknown>, b: RawBuilder<unknown>): RawBuilder<number> => sql`(
  greatest(${a}.hot_spell, ${b}.hot_spell)
    + (least(${a}.hot_spell, ${b}.hot_spell) > 0 and ${isInSpell(a)} <> ${isInSpell(b)})::int)`;

/**
 * Assignments that make `kept` the one hot spell of two that turn out to be the same person's: of two that go on the one
 * that began first, and it cools only if both do. One that has ended does not go on with the other.
 *
 * @param kept - Table or alias of an `update`; `given` of its `from`. Both have the three columns of a hot spell.
 */
export function combinedSpell(kept: string, given: string): RawBuilder<unknown> {
  const [a, b] = [sql.table(kept), sql.table(given)];
  const [isInA, isInB] = [isInSpell(a), isInSpell(b)];
  return sql`
    hot_spell = ${numberTogether(a, b)},
    hot_since = case when ${isInA} = ${isInB} then least(${a}.hot_since, ${b}.hot_since)
      when ${isInA} then ${a}.hot_since else ${b}.hot_since end,
    spell_ends_at = case when ${isInA} and not ${isInB} then ${a}.spell_ends_at
      when ${isInB} and not ${isInA} then ${b}.spell_ends_at
      when ${isInA} and (${a}.spell_ends_at is null or ${b}.spell_ends_at is null) then null
      else greatest(${a}.spell_ends_at, ${b}.spell_ends_at) end`;
}
