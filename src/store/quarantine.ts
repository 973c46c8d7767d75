import { type Kysely, sql, type Transaction } from 'kysely';
import type { LeadRef } from '../domain/crm.ts';
import { type CauseClass, classOf } from '../domain/quarantine.ts';
import { LeadScoringError } from '../errors.ts';
import { markDirtyByRef } from './dirty-leads.ts';
import type { Database } from './schema.ts';

/** Where a record got stuck. */
export interface QuarantinePlace {
  readonly connectionId: string;
  readonly stage: 'pull' | 'score' | 'write' | 'task';
  readonly stream: string;
}

/** Sets records aside with their cause; one that was there already counts one attempt more. */
export async function holdInQuarantine(
  db: Kysely<Database>,
  { connectionId, stage, stream }: QuarantinePlace,
  records: readonly { readonly crmId: string; readonly error: LeadScoringError }[],
): Promise<void> {
  const latest = [...new Map(records.map((record) => [record.crmId, record])).values()];
  if (latest.length === 0) return;
  await db
    .insertInto('quarantine')
    .values(
      latest.map(({ crmId, error }) => ({
        connection_id: connectionId,
        stage,
        stream,
        crm_id: crmId,
        cause: error.code,
        message: error.message,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['connection_id', 'stage', 'stream', 'crm_id']).doUpdateSet((eb) => ({
        cause: eb.ref('excluded.cause'),
        message: eb.ref('excluded.message'),
        attempts: sql`quarantine.attempts + 1`,
        last_at: sql`now()`,
      })),
    )
    .execute();
}

/** Lets records go: the cause has healed. */
export async function releaseFromQuarantine(
  db: Kysely<Database>,
  { connectionId, stage, stream }: QuarantinePlace,
  crmIds: readonly string[],
): Promise<void> {
  if (crmIds.length === 0) return;
  await db
    .deleteFrom('quarantine')
    .where('connection_id', '=', connectionId)
    .where('stage', '=', stage)
    .where('stream', '=', stream)
    .where('crm_id', 'in', crmIds)
    .execute();
}

/** Lets go of records that are gone or stand under another id now: nothing can be written to them any more. */
export async function releaseGone(
  db: Kysely<Database>,
  connectionId: string,
  records: readonly LeadRef[],
): Promise<void> {
  for (const object of new Set(records.map((record) => record.object))) {
    const crmIds = records.filter((record) => record.object === object).map(({ crmId }) => crmId);
    for (const stage of ['write', 'task'] as const) {
      await releaseFromQuarantine(db, { connectionId, stage, stream: object }, crmIds);
    }
  }
}

/** A record that is set aside. */
export interface HeldRecord extends Omit<QuarantinePlace, 'connectionId'> {
  readonly id: string;
  readonly connection: string;
  readonly connection_id: string;
  readonly crm_id: string;
  readonly cause: string;
  readonly class: CauseClass;
  readonly message: string;
  readonly attempts: number;
  readonly first_at: Date;
  readonly last_at: Date;
}

/** Everything set aside, longest first. */
export async function listQuarantine(db: Kysely<Database>): Promise<readonly HeldRecord[]> {
  const { rows } = await sql<HeldRecord & { is_merged: boolean }>`
    select quarantine.id, connections.name as connection, quarantine.connection_id, stage, stream, quarantine.crm_id,
      cause, message, attempts, first_at, last_at,
      coalesce(leads.crm_id <> quarantine.crm_id and leads.object = quarantine.stream, false) as is_merged
    from quarantine
    join connections on connections.id = quarantine.connection_id
    left join lead_aliases as alias on alias.connection_id = quarantine.connection_id
      and alias.object = quarantine.stream and alias.crm_id = quarantine.crm_id
    left join leads on leads.id = alias.lead_id
    order by first_at, quarantine.id`.execute(db);
  return rows.map(({ is_merged, ...row }) => ({ ...row, class: classOf(row.cause, is_merged) }));
}

/**
 * Records that are set aside, by their ids.
 *
 * @throws {LeadScoringError} `QUARANTINE_UNKNOWN` naming every id of which there is none; then nothing happens.
 */
export async function heldRecords(db: Kysely<Database>, ids: readonly string[]): Promise<readonly HeldRecord[]> {
  const all = await listQuarantine(db);
  const held = all.filter(({ id }) => ids.includes(id));
  const unknown = ids.filter((id) => !held.some((record) => record.id === id));
  if (unknown.length === 0) return held;
  throw new LeadScoringError('QUARANTINE_UNKNOWN', `Nothing is set aside under ${unknown.join(', ')}`);
}

/** Lets records go back to the common run of things: refused writes and tasks are due again. */
export async function letGo(db: Kysely<Database>, records: readonly HeldRecord[]): Promise<void> {
  await db.transaction().execute(async (tx) => {
    for (const { id, connection_id, stage, stream, crm_id } of records) {
      await tx.deleteFrom('quarantine').where('id', '=', id).execute();
      if (stage === 'write') await markDirtyByRef(tx, connection_id, [{ object: stream, crmId: crm_id }]);
      if (stage === 'task') await replanRefused(tx, connection_id, { object: stream, crmId: crm_id });
    }
  });
}

async function replanRefused(
  tx: Transaction<Database>,
  connectionId: string,
  { object, crmId }: { readonly object: string; readonly crmId: string },
): Promise<void> {
  await sql`
    update tasks set state = 'planned', sending_at = null
    where connection_id = ${connectionId} and state = 'rejected' and lead_id in (
      select lead_id from lead_aliases
      where connection_id = ${connectionId} and object = ${object} and crm_id = ${crmId})`.execute(tx);
}
