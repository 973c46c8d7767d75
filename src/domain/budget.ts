/** How often calls may start: `calls` per `perMs` milliseconds, evenly spaced. */
export interface Rate {
  readonly calls: number;
  readonly perMs: number;
}

/**
 * The right to call one CRM account, shared by every worker through the database.
 *
 * A bucket is one of the CRM's own limits, such as `burst` or `search`.
 */
export interface Budget {
  /** Resolves when one call may start. Callers are served in order; rejects when `signal` aborts. */
  take(bucket: string, rate: Rate, signal: AbortSignal): Promise<void>;

  /** Lets nobody start a call of the bucket for `ms` milliseconds: the CRM asked for the pause. */
  pause(bucket: string, ms: number): Promise<void>;
}
