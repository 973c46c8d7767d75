import type { Certificate } from '../domain/certificate.ts';
import type { Crm, MappedObject, Provisioned, TaskStanding } from '../domain/crm.ts';
import type { Changer, FieldFight } from '../domain/field-fight.ts';
import type { AmbiguousRecord, LinkCounts, LinkedLead, LinkRequest } from '../domain/link.ts';
import type { ExcludedLead, PlanFilter, PlanLine, PlanSummary } from '../domain/plan.ts';
import type { CauseClass } from '../domain/quarantine.ts';
import type { Reconciled } from '../domain/reconciled.ts';
import type { SkippedLead } from '../domain/undo.ts';
import type { ScoreModel } from '../scoring/model.ts';
import type { ConnectionCheck } from '../sync/check-connection.ts';

/** A connection as a list shows it. */
export interface ConnectionLine {
  readonly name: string;
  readonly crm: Crm;
  readonly accountId: string;
  readonly state: string;
}

/** What a person asks to have connected. */
export interface ConnectionRequest {
  readonly name: string;
  readonly crm: Crm;
  readonly baseUrl: string | null;
  /** Mapping file; `null` takes the one that comes along. */
  readonly mappingFile: string | null;
  readonly credentials: object;
}

/** One line of a mapping that another mapping reads, or does not know. */
export interface RemapLine {
  readonly object: MappedObject;
  /** Our name of it, as in the mapping file. */
  readonly name: string;
  /** The CRM's. */
  readonly field: string;
  readonly change: 'read anew' | 'dropped' | 'written no more';
  /** Records whose value the next run reads. */
  readonly records: number;
}

/** What another mapping changes. */
export interface Remapping {
  readonly check: ConnectionCheck;
  readonly lines: readonly RemapLine[];
  /** API calls that the next run makes for it. */
  readonly calls: number;
  readonly isStored: boolean;
}

/** A record that is set aside. */
export interface QuarantineLine {
  readonly id: string;
  readonly class: CauseClass;
  readonly connection: string;
  readonly stage: string;
  readonly stream: string;
  readonly crm_id: string;
  readonly cause: string;
  readonly message: string;
  readonly attempts: number;
  readonly first_at: Date;
}

/** One line of the doctor: ok, or what to do. */
export interface Finding {
  readonly name: string;
  readonly isOk: boolean;
  readonly message: string;
}

/** A run's plan: what it would do, and each lead of it. */
export interface PlanReport extends Pick<Certificate, 'run' | 'connection' | 'asOf' | 'state'> {
  /** Why it waits or waited for a person. */
  readonly asks: readonly string[];
  readonly summary: PlanSummary;
  /** Reason → records that the run left out. */
  readonly excluded: Readonly<Record<string, number>>;
  lines(filter: PlanFilter): AsyncIterable<PlanLine>;
  excludedLeads(limit: number): Promise<readonly ExcludedLead[]>;
}

/** A field of ours that somebody else keeps overwriting, and who that is. */
export interface FightReport extends FieldFight {
  /** Of the leads that were looked at, most first. */
  readonly by: readonly Changer[];
}

/** What an undo would do. */
export interface UndoPreview {
  readonly run: string;
  /** Leads with a value that would be restored. */
  readonly restored: number;
  /** Leads that are as they were before the run already. */
  readonly unchanged: number;
  /** Leads that would be left as they are; reason → leads. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Values that would be left as they are. */
  readonly skipped: readonly SkippedLead[];
  readonly tasks: Readonly<Record<TaskStanding, number>>;
}

/** How `sync` is to be done. */
export interface SyncRequest {
  readonly full: boolean;
  readonly planOnly: boolean;
  readonly tell: (line: string) => void;
}

/** A score model, and where it was found. */
export interface FoundModel {
  readonly model: ScoreModel;
  /** `published`, or the file. */
  readonly source: string;
}

/** A score model as a list shows it. */
export interface ModelLine {
  readonly name: string;
  /** The latest published version; `null` if none is. */
  readonly version: number | null;
  /** Whether a file or a template of that name can be published. */
  readonly hasFile: boolean;
}

/** Two records as `CONNECTION:ID`, and the line of a file that names them. */
export interface RecordPair {
  readonly records: readonly [string, string];
  readonly said?: string;
}

/** Linked connections and their leads. */
export interface Links {
  link(request: LinkRequest): Promise<LinkCounts>;
  unlink(first: string, second: string): Promise<void>;
  list(): Promise<readonly LinkCounts[]>;
  /** Records that were not matched because their address is ambiguous, at most `limit`. */
  ambiguous(limit: number): Promise<readonly AmbiguousRecord[]>;
  lead(record: string): Promise<LinkedLead>;
  split(one: string, other: string): Promise<void>;
  /** All pairs, or none. */
  join(pairs: readonly RecordPair[]): Promise<void>;
}

/** What the commands need of the opened house. */
export interface CliApp {
  addConnection(request: ConnectionRequest): Promise<ConnectionCheck>;
  listConnections(): Promise<readonly ConnectionLine[]>;
  testConnection(name: string): Promise<ConnectionCheck>;
  renewConnection(name: string, credentials: object): Promise<ConnectionCheck>;
  remapConnection(
    name: string,
    options: { readonly mappingFile: string; readonly dryRun: boolean },
  ): Promise<Remapping>;
  removeConnection(name: string): Promise<void>;
  readonly links: Links;
  provision(name: string, dryRun: boolean): Promise<readonly Provisioned[]>;
  /** Runs a sync to its end with a worker of its own; other workers share the work. */
  sync(name: string, request: SyncRequest): Promise<Certificate>;
  plan(run: string): Promise<PlanReport>;
  approvePlan(run: string, tell: (line: string) => void): Promise<Certificate>;
  discardPlan(run: string): Promise<void>;
  certificate(run: string): Promise<Certificate>;
  undo(run: string, tell: (line: string) => void): Promise<Certificate>;
  /** What an undo would do, without doing it. */
  previewUndo(run: string): Promise<UndoPreview>;
  /** Values that an undo left as they are, at most `limit`. */
  skippedLeads(undo: string, limit: number): Promise<readonly SkippedLead[]>;
  quarantine(): Promise<readonly QuarantineLine[]>;
  /** Lets records go back to the common run of things; the next sync tries them. */
  releaseQuarantined(ids: readonly string[]): Promise<void>;
  /** Tries records again now; those that are set aside once more. */
  retryQuarantined(ids: readonly string[], tell: (line: string) => void): Promise<readonly QuarantineLine[]>;
  publishModel(name: string): Promise<string>;
  fights(name: string): Promise<readonly FightReport[]>;
  /** Writes the overwritten fields of a connection again; in how many leads. */
  forgetFights(name: string): Promise<number>;
  reconcile(name: string): Promise<readonly Reconciled[]>;
  listModels(): Promise<readonly ModelLine[]>;
  /** A model by `NAME`, published or else from a file, or a published one by `NAME@VERSION`. */
  findModel(name: string): Promise<FoundModel>;
  doctor(): Promise<readonly Finding[]>;
  close(): Promise<void>;
}

/** Opens the house, runs a command in it and closes it again, whatever happens. */
export type WithApp = <T>(command: (app: CliApp) => Promise<T>) => Promise<T>;
