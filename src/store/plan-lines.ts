import { type Kysely, sql } from 'kysely';
import type { LeadObject } from '../domain/crm.ts';
import type { Attributes } from '../domain/lead.ts';
import type { ExcludedLead, PlanFilter, PlanLine } from '../domain/plan.ts';
import type { Run } from './runs.ts';
import type { Database } from './schema.ts';

const PAGE_SIZE = 1_000;

interface Row {
  readonly object: LeadObject;
  readonly crm_id: string;
  readonly lane: number;
  readonly state: string;
  readonly cause: string | null;
  readonly before: Attributes;
  readonly after: Attributes;
  readonly stage_before: string | null;
  readonly stage_after: string | null;
  readonly subject: string | null;
  readonly due_at: Date | null;
}

/** Every lead that a run's plan changes, hot leads first, page by page: memory does not grow with the plan. */
export async function* planLines(db: Kysely<Database>, run: Run, filter: PlanFilter): AsyncGenerator<PlanLine> {
  let last = { lane: -1, object: '', crm_id: '' };
  for (;;) {
    const rows = await pageAfter(db, run, filter, last);
    for (const row of rows) yield lineOf(row);
    last = rows.at(-1) ?? last;
    if (rows.length < PAGE_SIZE) return;
  }
}

/** A task without a write is a line too: the CRM may hold a hot lead's fields already. */
async function pageAfter(
  db: Kysely<Database>,
  { id }: Run,
  { band, crmId, hasBandMove, hasStageMove, hasTask }: PlanFilter,
  last: { readonly lane: number; readonly object: string; readonly crm_id: string },
): Promise<readonly Row[]> {
  const { rows } = await sql<Row>`
    with line as (
      select coalesce(writes.object, tasks.object) as object, coalesce(writes.crm_id, tasks.crm_id) as crm_id,
        coalesce(lane, 0) as lane, coalesce(writes.state, 'unchanged') as state, writes.cause,
        coalesce(before, '{}') as before, coalesce(after, '{}') as after, stage_before, stage_after, subject, due_at,
        coalesce(after ->> 'band', scores.band) as band
      from (select * from writes where run_id = ${id}) as writes
      full join (select * from tasks where run_id = ${id}) as tasks using (lead_id)
      left join scores using (lead_id))
    select * from line
    where (lane, object, crm_id) > (${last.lane}::int, ${last.object}, ${last.crm_id})
      and (${band ?? null}::text is null or band = ${band ?? null})
      and (${crmId ?? null}::text is null or crm_id = ${crmId ?? null})
      and (not ${hasBandMove ?? false}::boolean or after ? 'band')
      and (not ${hasStageMove ?? false}::boolean or stage_after is not null)
      and (not ${hasTask ?? false}::boolean or subject is not null)
    order by lane, object, crm_id limit ${PAGE_SIZE}`.execute(db);
  return rows;
}

function lineOf(row: Row): PlanLine {
  const fields = Object.keys(row.after).map((name) => [
    name,
    { before: row.before[name] ?? null, after: row.after[name] ?? null },
  ]);
  return {
    object: row.object,
    crmId: row.crm_id,
    state: row.state,
    cause: row.cause,
    fields: Object.fromEntries(fields),
    stage: row.stage_after === null ? null : { before: row.stage_before, after: row.stage_after },
    task:
      row.subject === null || row.due_at === null ? null : { subject: row.subject, dueAt: row.due_at.toISOString() },
  };
}

/** Leads that a run pulled and left unscored for a reason of their own; those without a change are not among them. */
export async function excludedLeads(
  db: Kysely<Database>,
  { id, connectionId }: Run,
  limit: number,
): Promise<readonly ExcludedLead[]> {
  const { rows } = await sql<ExcludedLead>`
    select object, crm_id as "crmId", outcome as reason from leads
    where connection_id = ${connectionId} and (pulled_run = ${id} or scored_run = ${id})
      and outcome not in ('scored', 'unchanged', 'pending')
    union all
    select case stream when 'leads' then 'lead' else 'contact' end, crm_id, cause from quarantine
    where connection_id = ${connectionId} and stage = 'pull' and stream in ('leads', 'contacts')
    order by 3, 1, 2 limit ${limit}`.execute(db);
  return rows;
}
