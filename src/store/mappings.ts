import { isDeepStrictEqual } from 'node:util';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { MappedObject } from '../domain/crm.ts';
import type { FieldLimits } from '../domain/field-description.ts';
import { leadObjects, type Mapping } from '../domain/mapping.ts';
import { type MappingDifference, mappingDifference } from '../domain/mapping-difference.ts';
import type { Connection } from './connections.ts';
import { markDirtyByCompany } from './dirty-leads.ts';
import type { Database } from './schema.ts';

/** Every object that a mapping may name. */
export const MAPPED_OBJECTS = ['lead', 'contact', 'company'] as const satisfies readonly MappedObject[];

/**
 * Replaces the mapping of a connection with one that has been checked, and drops at once what it maps no more.
 *
 * What it maps anew is missing until the next run has read it; see mapping-backlog.ts.
 */
export async function replaceMapping(
  db: Kysely<Database>,
  connectionId: string,
  { mapping, mappingText }: Pick<Connection, 'mapping' | 'mappingText'>,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const old = await tx
      .selectFrom('connections')
      .select(['mapping', 'mapping_text', 'mapping_version'])
      .where('id', '=', connectionId)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const next = isDeepStrictEqual(old.mapping, mapping) ? old.mapping_version : old.mapping_version + 1;
    await tx
      .updateTable('connections')
      .set({ mapping: JSON.stringify(mapping), mapping_text: mappingText, mapping_version: next })
      .where('id', '=', connectionId)
      .execute();
    if (next === old.mapping_version) return; // other comments, or another layout
    await tx
      .insertInto('mappings')
      .values({
        connection_id: connectionId,
        version: old.mapping_version,
        mapping: JSON.stringify(old.mapping),
        mapping_text: old.mapping_text,
      })
      .execute();
    for (const object of MAPPED_OBJECTS) {
      await dropUnmapped(tx, connectionId, object, mappingDifference(old.mapping, mapping, object));
    }
    await forgetStreamsOf(tx, connectionId, old.mapping, mapping);
  });
}

/** Keeps how much the mapped fields hold, as the CRM has just described them. */
export async function keepFieldLimits(db: Kysely<Database>, connectionId: string, limits: FieldLimits): Promise<void> {
  await db
    .updateTable('connections')
    .set({ field_limits: JSON.stringify(limits) })
    .where('id', '=', connectionId)
    .execute();
}

/** Drops values that are mapped no more; leads that had one are due for scoring. */
async function dropUnmapped(
  tx: Transaction<Database>,
  connectionId: string,
  object: MappedObject,
  { dropped, isUnmapped }: MappingDifference,
): Promise<void> {
  const { attributes, scoreFields } = dropped;
  const had = sql`exists (select 1 from jsonb_each(attributes) as had (name, value)
    where had.name = any(${attributes}::text[]) and had.value <> 'null')`;
  if (object === 'company') {
    if (attributes.length === 0) return;
    const { rows } = await sql<{ crm_id: string }>`
      update companies set attributes = attributes - ${attributes}::text[]
      where connection_id = ${connectionId} and ${had} returning crm_id`.execute(tx);
    await markDirtyByCompany(
      tx,
      connectionId,
      rows.map(({ crm_id }) => crm_id),
    );
    return;
  }
  if (attributes.length + scoreFields.length > 0) {
    await sql`
      update leads set
        is_dirty = is_dirty or (${had} and not is_deleted and merged_into is null and input_hash <> ''),
        attributes = attributes - ${attributes}::text[],
        crm_fields = crm_fields - ${scoreFields}::text[]
      where connection_id = ${connectionId} and object = ${object}`.execute(tx);
  }
  if (!isUnmapped) return;
  await sql`
    update leads set is_deleted = true, is_dirty = false, next_review_at = null
    where connection_id = ${connectionId} and object = ${object}`.execute(tx);
}

/** The stream of an object that comes or goes begins from the start. */
async function forgetStreamsOf(
  tx: Transaction<Database>,
  connectionId: string,
  before: Mapping,
  after: Mapping,
): Promise<void> {
  const streams = (mapping: Mapping) => leadObjects(mapping).map((object) => `${object}s`);
  const [old, now] = [streams(before), streams(after)];
  const moved = [...old, ...now].filter((stream) => !old.includes(stream) || !now.includes(stream));
  if (moved.length === 0) return;
  await tx.deleteFrom('checkpoints').where('connection_id', '=', connectionId).where('stream', 'in', moved).execute();
}
