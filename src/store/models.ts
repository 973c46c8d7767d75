import { type Kysely, sql } from 'kysely';
import type { Database } from './schema.ts';

/** A published score model, as its YAML text. */
export interface PublishedModel {
  readonly name: string;
  readonly version: number;
  readonly yaml: string;
}

/** The latest published version of each model, by name. */
export async function publishedModels(db: Kysely<Database>): Promise<readonly PublishedModel[]> {
  return db
    .selectFrom('models')
    .distinctOn('name')
    .select(['name', 'version', 'yaml'])
    .orderBy('name')
    .orderBy('version', 'desc')
    .execute();
}

/** Every published version of a model, the latest first. */
export async function publishedVersions(db: Kysely<Database>, name: string): Promise<readonly PublishedModel[]> {
  const versions = db.selectFrom('models').select(['name', 'version', 'yaml']);
  return versions.where('name', '=', name).orderBy('version', 'desc').execute();
}

/**
 * Publishes a version of a model; every lead is due for scoring with it.
 *
 * @returns `false` if the same text was published under this version before: then nothing changes.
 */
export async function publishModel(db: Kysely<Database>, model: PublishedModel): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    const written = await tx
      .insertInto('models')
      .values(model)
      .onConflict((conflict) =>
        conflict
          .columns(['name', 'version'])
          .doUpdateSet({ yaml: model.yaml, published_at: sql`now()` })
          .whereRef('models.yaml', '!=', 'excluded.yaml'),
      )
      .returning('name')
      .executeTakeFirst();
    if (written === undefined) return false;
    await sql`update leads set is_dirty = true where not is_dirty and not is_deleted and merged_into is null
      and input_hash <> ''`.execute(tx);
    return true;
  });
}
