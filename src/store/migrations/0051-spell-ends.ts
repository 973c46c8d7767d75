import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** When a hot spell ends, instead of since when it cools: told without the mapping whose cool-down it is. */
export const spellEnds: Migration = {
  up: async (db) => {
    const coolDown = sql`coalesce((mapping -> 'tasks' ->> 'coolDownDays')::float8, 14) * interval '1 day'`;
    await sql`alter table leads rename column cooling_since to spell_ends_at`.execute(db);
    await sql`alter table persons rename column cooling_since to spell_ends_at`.execute(db);
    await sql`
      update leads set spell_ends_at = spell_ends_at + ${coolDown}
      from connections where connections.id = connection_id and spell_ends_at is not null`.execute(db);
    await sql`
      update persons set spell_ends_at = spell_ends_at + ${coolDown}
      from links join connections on connections.id = tasks_in
      where links.id = link_id and spell_ends_at is not null`.execute(db);
  },
};
