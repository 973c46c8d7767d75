import type { ColumnType, Generated } from 'kysely';
import type { HotLeadTask, LeadObject, LeadRef, RecordKind } from '../domain/crm.ts';
import type { Attributes } from '../domain/lead.ts';
import type { Reconciled } from '../domain/reconciled.ts';
import type { Approver, Phase, RunKind } from '../domain/run.ts';
import type { ScoreFieldValues } from '../domain/score-field.ts';
import type { SkippedField } from '../domain/undo.ts';
import type { Json } from './connections-table.ts';

export interface RunsTable {
  id: Generated<string>;
  connection_id: string;
  kind: RunKind;
  phase: Generated<Phase>;
  as_of: Date;
  started_at: Generated<Date>;
  finished_at: Date | null;
  stopped_code: string | null;
  stopped_reason: string | null;
  api_calls: Generated<number>;
  certificate: Json<unknown> | null;
  /** The plan is to wait for a person whatever is in it. */
  plan_only: Generated<boolean>;
  /** Why the plan waits for a person; `null` while it does not. */
  asks: ColumnType<readonly string[] | null, string | null | undefined, string | null>;
  approved_by: Approver | null;
  approved_at: Date | null;
  /** When the calls for want of which it stopped come back; no schedule begins another run before. */
  resume_at: Date | null;
  /** The run that this one takes back. */
  undo_of: string | null;
  /** Name of a written value → leads whose field cannot hold it. */
  unwritable: ColumnType<Record<string, number>, string | undefined, string>;
}

export interface RunStreamsTable {
  run_id: string;
  stream: string;
  /** `backfill`: newly mapped fields of records that are known, see mapping-backlog.ts. */
  kind: RecordKind | 'backfill';
  is_done: Generated<boolean>;
  pulled: Generated<number>;
  stored: Generated<number>;
  excluded: ColumnType<Record<string, number>, string | undefined, string>;
  /** Attribute → records whose value does not convert. */
  unconverted: ColumnType<Record<string, number>, string | undefined, string>;
}

export interface CheckpointsTable {
  connection_id: string;
  stream: string;
  cursor: string;
  stored_at: Generated<Date>;
}

export interface LeadsTable {
  id: Generated<string>;
  connection_id: string;
  object: LeadObject;
  crm_id: string;
  created_at: Date;
  modified_at: Date;
  attributes: Json<Attributes>;
  company_id: string | null;
  owner_id: string | null;
  lifecycle_stage: string | null;
  /** The stage that we set last; another one in `lifecycle_stage` means that someone changed it since. */
  lifecycle_set: string | null;
  /** Our score fields as the CRM holds them, to the best of our knowledge. */
  crm_fields: Json<ScoreFieldValues>;
  /** Digest of what the engine reads of the record itself; our own writes do not change it. */
  input_hash: string;
  /** Of the mapping by which attributes and score fields were read. */
  mapping_version: Generated<number>;
  is_deleted: Generated<boolean>;
  merged_into: string | null;
  /** Inputs changed, or a write is still owed: the next run scores it. */
  is_dirty: Generated<boolean>;
  next_review_at: Date | null;
  pulled_run: string | null;
  pulled_stream: string | null;
  scored_run: string | null;
  /** How the lead ended in `pulled_run`; `pending` until scored. */
  outcome: string | null;
  /** Number of the latest hot spell, 0 before the first. */
  hot_spell: Generated<number>;
  hot_since: Date | null;
  /** When the cool-down of a lead that has left the band is over; `null` while it is in the band. */
  spell_ends_at: Date | null;
  /** When the row was made. */
  stored_at: Generated<Date>;
  /** When a reconciliation last saw the record in the CRM's own list. */
  seen_at: Date | null;
}

export interface LeadAliasesTable {
  connection_id: string;
  /** `lead`, `contact`, or `email` with the SHA-256 of a lower-case address as id. */
  object: LeadObject | 'email';
  crm_id: string;
  lead_id: string;
}

export interface CompaniesTable {
  connection_id: string;
  crm_id: string;
  modified_at: Date;
  attributes: Json<Attributes>;
  mapping_version: Generated<number>;
  is_deleted: Generated<boolean>;
}

export interface EngagementsTable {
  connection_id: string;
  object: LeadObject | 'email';
  crm_id: string;
  id: string;
  type: string;
  occurred_at: Date;
  channel: string | null;
  campaign: string | null;
  properties: Json<Attributes>;
}

export interface DealsTable {
  connection_id: string;
  crm_id: string;
  modified_at: Date;
  leads: Json<readonly LeadRef[]>;
  company_id: string | null;
  outcome: 'open' | 'won' | 'lost';
  stage: string;
  amount: number | null;
  created_at: Date;
  closed_at: Date | null;
  is_deleted: Generated<boolean>;
}

export interface OwnersTable {
  connection_id: string;
  crm_id: string;
  name: string;
  is_active: boolean;
  is_queue: boolean;
  /** Credit of the weighted round robin; the rep with most credit is next. */
  turns: Generated<number>;
}

export interface CampaignsTable {
  connection_id: string;
  crm_id: string;
  name: string;
  type: string | null;
  starts_on: string | null;
  ends_on: string | null;
}

export interface ScoresTable {
  lead_id: string;
  run_id: string;
  as_of: Date;
  model: string;
  score: number;
  band: string;
  grade: string | null;
  dimensions: Json<Readonly<Record<string, number>>>;
  ledger: Json<unknown>;
  /** The score fields that follow from it. */
  fields: Json<ScoreFieldValues>;
}

/** `withdrawn`: taken out of an approved plan because the CRM has moved under it, until it is scored again. */
export type WriteState = 'planned' | 'withdrawn' | 'written' | 'unchanged' | 'rejected' | 'deferred';

export interface WritesTable {
  run_id: string;
  lead_id: string;
  object: LeadObject;
  crm_id: string;
  before: Json<Partial<ScoreFieldValues>>;
  after: Json<Partial<ScoreFieldValues>>;
  stage_before: string | null;
  stage_after: string | null;
  /** What was read back after the write; `null` until then. */
  stage_found: string | null;
  state: Generated<WriteState>;
  cause: string | null;
  /** One of LANES: the lower, the sooner it is sent. */
  lane: Generated<number>;
  /** Number of its write batch; `null` until the plan is approved. */
  batch: number | null;
  /** Values that an undo leaves as they are. */
  skipped: ColumnType<readonly SkippedField[], string | undefined, string>;
}

/** Writes of a run that are sent in one call. */
export interface WriteBatchesTable {
  run_id: string;
  number: number;
  /** Whether the CRM's present values were compared with the plan. */
  is_checked: Generated<boolean>;
  is_sent: Generated<boolean>;
}

export interface TasksTable {
  id: Generated<string>;
  connection_id: string;
  run_id: string;
  lead_id: string;
  object: LeadObject;
  crm_id: string;
  hot_spell: number;
  marker: string;
  owner_id: string | null;
  due_at: Date;
  priority: HotLeadTask['priority'];
  subject: string;
  body: string;
  /** `removed`: taken back, whether the CRM had it or not. */
  state: Generated<'planned' | 'sending' | 'created' | 'rejected' | 'removed'>;
  sending_at: Date | null;
  crm_task_id: string | null;
  cause: string | null;
  /** The undo that took it back, or tried to. */
  undone_by: string | null;
  /** Why an undo left it in the CRM. */
  undo_cause: string | null;
}

export interface FieldFightsTable {
  lead_id: string;
  connection_id: string;
  field: keyof ScoreFieldValues;
  rounds: Generated<number>;
  first_at: Generated<Date>;
  last_at: Generated<Date>;
}

export interface ReconciliationsTable {
  id: Generated<string>;
  connection_id: string;
  started_at: Date;
  finished_at: Generated<Date>;
  streams: Json<readonly Reconciled[]>;
}

export interface QuarantineTable {
  id: Generated<string>;
  connection_id: string;
  stage: 'pull' | 'score' | 'write' | 'task';
  stream: string;
  crm_id: string;
  cause: string;
  message: string;
  attempts: Generated<number>;
  first_at: Generated<Date>;
  last_at: Generated<Date>;
}

export interface ModelsTable {
  name: string;
  version: number;
  yaml: string;
  published_at: Generated<Date>;
}

/** Tables of src/store/migrations/0010-sync.ts and those numbered 0020 and above. */
export interface SyncTables {
  runs: RunsTable;
  run_streams: RunStreamsTable;
  checkpoints: CheckpointsTable;
  leads: LeadsTable;
  lead_aliases: LeadAliasesTable;
  companies: CompaniesTable;
  engagements: EngagementsTable;
  deals: DealsTable;
  owners: OwnersTable;
  campaigns: CampaignsTable;
  scores: ScoresTable;
  writes: WritesTable;
  write_batches: WriteBatchesTable;
  tasks: TasksTable;
  quarantine: QuarantineTable;
  field_fights: FieldFightsTable;
  reconciliations: ReconciliationsTable;
  models: ModelsTable;
}
