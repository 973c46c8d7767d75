import type { LeadScoringError } from '../errors.ts';
import type { AccountCheck } from './account.ts';
import type { FieldChange, OurField } from './field-change.ts';
import type { ObjectDescription } from './field-description.ts';
import type { Attributes, Engagement } from './lead.ts';
import type { MappedPart, MappedValues } from './mapped-part.ts';
import type { ScoreFieldValues } from './score-field.ts';

/** The CRMs we speak to. */
export const CRMS = ['hubspot', 'salesforce'] as const;
export type Crm = (typeof CRMS)[number];

/** Opaque place to resume from. Only the connector that issued it can read it. */
export type SyncCursor = string & { readonly __brand: 'SyncCursor' };

/** The CRM's object that a lead is: HubSpot has contacts, Salesforce has leads and contacts. */
export type LeadObject = 'lead' | 'contact';

/** One lead's place in one CRM account. Ids are text: never a number, never an e-mail address. */
export interface LeadRef {
  readonly object: LeadObject;
  readonly crmId: string;
}

/** A lead as the CRM holds it. */
export interface CrmLead extends LeadRef {
  readonly createdAt: Date;
  /** The CRM's own modification stamp; our own writes move it too. */
  readonly modifiedAt: Date;
  /** Mapped attributes of the lead itself, under our names. */
  readonly attributes: Attributes;
  /** Names of the attributes whose value in the CRM does not convert; they are missing, or have their default. */
  readonly unconverted: readonly string[];
  /** The person's addresses, lower case, primary first, for telling who is who: mapped or not; only hashes are stored. */
  readonly emails: readonly string[];
  /** Whether mail to the primary address is known to bounce. No CRM verifies addresses; this one proves nobody's identity. */
  readonly hasEmailBounced: boolean;
  readonly ownerId: string | null;
  readonly companyId: string | null;
  /** Current value of the mapped lifecycle property; `null` if empty or not mapped for this object. */
  readonly lifecycleStage: string | null;
  /** Current values of our score fields and of the mapped ones that we write; one that is not there is `null`. */
  readonly scoreFields: ScoreFieldValues;
  /** Ids of records that the CRM merged into this one. */
  readonly absorbed: readonly LeadRef[];
  /** The record that now stands for this one (converted or merged), `null` while it stands for itself. */
  readonly movedTo: LeadRef | null;
  /** Whether the CRM has deleted it. */
  readonly isDeleted: boolean;
}

/** The organisation of leads. Attributes bear our names, `company.` included. */
export interface CrmCompany {
  readonly crmId: string;
  readonly modifiedAt: Date;
  readonly attributes: Attributes;
  /** As in {@link CrmLead}. */
  readonly unconverted: readonly string[];
  readonly isDeleted: boolean;
}

/** A sale and how it ended. */
export interface CrmDeal {
  readonly crmId: string;
  readonly modifiedAt: Date;
  readonly leads: readonly LeadRef[];
  readonly companyId: string | null;
  readonly outcome: 'open' | 'won' | 'lost';
  readonly stage: string;
  /** In the account's currency; `null` if empty. */
  readonly amount: number | null;
  readonly createdAt: Date;
  readonly closedAt: Date | null;
  readonly isDeleted: boolean;
}

/** An engagement and the leads that took part. Its id is prefixed with the CRM's object, so it is unique. */
export interface CrmEngagement extends Engagement {
  readonly leads: readonly LeadRef[];
  /** Set by sources that know the person by e-mail address only (form submissions); lower case. */
  readonly email?: string;
  readonly modifiedAt: Date;
  readonly isDeleted: boolean;
}

/** A rep. `crmId` is the id that a task is assigned with. */
export interface CrmOwner {
  readonly crmId: string;
  readonly name: string;
  readonly isActive: boolean;
  readonly isQueue: boolean;
}

/** A campaign that engagements name. */
export interface CrmCampaign {
  readonly crmId: string;
  readonly name: string;
  readonly type: string | null;
  readonly startsOn: string | null;
  readonly endsOn: string | null;
}

/** What the records of a stream are, by kind. */
export interface RecordOf {
  lead: CrmLead;
  company: CrmCompany;
  deal: CrmDeal;
  engagement: CrmEngagement;
  owner: CrmOwner;
  campaign: CrmCampaign;
}
export type RecordKind = keyof RecordOf;

/** One pulled sequence of changes of one CRM object; each has a checkpoint of its own. */
export interface Stream<K extends RecordKind = RecordKind> {
  /** Unique within the connector, kebab-case, such as `contacts` or `campaign-members`. */
  readonly name: string;
  readonly kind: K;
}

/** One page of a pull. `cursor` is safe to store once every record in the page is stored. */
export interface Page<T> {
  readonly records: readonly T[];
  /** Records the CRM sent that we could not read; they go to quarantine. */
  readonly rejected: readonly { readonly crmId: string; readonly error: LeadScoringError }[];
  readonly cursor: SyncCursor;
}

/** One thing {@link CrmWriter.provision} made, or would make. */
export interface Provisioned {
  /** Such as `contact.scorewire_score` or `permission set Scorewire`. */
  readonly name: string;
  readonly outcome: 'created' | 'would create' | 'exists';
}

/** Values to set on one lead. An omitted field is left as it is. */
export interface LeadWrite extends LeadRef {
  readonly scoreFields: Partial<ScoreFieldValues>;
  /** New lifecycle stage; `''` clears it (HubSpot moves backwards only over an empty value). */
  readonly lifecycleStage?: string;
}

/** How one write ended. */
export type WriteOutcome =
  | { readonly ok: true; readonly modifiedAt: Date } // the CRM's stamp, never later than the truth
  | { readonly ok: false; readonly error: LeadScoringError };

/** The follow-up for a rep. */
export interface HotLeadTask {
  readonly lead: LeadRef;
  /** Unique in the account for ever; stands in the task's body, so that the task can be found again. */
  readonly marker: string;
  readonly ownerId: string | null;
  readonly dueAt: Date;
  readonly priority: 'high' | 'medium' | 'low';
  readonly subject: string;
  /** Plain text with line breaks; the connector adds {@link marker} as a last line. */
  readonly body: string;
}

/** How one task creation ended; `unknown`: the answer was lost, ask {@link CrmWriter.findTasks}. */
export type TaskOutcome =
  | { readonly state: 'created'; readonly taskId: string }
  | { readonly state: 'rejected' | 'unknown'; readonly error: LeadScoringError };

/**
 * How a task that we made stands: deleted or out of our sight, as we made it, completed, or still open but no longer
 * as we made it. In HubSpot `changed` means that owner, due date, subject, text, status or priority got another value;
 * in Salesforce that anything touched the record later: a conversion or a merge of its lead does, too.
 */
export type TaskStanding = 'gone' | 'open' | 'done' | 'changed';

/** How the removal of one task ended; one that was gone already is removed. */
export type RemoveOutcome = { readonly ok: true } | { readonly ok: false; readonly error: LeadScoringError };

/** One stage to put back. */
export interface StageRestore extends LeadRef {
  /** The stage that the lead holds now; it is set again where the CRM refuses {@link to}. */
  readonly from: string;
  /** The stage before; `null` is an empty one. */
  readonly to: string | null;
}

/** An object whose properties a mapping names. */
export type MappedObject = LeadObject | 'company';

/** Reading one CRM account. */
export interface CrmReader {
  /** Every stream, leads first after owners and companies, so that references resolve. */
  readonly streams: readonly Stream[];

  /**
   * Records changed since `cursor` (`null`: all), in pages; may repeat, never skips.
   *
   * A drained pull ends; its last cursor covers a closed window, so the next pull starts there less an overlap.
   * @throws {LeadScoringError} with recovery `retry` or `halt`; what was yielded before stays valid.
   */
  pull<K extends RecordKind>(
    stream: Stream<K>,
    cursor: SyncCursor | null,
    signal: AbortSignal,
  ): AsyncIterable<Page<RecordOf[K]>>;

  /** The leads as they stand now (strongly consistent), same order; `null` where gone. */
  readLeads(leads: readonly LeadRef[], signal: AbortSignal): Promise<readonly (CrmLead | null)[]>;

  /** The properties of an object as the CRM describes them now; `null` if it has no such object, or not for us. */
  describe(object: MappedObject, signal: AbortSignal): Promise<ObjectDescription | null>;

  /** Values of a part of the mapping as they stand now, of nothing else, same order; `null` where the record is gone. */
  readMapped(
    object: MappedObject,
    part: MappedPart,
    crmIds: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly (MappedValues | null)[]>;

  /** Every id with its stamp, by list or query and not by search, for reconciliation. */
  scan(
    stream: Stream,
    signal: AbortSignal,
  ): AsyncIterable<readonly { readonly crmId: string; readonly modifiedAt: Date }[]>;
}

/** Writing to one CRM account. */
export interface CrmWriter {
  /**
   * Creates the fields to write (with group or permissions) that are missing; changes none that exist.
   *
   * @throws {LeadScoringError} `CRM_FIELD_TYPE` naming each existing field of another type, before creating anything.
   */
  provision(options: { readonly dryRun: boolean }, signal: AbortSignal): Promise<readonly Provisioned[]>;

  /** Sets values, batched at the CRM's limit. One outcome per write, same order. Repeating a write is harmless. */
  writeLeads(writes: readonly LeadWrite[], signal: AbortSignal): Promise<readonly WriteOutcome[]>;

  /** Creates tasks, batched. Never repeats one whose outcome is unknown. One outcome per task, same order. */
  createTasks(tasks: readonly HotLeadTask[], signal: AbortSignal): Promise<readonly TaskOutcome[]>;

  /** Id of the task that bears each marker, by a strongly consistent read; `null` where there is none. */
  findTasks(
    tasks: readonly { readonly lead: LeadRef; readonly marker: string }[],
    signal: AbortSignal,
  ): Promise<readonly (string | null)[]>;
}

/** Taking back what was written. */
export interface CrmUndo {
  /** How each task that we made stands now, by a strongly consistent read; same order. */
  readTasks(taskIds: readonly string[], signal: AbortSignal): Promise<readonly TaskStanding[]>;

  /** Deletes tasks, batched; they go to the CRM's recycling bin. One outcome per id, same order. Repeating is harmless. */
  removeTasks(taskIds: readonly string[], signal: AbortSignal): Promise<readonly RemoveOutcome[]>;

  /**
   * Puts stages back, each lead at most once. One outcome per lead, same order; {@link CrmReader.readLeads} proves it.
   *
   * HubSpot takes a stage backwards only over an empty one, so it is cleared first and set in a second call. A crash
   * in between leaves leads without a stage: repeating the same call repairs them, and is harmless at any time.
   */
  restoreStages(stages: readonly StageRestore[], signal: AbortSignal): Promise<readonly WriteOutcome[]>;
}

/** Looking at an account with our own eyes: is everything there, and who else writes to it? */
export interface CrmAudit {
  /**
   * How many records {@link CrmReader.scan} would list. Salesforce counts them itself, in one call. HubSpot's only
   * number, the total of a search, lags: there its list is walked, one call per 100 records, as a scan does.
   */
  count(stream: Stream, signal: AbortSignal): Promise<number>;

  /**
   * Who set the values that leads hold in our fields, same order; `null` where the lead is gone. A field that is not
   * mapped for the lead's object, or not provisioned, is left out.
   */
  whoChanged(
    leads: readonly LeadRef[],
    fields: readonly OurField[],
    signal: AbortSignal,
  ): Promise<readonly (Readonly<Partial<Record<OurField, FieldChange>>> | null)[]>;
}

/** What every CRM can do for us. `test/contract` holds the tests each one must pass. */
export interface CrmConnector extends CrmReader, CrmWriter, CrmUndo, CrmAudit {
  readonly crm: Crm;

  /**
   * Asks who we are and what we may do. Whether the mapping fits is for {@link CrmReader.describe} to tell.
   *
   * @throws {LeadScoringError} `CRM_UNAUTHORIZED`, `CRM_UNAVAILABLE`; anything a person can mend is a fault instead.
   */
  check(signal: AbortSignal): Promise<AccountCheck>;

  /** API calls sent so far by this object, retries included. */
  readonly calls: number;
}
