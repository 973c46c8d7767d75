import { type Kysely, sql, type Transaction } from 'kysely';
import type { CrmOwner } from '../domain/crm.ts';
import type { Database } from './schema.ts';
import { type PageOf, type Tally, withoutZeros } from './tally.ts';

/** Stores reps and queues; their round-robin credit survives. */
export async function storeOwners(
  tx: Transaction<Database>,
  { connectionId }: PageOf,
  records: readonly CrmOwner[],
): Promise<Tally> {
  const latest = [...new Map(records.map((owner) => [owner.crmId, owner])).values()];
  const { rows: changed } = await sql<{ crm_id: string }>`
    insert into owners (connection_id, crm_id, name, is_active, is_queue)
    select ${connectionId}, page.*
    from jsonb_to_recordset(${JSON.stringify(
      latest.map(({ crmId, name, isActive, isQueue }) => ({
        crm_id: crmId,
        name,
        is_active: isActive,
        is_queue: isQueue,
      })),
    )}::jsonb) as page (crm_id text, name text, is_active boolean, is_queue boolean)
    on conflict (connection_id, crm_id) do update set
      name = excluded.name, is_active = excluded.is_active, is_queue = excluded.is_queue
    where (owners.name, owners.is_active, owners.is_queue)
      is distinct from (excluded.name, excluded.is_active, excluded.is_queue)
    returning crm_id`.execute(tx);
  return { stored: changed.length, excluded: withoutZeros({ unchanged: records.length - changed.length }) };
}

/** A rep with the credit of the weighted round robin. */
export interface RepTurn {
  readonly ownerId: string;
  readonly isActive: boolean;
  readonly turns: number;
}

/** Every rep of a connection that may own a task. */
export async function repTurns(db: Kysely<Database>, connectionId: string): Promise<readonly RepTurn[]> {
  const rows = await db
    .selectFrom('owners')
    .select(['crm_id', 'is_active', 'turns'])
    .where('connection_id', '=', connectionId)
    .execute();
  return rows.map(({ crm_id, is_active, turns }) => ({ ownerId: crm_id, isActive: is_active, turns }));
}
