import type { Json } from './connections-table.ts';

/** One row per account and limit: the instant from which the next call may start. */
export interface BudgetsTable {
  /** HubSpot portal id or Salesforce organisation id, with the CRM in front. */
  readonly account: string;
  readonly bucket: string;
  readonly next_at: Date;
  /** Until then nobody starts a call, not even with a slot that was reserved before. */
  readonly paused_until: Date | null;
}

/** One row per account: its calls that still count against the day. */
export interface DailyCallsTable {
  /** As in {@link BudgetsTable}. */
  readonly account: string;
  /** Instant at which they come back, in milliseconds since 1970 → our calls. */
  readonly calls: Json<Readonly<Record<string, number>>>;
  /** What the account allows in a day, and what it had left at `told_at`; `null` where the CRM does not say. */
  readonly daily_limit: number | null;
  readonly daily_left: number | null;
  /** By the CRM's clock. */
  readonly told_at: Date | null;
}

/** The tables of this file, by name. */
export interface BudgetsTables {
  readonly daily_calls: DailyCallsTable;
  readonly budgets: BudgetsTable;
}
