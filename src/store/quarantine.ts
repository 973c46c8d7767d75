import { type Kysely, sql } from 'kysely';
import type { LeadRef } from '../domain/crm.ts';
import type { LeadScoringError } from '../errors.ts';
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

/** Everything set aside, longest first. */
export async function listQuarantine(db: Kysely<Database>) {
  return db
    .selectFrom('quarantine')
    .innerJoin('connections', 'connections.id', 'quarantine.connection_id')
    .select(['quarantine.id', 'connections.name as connection', 'stage', 'stream', 'crm_id', 'cause', 'message'])
    .select(['attempts', 'first_at', 'last_at'])
    .orderBy('first_at')
    .execute();
}
