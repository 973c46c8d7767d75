import { type Kysely, sql } from 'kysely';
import type { CrmLead, LeadObject, LeadRef, Stream } from '../domain/crm.ts';
import type { Reconciled } from '../domain/reconciled.ts';
import type { Connection } from './connections.ts';
import { leaveBehind } from './follow-persons.ts';
import { storeLeads } from './lead-pages.ts';
import { releaseGone } from './quarantine.ts';
import type { Database } from './schema.ts';
import { NO_RUN } from './tally.ts';

/** What the verb `reconcile` needs, over one connection's leads. */
export function reconcileStore(db: Kysely<Database>, connection: Pick<Connection, 'id' | 'mappingVersion'>) {
  const { id: connectionId, mappingVersion } = connection;
  let startedAt = new Date();
  return {
    begin: async (_object: LeadObject): Promise<void> => {
      const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db);
      startedAt = rows[0]?.now ?? startedAt;
    },

    compare: async (
      object: LeadObject,
      found: readonly { readonly crmId: string; readonly modifiedAt: Date }[],
    ): Promise<{ readonly missed: readonly LeadRef[]; readonly stale: readonly LeadRef[] }> => {
      const { rows } = await sql<{ crm_id: string; is_stale: boolean | null }>`
        with found as (
          select * from jsonb_to_recordset(${JSON.stringify(found)}::jsonb) as page ("crmId" text, "modifiedAt" timestamptz)),
        seen as (
          update leads set seen_at = clock_timestamp() from found
          where connection_id = ${connectionId} and object = ${object} and crm_id = "crmId" and merged_into is null
          returning crm_id, modified_at < "modifiedAt" or is_deleted as is_stale)
        select "crmId" as crm_id, seen.is_stale
        from found left join seen on seen.crm_id = found."crmId"`.execute(db);
      const refs = (of: boolean | null) =>
        rows.filter(({ is_stale }) => is_stale === of).map(({ crm_id }) => ({ object, crmId: crm_id }));
      return { missed: refs(null), stale: refs(true) };
    },

    storeLeads: async ({ name }: Stream<'lead'>, leads: readonly CrmLead[]): Promise<void> => {
      await db
        .transaction()
        .execute((tx) => storeLeads(tx, { runId: NO_RUN, connectionId, stream: name, mappingVersion }, leads));
    },

    unseen: async (object: LeadObject, limit: number): Promise<readonly LeadRef[]> => {
      const rows = await db
        .selectFrom('leads')
        .select('crm_id')
        .where('connection_id', '=', connectionId)
        .where('object', '=', object)
        .where('merged_into', 'is', null)
        .where('is_deleted', '=', false)
        // A lead that was pulled while we compared is newer than the list.
        .where((eb) => eb.or([eb('seen_at', 'is', null), eb('seen_at', '<', startedAt)]))
        .where('stored_at', '<', startedAt)
        .limit(limit)
        .execute();
      return rows.map(({ crm_id }) => ({ object, crmId: crm_id }));
    },

    markSeen: async (leads: readonly LeadRef[]): Promise<void> => {
      await sql`
        update leads set seen_at = clock_timestamp()
        from jsonb_to_recordset(${JSON.stringify(leads)}::jsonb) as seen (object text, "crmId" text)
        where connection_id = ${connectionId} and leads.object = seen.object and leads.crm_id = seen."crmId"`.execute(
        db,
      );
    },

    leads: (object: LeadObject) => liveLeads(db, connectionId, object),

    keep: async (streams: readonly Reconciled[]): Promise<void> => {
      await db
        .insertInto('reconciliations')
        .values({ connection_id: connectionId, started_at: startedAt, streams: JSON.stringify(streams) })
        .execute();
    },

    markDeleted: async (leads: readonly LeadRef[]): Promise<void> => {
      for (const object of new Set(leads.map((lead) => lead.object))) {
        const gone = await db
          .updateTable('leads')
          .set({ is_deleted: true, is_dirty: false, next_review_at: null, outcome: 'deleted' })
          .where('connection_id', '=', connectionId)
          .where('object', '=', object)
          .where(
            'crm_id',
            'in',
            leads.filter((lead) => lead.object === object).map(({ crmId }) => crmId),
          )
          .returning('id')
          .execute();
        await leaveBehind(
          db,
          gone.map(({ id }) => id),
        );
      }
      await releaseGone(db, connectionId, leads);
    },
  };
}

/** Live leads of an object by id, in pages: memory does not grow with them. */
async function* liveLeads(
  db: Kysely<Database>,
  connectionId: string,
  object: LeadObject,
): AsyncGenerator<readonly { readonly crmId: string; readonly modifiedAt: Date }[]> {
  let last = '';
  for (;;) {
    const rows = await db
      .selectFrom('leads')
      .select(['crm_id as crmId', 'modified_at as modifiedAt'])
      .where('connection_id', '=', connectionId)
      .where('object', '=', object)
      .where('merged_into', 'is', null)
      .where('is_deleted', '=', false)
      .where('crm_id', '>', last)
      .orderBy('crm_id')
      .limit(PAGE_SIZE)
      .execute();
    if (rows.length === 0) return;
    yield rows;
    last = rows.at(-1)?.crmId ?? last;
  }
}

const PAGE_SIZE = 1_000;

/** The latest comparison of a connection; `null` before the first. */
export async function latestReconciliation(
  db: Kysely<Database>,
  connectionId: string,
): Promise<{ readonly at: Date; readonly streams: readonly Reconciled[] } | null> {
  const row = await db
    .selectFrom('reconciliations')
    .select(['finished_at as at', 'streams'])
    .where('connection_id', '=', connectionId)
    .orderBy('finished_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}
