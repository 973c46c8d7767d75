import { randomUUID } from 'node:crypto';
import type { Kysely, Selectable } from 'kysely';
import type { AccountCheck } from '../domain/account.ts';
import type { Crm } from '../domain/crm.ts';
import type { FieldLimits } from '../domain/field-description.ts';
import type { Mapping } from '../domain/mapping.ts';
import { nearestWord } from '../domain/nearest-word.ts';
import { type ErrorCode, LeadScoringError } from '../errors.ts';
import type { ConnectionsTable } from './connections-table.ts';
import { unlinkRemoved } from './links.ts';
import type { Database } from './schema.ts';
import type { Vault } from './secrets.ts';

/** One link to one CRM account. Credentials are not part of it, so that it can be logged and shown. */
export interface Connection {
  readonly id: string;
  readonly name: string;
  readonly crm: Crm;
  /** `null`: the CRM's own address. */
  readonly baseUrl: string | null;
  readonly mapping: Mapping;
  /** The mapping file as the admin wrote it. */
  readonly mappingText: string;
  /** Counts the mappings that the connection has had. */
  readonly mappingVersion: number;
  readonly fieldLimits: FieldLimits;
  readonly accountId: string;
  readonly timeZone: string;
  readonly recordUrl: string;
  /** Why nothing runs until a person acts; `null`: active. */
  readonly halted: { readonly code: ErrorCode; readonly reason: string } | null;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
}

/** What {@link addConnection} needs. */
export interface NewConnection
  extends Pick<Connection, 'name' | 'crm' | 'baseUrl' | 'mapping' | 'mappingText'>,
    Pick<AccountCheck, 'accountId' | 'timeZone' | 'recordUrl'> {
  /** JSON; its shape is the connector's. */
  readonly credentials: object;
}

/**
 * Stores a connection whose credentials have been checked.
 *
 * @throws {LeadScoringError} `CONNECTION_EXISTS` if the name is taken, or another connection has the same account.
 */
export async function addConnection(db: Kysely<Database>, vault: Vault, added: NewConnection): Promise<Connection> {
  const id = randomUUID();
  const row = await db
    .insertInto('connections')
    .values({
      id,
      name: added.name,
      crm: added.crm,
      base_url: added.baseUrl,
      credentials: vault.seal(JSON.stringify(added.credentials), id),
      mapping: JSON.stringify(added.mapping),
      mapping_text: added.mappingText,
      account_id: added.accountId,
      time_zone: added.timeZone,
      record_url: added.recordUrl,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
  if (row !== undefined) return asConnection(row);
  const taken = await db.selectFrom('connections').select('name').where('name', '=', added.name).executeTakeFirst();
  if (taken !== undefined) throw exists(`There is a connection named ${added.name}`);
  const { name } = await db
    .selectFrom('connections')
    .select('name')
    .where('crm', '=', added.crm)
    .where('account_id', '=', added.accountId)
    .executeTakeFirstOrThrow();
  throw exists(`The connection ${name} is already linked to the ${added.crm} account ${added.accountId}`);
}

/** Every connection, by name. */
export async function listConnections(db: Kysely<Database>): Promise<readonly Connection[]> {
  return (await db.selectFrom('connections').selectAll().orderBy('name').execute()).map(asConnection);
}

/**
 * The connection of a name.
 *
 * @throws {LeadScoringError} `CONNECTION_UNKNOWN`, with the name that was most likely meant.
 */
export async function connectionNamed(db: Kysely<Database>, name: string): Promise<Connection> {
  const row = await db.selectFrom('connections').selectAll().where('name', '=', name).executeTakeFirst();
  if (row !== undefined) return asConnection(row);
  const known = await db.selectFrom('connections').select('name').execute();
  const meant = nearestWord(
    name,
    known.map((other) => other.name),
  );
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
  throw new LeadScoringError('CONNECTION_UNKNOWN', `There is no connection named ${name}${hint}`);
}

/**
 * The connection of an id.
 *
 * @throws {LeadScoringError} `CONNECTION_UNKNOWN` if it has been removed.
 */
export async function connectionOf(db: Kysely<Database>, id: string): Promise<Connection> {
  const row = await db.selectFrom('connections').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw unknown(id);
  return asConnection(row);
}

/**
 * Removes a connection and, by the foreign keys, everything that was pulled through it.
 *
 * @throws {LeadScoringError} `CONNECTION_UNKNOWN`; `RUN_UNDER_WAY` if it is linked and a run of the other is open.
 */
export async function removeConnection(db: Kysely<Database>, name: string): Promise<void> {
  const { id } = await connectionNamed(db, name);
  await db.transaction().execute(async (tx) => {
    await unlinkRemoved(tx, id);
    await tx.deleteFrom('connections').where('id', '=', id).execute();
  });
}

/** Stops a connection until a person acts, or lets it run again (`null`). */
export async function setHalted(db: Kysely<Database>, id: string, halted: Connection['halted']): Promise<void> {
  await db
    .updateTable('connections')
    .set({
      state: halted === null ? 'active' : 'halted',
      halted_code: halted?.code ?? null,
      halted_reason: halted?.reason ?? null,
    })
    .where('id', '=', id)
    .execute();
}

/**
 * The credentials of a connection, as they were stored.
 *
 * @throws {LeadScoringError} `SECRET_UNREADABLE`, `CONNECTION_UNKNOWN`.
 */
export async function credentialsOf(db: Kysely<Database>, vault: Vault, id: string): Promise<unknown> {
  const row = await db.selectFrom('connections').select('credentials').where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw unknown(id);
  return JSON.parse(vault.open(row.credentials, id));
}

/**
 * Replaces the credentials, one process after another: a refresh token that may be used once is used once.
 *
 * @param renew - Receives the credentials as they are now, which another process may just have renewed; `null` from it
 *   leaves them. Other renewals of the connection wait meanwhile.
 * @returns the credentials as they are afterwards.
 * @throws {LeadScoringError} `SECRET_UNREADABLE`, `CONNECTION_UNKNOWN`, or what `renew` throws (then nothing changes).
 */
export async function updateCredentials(
  db: Kysely<Database>,
  vault: Vault,
  id: string,
  renew: (current: unknown) => Promise<object | null>,
): Promise<unknown> {
  return db.transaction().execute(async (tx) => {
    const row = await tx
      .selectFrom('connections')
      .select('credentials')
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined) throw unknown(id);
    const current: unknown = JSON.parse(vault.open(row.credentials, id));
    const renewed = await renew(current);
    if (renewed === null) return current;
    const credentials = vault.seal(JSON.stringify(renewed), id);
    await tx.updateTable('connections').set({ credentials }).where('id', '=', id).execute();
    return renewed;
  });
}

function asConnection(row: Selectable<ConnectionsTable>): Connection {
  return {
    id: row.id,
    name: row.name,
    crm: row.crm,
    baseUrl: row.base_url,
    mapping: row.mapping,
    mappingText: row.mapping_text,
    mappingVersion: row.mapping_version,
    fieldLimits: row.field_limits,
    accountId: row.account_id,
    timeZone: row.time_zone,
    recordUrl: row.record_url,
    halted: row.halted_code === null ? null : { code: row.halted_code, reason: row.halted_reason ?? '' },
    settings: row.settings,
    createdAt: row.created_at,
  };
}

function exists(message: string): LeadScoringError {
  return new LeadScoringError('CONNECTION_EXISTS', message);
}

function unknown(id: string): LeadScoringError {
  return new LeadScoringError('CONNECTION_UNKNOWN', `There is no connection with the id ${id}`);
}
