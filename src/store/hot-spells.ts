import { type RawBuilder, sql } from 'kysely';

/**
 * Assignments that make `kept` the one hot spell of two that turn out to be the same person's: the one that began first
 * goes on, and it cools only if both do.
 *
 * @param kept - Table or alias of an `update`; `given` of its `from`. Both have the three columns of a hot spell.
 */
export function combinedSpell(kept: string, given: string): RawBuilder<unknown> {
  const [a, b] = [sql.table(kept), sql.table(given)];
  return sql`
    hot_spell = greatest(${a}.hot_spell, ${b}.hot_spell),
    hot_since = least(${a}.hot_since, ${b}.hot_since),
    cooling_since = case when ${a}.hot_since is null then ${b}.cooling_since
      when ${b}.hot_since is null then ${a}.cooling_since
      when ${a}.cooling_since is null or ${b}.cooling_since is null then null
      else greatest(${a}.cooling_since, ${b}.cooling_since) end`;
}
