import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { LeadScoringError } from '../errors.ts';
import { MIGRATIONS } from './migrations/index.ts';

/**
 * Brings the database to the last migration. Processes that do so at the same time wait for each other.
 *
 * All pending migrations are one transaction: either all of them are there afterwards, or none.
 *
 * @param migrations - By name; other than ours only in tests.
 * @returns the names of those applied now, in order; empty if there was nothing to do.
 * @throws {LeadScoringError} `CONFIG_INVALID` if the database has a history that is not the beginning of ours (a newer
 *   version made it, or it is not ours); `DATABASE_UNREACHABLE`. A migration that fails throws its own error.
 */
export async function migrate<T>(
  db: Kysely<T>,
  migrations: Readonly<Record<string, Migration>> = MIGRATIONS,
): Promise<readonly string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } });
  const { error, results = [] } = await migrator.migrateToLatest();
  // Kysely's own words for a history that is not the beginning of the list; it has no class or code for it.
  if (error instanceof Error && error.message.startsWith('corrupted migrations')) {
    const message = 'The database was migrated by another version of this program, or by another program';
    throw new LeadScoringError('CONFIG_INVALID', `${message} (${error.message})`, { cause: error });
  }
  if (error !== undefined) throw error;
  return results.map(({ migrationName }) => migrationName);
}
