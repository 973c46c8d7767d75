import { type Kysely, sql, type Transaction } from 'kysely';
import type { LeadObject } from '../domain/crm.ts';
import type { Lead } from '../domain/lead.ts';
import type { ScoreFieldValues } from '../domain/score-field.ts';
import { type ClaimedLead, completeDueLeads, type DueLead } from './due-leads.ts';
import { type PersonOfLead, storePersons } from './person-scores.ts';
import { releaseFromQuarantine } from './quarantine.ts';
import { countUnwritable } from './run-streams.ts';
import type { Run } from './runs.ts';
import type { Database } from './schema.ts';
import type { ScoresTable, TasksTable } from './sync-tables.ts';

/** What scoring made of one lead; stored as it is. */
export interface ScoredLead {
  readonly leadId: string;
  readonly outcome: string;
  readonly nextReviewAt: Date | null;
  readonly score: {
    readonly model: string;
    readonly score: number;
    readonly band: string;
    readonly grade: string | null;
    readonly dimensions: Readonly<Record<string, number>>;
    readonly ledger: unknown;
    readonly fields: ScoreFieldValues;
  };
  readonly hotSpell: number;
  readonly hotSince: Date | null;
  readonly spellEndsAt: Date | null;
  /** Names of values that the CRM's field cannot hold. */
  readonly unwritable: readonly string[];
  /** `null` when the CRM already holds everything. */
  readonly write: {
    readonly before: Partial<ScoreFieldValues>;
    readonly after: Partial<ScoreFieldValues>;
    readonly stageBefore: string | null;
    readonly stageAfter: string | null;
    /** One of LANES. */
    readonly lane: number;
  } | null;
  readonly task: Pick<TasksTable, 'marker' | 'due_at' | 'priority' | 'subject' | 'body'> | null;
}

/**
 * Hands up to `size` due leads to `score` and stores its answers in the same transaction.
 *
 * Rows that another worker holds are passed over; a crash gives them back untouched.
 * @returns how many leads were scored; 0 when none is left for this worker.
 */
export async function scoreBatch(
  db: Kysely<Database>,
  run: Run,
  size: number,
  score: (leads: readonly DueLead[]) => readonly ScoredLead[],
): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const claimed = await claim(tx, run, size);
    if (claimed.length === 0) return 0;
    const { due, persons } = await completeDueLeads(tx, claimed, run.asOf);
    const scored = score(due);
    await storeScores(tx, run, scored);
    await storePersons(tx, scoredPersons(due, scored, persons));
    await storeOutcomes(tx, run, scored);
    await storeWrites(tx, run, scored);
    await releaseUnchanged(tx, run, due, scored);
    await settleWithdrawn(tx, run, scored);
    await storeTasks(tx, run, scored);
    await countUnwritable(
      tx,
      run.id,
      scored.flatMap(({ unwritable }) => unwritable),
    );
    return due.length;
  });
}

interface ClaimedRow {
  readonly id: string;
  readonly object: LeadObject;
  readonly crm_id: string;
  readonly created_at: Date;
  readonly attributes: Lead['attributes'];
  readonly company: Lead['attributes'] | null;
  readonly crm_fields: ScoreFieldValues;
  readonly fields: ScoreFieldValues | null;
  readonly fights: Readonly<Record<string, number>> | null;
  readonly band: string | null;
  readonly lifecycle_stage: string | null;
  readonly lifecycle_set: string | null;
  readonly owner_id: string | null;
  readonly hot_spell: number;
  readonly hot_since: Date | null;
  readonly spell_ends_at: Date | null;
  readonly is_dirty: boolean;
}

async function claim(tx: Transaction<Database>, run: Run, size: number): Promise<readonly ClaimedLead[]> {
  const { rows } = await sql<ClaimedRow>`
    with due as (
      select * from leads
      where connection_id = ${run.connectionId} and (is_dirty or next_review_at <= ${run.asOf})
        and merged_into is null and not is_deleted
        and (${run.approvedBy}::text is null or exists (select 1 from writes
          where run_id = ${run.id} and lead_id = leads.id and state = 'withdrawn'))
      limit ${size} for update skip locked)
    select due.*, companies.attributes as company, scores.fields, scores.band,
      (select jsonb_object_agg(field, rounds) from field_fights where lead_id = due.id) as fights
    from due
    left join companies on companies.connection_id = due.connection_id and companies.crm_id = due.company_id
      and not companies.is_deleted
    left join scores on scores.lead_id = due.id`.execute(tx);
  return rows.map((row) => ({
    lead: { id: row.id, createdAt: row.created_at, attributes: { ...row.company, ...row.attributes } },
    ref: { object: row.object, crmId: row.crm_id },
    previousBand: row.band,
    crmFields: row.crm_fields,
    lastFields: row.fields ?? {},
    fights: row.fights ?? {},
    lifecycleStage: row.lifecycle_stage,
    lifecycleSet: row.lifecycle_set,
    ownerId: row.owner_id,
    hotSpell: row.hot_spell,
    hotSince: row.hot_since,
    spellEndsAt: row.spell_ends_at,
    isDirty: row.is_dirty,
  }));
}

/** @param scored - In the order of `due`. */
function scoredPersons(
  due: readonly DueLead[],
  scored: readonly ScoredLead[],
  persons: ReadonlyMap<string, PersonOfLead>,
) {
  return scored.flatMap(({ leadId, score, nextReviewAt, hotSpell, hotSince, spellEndsAt }, index) => {
    const person = persons.get(leadId);
    const isCopy = (due[index]?.knownScore ?? null) !== null;
    const spell = { hotSpell, hotSince, spellEndsAt };
    return person === undefined ? [] : [{ leadId, person, isCopy, fields: score.fields, nextReviewAt, ...spell }];
  });
}

async function storeScores(tx: Transaction<Database>, run: Run, scored: readonly ScoredLead[]): Promise<void> {
  type Row = { [K in keyof Omit<ScoresTable, 'run_id' | 'as_of'>]: unknown };
  const rows = scored.map(({ leadId, score }): Row => ({ lead_id: leadId, ...score }));
  await sql`
    insert into scores (lead_id, run_id, as_of, model, score, band, grade, dimensions, ledger, fields)
    select lead_id, ${run.id}::uuid, ${run.asOf}::timestamptz, model, score, band, grade, dimensions, ledger, fields
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as scored
      (lead_id uuid, model text, score integer, band text, grade text, dimensions jsonb, ledger jsonb, fields jsonb)
    on conflict (lead_id) do update set run_id = excluded.run_id, as_of = excluded.as_of, model = excluded.model,
      score = excluded.score, band = excluded.band, grade = excluded.grade, dimensions = excluded.dimensions,
      ledger = excluded.ledger, fields = excluded.fields`.execute(tx);
}

async function storeOutcomes(tx: Transaction<Database>, run: Run, scored: readonly ScoredLead[]): Promise<void> {
  const rows = scored.map(({ leadId, outcome, nextReviewAt, hotSpell, hotSince, spellEndsAt }) => ({
    id: leadId,
    outcome,
    next_review_at: nextReviewAt,
    hot_spell: hotSpell,
    hot_since: hotSince,
    spell_ends_at: spellEndsAt,
  }));
  await sql`
    update leads set is_dirty = false, scored_run = ${run.id}::uuid, outcome = scored.outcome,
      next_review_at = scored.next_review_at, hot_spell = scored.hot_spell, hot_since = scored.hot_since,
      spell_ends_at = scored.spell_ends_at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as scored (id uuid, outcome text,
      next_review_at timestamptz, hot_spell integer, hot_since timestamptz, spell_ends_at timestamptz)
    where leads.id = scored.id`.execute(tx);
}

async function storeWrites(tx: Transaction<Database>, run: Run, scored: readonly ScoredLead[]): Promise<void> {
  const rows = scored.flatMap(({ leadId, write }) => (write === null ? [] : [{ lead_id: leadId, ...write }]));
  if (rows.length === 0) return;
  await sql`
    insert into writes (run_id, lead_id, object, crm_id, before, after, stage_before, stage_after, lane)
    select ${run.id}::uuid, leads.id, leads.object, leads.crm_id, before, after, "stageBefore", "stageAfter", lane
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as write
      (lead_id uuid, before jsonb, after jsonb, "stageBefore" text, "stageAfter" text, lane smallint)
    join leads on leads.id = write.lead_id
    on conflict (run_id, lead_id) do update set state = 'planned', object = excluded.object, crm_id = excluded.crm_id,
      before = excluded.before, after = excluded.after, stage_before = excluded.stage_before,
      stage_after = excluded.stage_after, lane = excluded.lane
    where writes.state in ('planned', 'withdrawn')`.execute(tx);
}

/** The CRM holds everything already: it has nothing left to refuse. */
async function releaseUnchanged(
  tx: Transaction<Database>,
  { connectionId }: Run,
  due: readonly DueLead[],
  scored: readonly ScoredLead[],
): Promise<void> {
  const unchanged = due.flatMap(({ ref }, index) => (scored[index]?.write === null ? [ref] : []));
  for (const [stream, refs] of Map.groupBy(unchanged, ({ object }) => object)) {
    const crmIds = refs.map(({ crmId }) => crmId);
    await releaseFromQuarantine(tx, { connectionId, stage: 'write', stream }, crmIds);
  }
}

/** What was taken out of an approved plan and needs no write any more: the CRM holds it already. */
async function settleWithdrawn(tx: Transaction<Database>, run: Run, scored: readonly ScoredLead[]): Promise<void> {
  const leadIds = scored.flatMap(({ leadId, write }) => (write === null ? [leadId] : []));
  if (run.approvedBy === null || leadIds.length === 0) return;
  await tx
    .updateTable('writes')
    .set({ state: 'unchanged', cause: 'moved' })
    .where('run_id', '=', run.id)
    .where('lead_id', 'in', leadIds)
    .where('state', '=', 'withdrawn')
    .execute();
}

async function storeTasks(tx: Transaction<Database>, run: Run, scored: readonly ScoredLead[]): Promise<void> {
  const rows = scored.flatMap(({ leadId, hotSpell, task }) =>
    task === null ? [] : [{ lead_id: leadId, hot_spell: hotSpell, ...task }],
  );
  if (rows.length === 0) return;
  await sql`
    insert into tasks (connection_id, run_id, lead_id, object, crm_id, owner_id, hot_spell, marker, due_at, priority,
      subject, body)
    select leads.connection_id, ${run.id}::uuid, leads.id, leads.object, leads.crm_id, leads.owner_id, task.hot_spell,
      marker, due_at, priority, subject, body
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as task (lead_id uuid, hot_spell integer, marker text,
      due_at timestamptz, priority text, subject text, body text)
    join leads on leads.id = task.lead_id
    on conflict do nothing`.execute(tx);
}

/** How many leads are in each band, by name; a lead without a score is in none. */
export async function bandCounts(db: Kysely<Database>): Promise<Readonly<Record<string, number>>> {
  const rows = await db
    .selectFrom('scores')
    .innerJoin('leads', 'leads.id', 'scores.lead_id')
    .select(['band', sql<number>`count(*)::int`.as('count')])
    .where('merged_into', 'is', null)
    .where('is_deleted', '=', false)
    .where('band', '!=', '')
    .groupBy('band')
    .orderBy('band')
    .execute();
  return Object.fromEntries(rows.map(({ band, count }) => [band, count]));
}
