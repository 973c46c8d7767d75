import type { Express } from 'express';
import type { SandboxClock } from './clock.ts';
import type { Faults } from './faults.ts';
import type { CallStats } from './stats.ts';
import type { Activity, World } from './world/world.ts';

/** What a twin is built from. Both twins share the world, the clock, the fault plan and the counters. */
export interface TwinOptions {
  readonly world: World;
  readonly clock: SandboxClock;
  readonly faults: Faults;
  readonly stats: CallStats;
  /** Checked by the twin against its own schema; unknown keys are refused. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/**
 * A normalised picture of what was written to a CRM, equal byte for byte after two executions that did the same:
 * no ids of tasks, no stamps of the CRM, everything sorted.
 */
export interface SandboxState {
  readonly leads: readonly LeadState[];
  readonly tasks: readonly TaskState[];
}

/** One lead in a {@link SandboxState}; sorted by {@link crmId}. */
export interface LeadState {
  readonly crmId: string;
  /** Non-empty values of the properties that were created through the API, by name. */
  readonly values: Readonly<Record<string, string>>;
  readonly lifecycleStage: string | null;
  readonly leadStatus: string | null;
  /** The owner's e-mail address at an example domain, as owner ids differ between the CRMs. */
  readonly owner: string | null;
}

/** One task in a {@link SandboxState}; sorted by lead, then subject, then body. */
export interface TaskState {
  readonly leads: readonly string[];
  readonly subject: string;
  readonly body: string;
  readonly owner: string | null;
  readonly dueAt: string | null;
  readonly priority: string | null;
  readonly status: string | null;
}

/** One CRM of the sandbox. `app` speaks the CRM's protocol; the rest are the strings behind the stage. */
export interface Twin {
  readonly app: Express;
  /** What a person pastes to connect, one line a setting. */
  readonly hint: readonly string[];
  state(): SandboxState;
  /** The CRM id under which a person of the world is known now, after merges and conversions. */
  leadId(person: number): string;
  /** Lets a person do something more. */
  addActivity(person: number, activity: Omit<Activity, 'n'>): void;
  /**
   * Sets values of leads as somebody else would, all with ONE modification stamp. Field names are the CRM's.
   *
   * @param by - an actor (see {@link ACTORS}); anything else is a person: the rep of that name, else the first
   */
  editLeads(crmIds: readonly string[], values: Readonly<Record<string, string | null>>, by: string): void;
  /** As {@link editLeads}, for tasks: a rep ticks one off, moves it, or hands it on. */
  editTasks(taskIds: readonly string[], values: Readonly<Record<string, string | null>>, by: string): void;
  /** Merges as a user would; gives the id that now stands for both. */
  mergeLeads(winnerId: string, loserId: string): string;
  /** Converts as a user would; gives the id that now stands for the lead. @throws {RangeError} in a CRM without leads */
  convertLead(crmId: string): string;
  /** Deletes as a user would: the lead goes to the recycling bin. */
  deleteLead(crmId: string): void;
  /** Ticks off every open task of a lead, as a rep would. */
  completeTasks(crmId: string): void;
}
