import { isDeepStrictEqual } from 'node:util';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { CrmLead, LeadObject, LeadRef } from '../domain/crm.ts';
import type { ScoreFieldValues } from '../domain/score-field.ts';
import { leaveBehind } from './follow-persons.ts';
import { inputHash, storeLeads } from './lead-pages.ts';
import { takeBatch } from './plan-batches.ts';
import { addToStream } from './run-streams.ts';
import type { Run } from './runs.ts';
import type { Database } from './schema.ts';
import { NO_RUN } from './tally.ts';
import { withdrawScores } from './withdraw.ts';

interface PlannedLead {
  readonly lead_id: string;
  readonly object: LeadObject;
  readonly crm_id: string;
  readonly input_hash: string;
  readonly crm_fields: ScoreFieldValues;
  readonly lifecycle_stage: string | null;
}

/**
 * Compares one batch of an approved plan with the CRM, and takes out of it every lead that has moved since: it is
 * stored as it is now, to be scored again before anything is written.
 *
 * @param mappingVersion - Of the mapping by which `read` reads.
 * @param read - The leads as the CRM holds them now, same order; `null` where gone.
 * @returns whether there was a batch.
 */
export async function checkBatch(
  db: Kysely<Database>,
  run: Run,
  mappingVersion: number,
  read: (leads: readonly LeadRef[]) => Promise<readonly (CrmLead | null)[]>,
): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    const batch = await takeBatch(tx, run.id, 'is_checked');
    if (batch === null) return false;
    const { rows } = await sql<PlannedLead>`
      select lead_id, writes.object, writes.crm_id, input_hash, crm_fields, lifecycle_stage
      from writes join leads on leads.id = lead_id
      where run_id = ${run.id} and batch = ${batch} and state = 'planned'
      order by writes.object, writes.crm_id`.execute(tx);
    const found = await read(rows.map(({ object, crm_id }) => ({ object, crmId: crm_id })));
    const moved = rows.filter((row, index) => hasMoved(row, found[index] ?? null));
    if (moved.length === 0) return true;
    await storePresent(
      tx,
      run,
      mappingVersion,
      found.filter((lead, index) => lead !== null && moved.includes(rows[index]!)) as readonly CrmLead[],
    );
    const ids = moved.map(({ lead_id }) => lead_id);
    const gone = moved.filter((row) => found[rows.indexOf(row)] === null).map(({ lead_id }) => lead_id);
    await takeOut(tx, run, ids, gone);
    return true;
  });
}

function hasMoved(planned: PlannedLead, present: CrmLead | null): boolean {
  return (
    present === null ||
    present.movedTo !== null ||
    present.isDeleted ||
    inputHash(present) !== planned.input_hash ||
    present.lifecycleStage !== planned.lifecycle_stage ||
    !isDeepStrictEqual(present.scoreFields, planned.crm_fields)
  );
}

/** A sync counts them as pulled once more; a review pulls nothing. */
async function storePresent(
  tx: Transaction<Database>,
  run: Run,
  mappingVersion: number,
  leads: readonly CrmLead[],
): Promise<void> {
  for (const object of new Set(leads.map((lead) => lead.object))) {
    const records = leads.filter((lead) => lead.object === object);
    const runId = run.kind === 'sync' ? run.id : NO_RUN;
    const page = { runId, connectionId: run.connectionId, stream: `${object}s`, mappingVersion };
    const { stored, excluded } = await storeLeads(tx, page, records);
    await addToStream(tx, page, { pulled: records.length, stored, excluded });
  }
}

async function takeOut(
  tx: Transaction<Database>,
  run: Run,
  leadIds: readonly string[],
  goneIds: readonly string[],
): Promise<void> {
  await withdrawScores(tx, run.id, leadIds);
  if (goneIds.length > 0) {
    await tx
      .updateTable('leads')
      .set({ is_deleted: true, is_dirty: false, next_review_at: null, outcome: 'deleted' })
      .where('id', 'in', goneIds)
      .execute();
    await leaveBehind(tx, goneIds);
  }
  await sql`
    with open as (
      update leads set is_dirty = true, outcome = 'pending'
      where id = any(${leadIds}) and merged_into is null and not is_deleted returning id)
    update writes set batch = null,
      state = case when lead_id in (select id from open) then 'withdrawn' else 'unchanged' end,
      cause = case when lead_id in (select id from open) then null else 'gone' end
    where run_id = ${run.id} and lead_id = any(${leadIds})`.execute(tx);
}
