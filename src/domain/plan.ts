import type { LeadObject } from './crm.ts';
import type { AttributeValue } from './lead.ts';

/** Leads that a plan moves from one value to another; `null` is no value. */
export interface PlanMove {
  readonly from: string | null;
  readonly to: string | null;
  readonly leads: number;
}

/** Tasks that a plan gives one rep on one day. */
export interface PlannedTasks {
  /** `null`: nobody, since the lead has no active owner and the mapping no reps. */
  readonly ownerId: string | null;
  /** Calendar day on which they are due, `YYYY-MM-DD` in the business hours' zone. */
  readonly day: string;
  readonly tasks: number;
}

/** What a plan holds before any of it is written. */
export interface PlanFacts {
  /** Leads of the connection that are there, scored by this run or not. */
  readonly leads: number;
  readonly writes: number;
  /** By the band the CRM holds and the one it would hold; only leads whose band differs. */
  readonly bandMoves: readonly PlanMove[];
  readonly stageMoves: readonly PlanMove[];
  /** Tasks that wait to be created, each with the owner of its lead. */
  readonly tasks: readonly { readonly ownerId: string | null; readonly dueAt: Date }[];
}

/** How far the day's calls go. */
export interface Forecast {
  /** Calls that the connection's share of the day leaves now; `null` where the CRM tells no limit. */
  readonly callsLeft: number | null;
  /** The earliest instant at which the last call can be made, for want of calls before; `null`: today. A year at most. */
  readonly notBefore: Date | null;
}

/** What approving a plan would do and cost. */
export interface PlanSummary extends Omit<PlanFacts, 'tasks'> {
  readonly tasks: readonly PlannedTasks[];
  /** API calls that the rest of the run takes: looking again, writing, reading stages back, creating tasks. */
  readonly calls: number;
  /** What these calls take at the account's rate, rounded up. */
  readonly minutes: number;
  readonly forecast: Forecast;
}

/** One lead of a plan with the exact before and after of all that changes. */
export interface PlanLine {
  readonly object: LeadObject;
  readonly crmId: string;
  /** `planned` until its write has an end. */
  readonly state: string;
  readonly cause: string | null;
  /** Score field → value before and after; only what differs. */
  readonly fields: Readonly<Record<string, { readonly before: AttributeValue; readonly after: AttributeValue }>>;
  /** Lifecycle stage; `null` if it stays. */
  readonly stage: { readonly before: string | null; readonly after: string } | null;
  readonly task: { readonly subject: string; readonly dueAt: string } | null;
}

/** What narrows a plan down. */
export interface PlanFilter {
  /** Band that the lead would be in. */
  readonly band?: string;
  /** Id of the record in the CRM. */
  readonly crmId?: string;
  readonly hasBandMove?: boolean;
  readonly hasStageMove?: boolean;
  readonly hasTask?: boolean;
}

/** A lead that a run pulled and did not score. */
export interface ExcludedLead {
  readonly object: LeadObject;
  readonly crmId: string;
  readonly reason: string;
}
