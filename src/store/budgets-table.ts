/** One row per account and limit: the instant from which the next call may start. */
export interface BudgetsTable {
  /** HubSpot portal id or Salesforce organisation id, with the CRM in front. */
  readonly account: string;
  readonly bucket: string;
  readonly next_at: Date;
  /** Until then nobody starts a call, not even with a slot that was reserved before. */
  readonly paused_until: Date | null;
}

/** The tables of this file, by name. */
export interface BudgetsTables {
  readonly budgets: BudgetsTable;
}
