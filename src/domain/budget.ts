/** How often calls may start: `calls` per `perMs` milliseconds, evenly spaced. */
export interface Rate {
  readonly calls: number;
  readonly perMs: number;
}

/** What an account allows in a day, as its answers tell. */
export interface DailyCalls {
  /** Calls of a whole day. */
  readonly limit: number;
  /** Calls that are left, to us and to everybody else who calls the account. */
  readonly left: number;
}

/**
 * The right to call one CRM account, shared by every worker through the database.
 *
 * A bucket is one of the CRM's own limits, such as `burst` or `search`.
 */
export interface Budget {
  /**
   * Resolves when one call may start. Callers are served in order; rejects when `signal` aborts.
   *
   * @throws {LeadScoringError} `CRM_QUOTA_EXHAUSTED` with the time until calls come back, if our share of the day is
   *   used up: the call must not be sent.
   */
  take(bucket: string, rate: Rate, signal: AbortSignal): Promise<void>;

  /** Lets nobody start a call of the bucket for `ms` milliseconds: the CRM asked for the pause. */
  pause(bucket: string, ms: number): Promise<void>;

  /** Takes note of the CRM's own time and of the day's calls (`null`: not in this answer), as an answer told them. */
  learn(at: Date, dailyCalls: DailyCalls | null): void;
}
