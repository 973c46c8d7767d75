import { type Kysely, sql, type Transaction } from 'kysely';
import type { MappedObject } from '../domain/crm.ts';
import type { Attributes, AttributeValue } from '../domain/lead.ts';
import type { MappedValues } from '../domain/mapped-part.ts';
import type { Mapping } from '../domain/mapping.ts';
import {
  asksForRecords,
  isNoDifference,
  type MappingDifference,
  mappingDifference,
} from '../domain/mapping-difference.ts';
import { isMissing } from '../domain/values.ts';
import type { Connection } from './connections.ts';
import { markDirtyByCompany } from './dirty-leads.ts';
import { inputHash, lockLeadPages } from './lead-pages.ts';
import { MAPPED_OBJECTS } from './mappings.ts';
import { addToStream } from './run-streams.ts';
import type { Database } from './schema.ts';
import { countsOf, withoutZeros } from './tally.ts';

type Owner = Pick<Connection, 'id' | 'mappingVersion'>;

/** Stream of a run under which the reading of newly mapped fields is counted. */
export const backfillStream = (object: MappedObject): string =>
  `backfill:${object === 'company' ? 'companies' : `${object}s`}`;

/** Objects with records that lack something of the present mapping, or hold more. */
export async function objectsBehind(
  db: Kysely<Database>,
  owner: Owner & Pick<Connection, 'mapping'>,
): Promise<readonly MappedObject[]> {
  const behind = await Promise.all(MAPPED_OBJECTS.map((object) => mappingsBehind(db, owner, object)));
  return MAPPED_OBJECTS.filter((object, index) =>
    behind[index]!.some(({ mapping }) => !isNoDifference(mappingDifference(mapping, owner.mapping, object))),
  );
}

/** The older mappings by which records of an object were read, oldest first. */
export async function mappingsBehind(
  db: Kysely<Database>,
  { id, mappingVersion }: Owner,
  object: MappedObject,
): Promise<readonly { readonly version: number; readonly mapping: Mapping }[]> {
  const { rows } = await sql<{ version: number; mapping: Mapping }>`
    select version, mapping from mappings
    where connection_id = ${id} and version < ${mappingVersion}
      and exists (select 1 from ${recordsAt(id, object)} and mapping_version = mappings.version)
    order by version`.execute(db);
  return rows;
}

/** How many records of an object are to be read by a new mapping: those that are there and have been pulled. */
export async function countMapped(db: Kysely<Database>, connectionId: string, object: MappedObject): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from ${recordsAt(connectionId, object)} and ${alive(object)}`.execute(db);
  return rows[0]?.count ?? 0;
}

/** Ids of up to `size` records of an object that were read by that mapping and are there to be read again. */
export async function idsBehind(
  db: Kysely<Database>,
  { id }: Owner,
  { object, version }: { readonly object: MappedObject; readonly version: number },
  size: number,
): Promise<readonly string[]> {
  const { rows } = await sql<{ crm_id: string }>`
    select crm_id from ${recordsAt(id, object)} and mapping_version = ${version} and ${alive(object)}
    order by crm_id limit ${size}`.execute(db);
  return rows.map(({ crm_id }) => crm_id);
}

/** What brings records from an older mapping to the present one. */
export interface Catching {
  readonly runId: string;
  readonly owner: Owner;
  readonly object: MappedObject;
  readonly version: number;
  readonly difference: MappingDifference;
}

/**
 * Merges newly read values into records, with their counts, in one transaction; a lead is due if its inputs changed.
 *
 * A record that a pull has brought up to date in the meantime is passed over: what the pull read is newer.
 * @param values - By id; `null` for a record that is gone.
 */
export async function catchUp(
  db: Kysely<Database>,
  catching: Catching,
  values: ReadonlyMap<string, MappedValues | null>,
): Promise<void> {
  const { runId, object, difference } = catching;
  await db.transaction().execute(async (tx) => {
    const merge = object === 'company' ? mergeCompanies : mergeLeads;
    const changed = await merge(tx, catching, values);
    if (!asksForRecords(difference)) return;
    const read = [...values.values()].filter((value) => value !== null);
    const unchanged = read.length - changed;
    await addToStream(
      tx,
      { runId, stream: backfillStream(object) },
      {
        pulled: values.size,
        stored: changed,
        excluded: withoutZeros({ unchanged, gone: values.size - read.length }),
        unconverted: countsOf(read.flatMap(({ unconverted }) => unconverted)),
      },
    );
  });
}

/**
 * Ends with an older mapping: records that are not there to be read, deleted or merged away, lose what is mapped no more.
 *
 * Others that still stand under it were stored a moment ago by a worker that had not heard of the change: the next
 * run brings them up to date.
 */
export async function leaveMapping(
  db: Kysely<Database>,
  { owner, object, version, difference }: Catching,
): Promise<void> {
  const { attributes, scoreFields } = difference.dropped;
  const crmFields = object === 'company' ? sql`` : sql`crm_fields = crm_fields - ${scoreFields}::text[],`;
  await sql`
    update ${table(object)} set
      attributes = attributes - ${attributes}::text[], ${crmFields}
      mapping_version = ${owner.mappingVersion}
    where connection_id = ${owner.id} ${ofObject(object)} and mapping_version = ${version}
      and ${isNoDifference(difference) ? sql`true` : sql`not (${alive(object)})`}`.execute(db);
}

interface LeadRow {
  readonly id: string;
  readonly crm_id: string;
  readonly attributes: Attributes;
  readonly crm_fields: Readonly<Record<string, AttributeValue>>;
  readonly lifecycle_stage: string | null;
  readonly company_id: string | null;
  readonly created_at: Date;
}

/** @returns how many leads have other values than before. */
async function mergeLeads(
  tx: Transaction<Database>,
  { owner, object, version, difference }: Catching,
  values: ReadonlyMap<string, MappedValues | null>,
): Promise<number> {
  await lockLeadPages(tx, owner.id);
  const { rows } = await sql<LeadRow>`
    select id, crm_id, attributes, crm_fields, lifecycle_stage, company_id, created_at
    from ${recordsAt(owner.id, object)} and mapping_version = ${version} and crm_id = any(${[...values.keys()]})
      and merged_into is null
    order by id for update`.execute(tx);
  const merged = rows.map((row) => {
    const read = values.get(row.crm_id) ?? null;
    const attributes = mergedValues(row.attributes, read?.attributes, difference.dropped.attributes);
    const crmFields = mergedValues(row.crm_fields, read?.scoreFields, difference.dropped.scoreFields);
    const stage = difference.hasLifecycle && read !== null ? read.lifecycleStage : row.lifecycle_stage;
    const isChanged =
      differ(row.attributes, attributes) || differ(row.crm_fields, crmFields) || stage !== row.lifecycle_stage;
    const hash = inputHash({ attributes, companyId: row.company_id, createdAt: row.created_at });
    return { id: row.id, attributes, crm_fields: crmFields, stage, hash, is_changed: isChanged };
  });
  await sql`
    update leads set
      attributes = merged.attributes, crm_fields = merged.crm_fields, input_hash = merged.hash,
      lifecycle_stage = merged.stage,
      lifecycle_set = case when ${difference.hasLifecycle} then null else lifecycle_set end,
      is_dirty = is_dirty or merged.is_changed or ${difference.isReplanned},
      mapping_version = ${owner.mappingVersion}
    from jsonb_to_recordset(${JSON.stringify(merged)}::jsonb) as merged
      (id uuid, attributes jsonb, crm_fields jsonb, stage text, hash text, is_changed boolean)
    where leads.id = merged.id`.execute(tx);
  return merged.filter((row) => row.is_changed).length;
}

/** As {@link mergeLeads}; leads of companies that changed are due. */
async function mergeCompanies(
  tx: Transaction<Database>,
  { owner, version, difference }: Catching,
  values: ReadonlyMap<string, MappedValues | null>,
): Promise<number> {
  const { rows } = await sql<Pick<LeadRow, 'crm_id' | 'attributes'>>`
    select crm_id, attributes from ${recordsAt(owner.id, 'company')} and mapping_version = ${version}
      and crm_id = any(${[...values.keys()]})
    order by crm_id for update`.execute(tx);
  const merged = rows.map((row) => {
    const attributes = mergedValues(row.attributes, values.get(row.crm_id)?.attributes, difference.dropped.attributes);
    return { crm_id: row.crm_id, attributes, isChanged: differ(row.attributes, attributes) };
  });
  await sql`
    update companies set attributes = merged.attributes, mapping_version = ${owner.mappingVersion}
    from jsonb_to_recordset(${JSON.stringify(merged)}::jsonb) as merged (crm_id text, attributes jsonb)
    where companies.connection_id = ${owner.id} and companies.crm_id = merged.crm_id`.execute(tx);
  const changed = merged.filter(({ isChanged }) => isChanged).map(({ crm_id }) => crm_id);
  await markDirtyByCompany(tx, owner.id, changed);
  return changed.length;
}

function mergedValues(
  held: Readonly<Record<string, AttributeValue>>,
  read: Readonly<Record<string, AttributeValue | undefined>> = {},
  dropped: readonly string[],
): Attributes {
  const kept = Object.entries(held).filter(([name]) => !dropped.includes(name));
  const given = Object.entries(read).filter((entry): entry is [string, AttributeValue] => entry[1] !== undefined);
  return { ...Object.fromEntries(kept), ...Object.fromEntries(given) };
}

/** Whether a value is another one; a missing one and none are the same to the engine. */
function differ(before: Attributes, after: Attributes): boolean {
  const text = (values: Attributes, name: string) => (isMissing(values[name]) ? '' : JSON.stringify(values[name]));
  return Object.keys({ ...before, ...after }).some((name) => text(before, name) !== text(after, name));
}

const table = (object: MappedObject) => (object === 'company' ? sql`companies` : sql`leads`);
const ofObject = (object: MappedObject) => (object === 'company' ? sql`` : sql`and object = ${object}`);
const recordsAt = (connectionId: string, object: MappedObject) =>
  sql`${table(object)} where connection_id = ${connectionId} ${ofObject(object)}`;
/** There to be read: not deleted, not merged away, and pulled at least once. */
const alive = (object: MappedObject) =>
  object === 'company' ? sql`not is_deleted` : sql`not is_deleted and merged_into is null and input_hash <> ''`;
