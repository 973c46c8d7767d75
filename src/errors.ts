/** What the caller should do next. */
export type Recovery =
  | 'retry' //      the same call may succeed later: back off, then repeat it
  | 'quarantine' // this one record cannot pass: set it aside, go on with the others
  | 'halt'; //      nothing will pass until a person acts: stop this connection

interface Entry {
  readonly recovery: Recovery;
  /** Exit code of a command that ends with it: 2 wrong usage or invalid input, 1 any other failure. */
  readonly exit: 1 | 2;
  /** What an operator does, one sentence. */
  readonly action: string;
}

/** Every failure the system raises on purpose. README "Errors" is checked against this table. */
export const ERRORS = {
  USAGE: { recovery: 'halt', exit: 2, action: 'See the --help of the command.' },
  CONFIG_INVALID: { recovery: 'halt', exit: 2, action: 'Correct the named setting, then start again.' },
  INPUT_INVALID: { recovery: 'halt', exit: 2, action: 'Correct the named line of the input, then repeat.' },
  MODEL_INVALID: { recovery: 'halt', exit: 2, action: 'Correct the named place in the score model, then repeat.' },
  MODEL_MISSING: { recovery: 'halt', exit: 2, action: 'Publish one with `model publish NAME`.' },
  MODEL_UNKNOWN: { recovery: 'halt', exit: 2, action: 'List the models with `model list`.' },
  MAPPING_INVALID: { recovery: 'halt', exit: 2, action: 'Correct the named place in the mapping file, then repeat.' },
  CONNECTION_UNKNOWN: { recovery: 'halt', exit: 2, action: 'List the connections with `connections list`.' },
  CONNECTION_EXISTS: { recovery: 'halt', exit: 2, action: 'Choose another name, or remove the connection first.' },
  LINK_REFUSED: { recovery: 'halt', exit: 2, action: 'See what is linked with `links list` and `links show RECORD`.' },
  RECORD_UNKNOWN: { recovery: 'halt', exit: 2, action: 'Name it as CONNECTION:ID; `sync` pulls what is new.' },
  RUN_UNKNOWN: { recovery: 'halt', exit: 2, action: 'Take a run id from the output of `sync`.' },
  QUARANTINE_UNKNOWN: { recovery: 'halt', exit: 2, action: 'Take ids from `quarantine list`.' },
  RUN_UNDER_WAY: { recovery: 'halt', exit: 1, action: 'Repeat when `certificate RUN` says that it has ended.' },
  PLAN_WAITING: {
    recovery: 'halt',
    exit: 1,
    action: 'Look with `plan show RUN`, then `plan approve RUN` or `plan discard RUN`.',
  },
  PLAN_NOT_WAITING: { recovery: 'halt', exit: 2, action: 'See the run with `certificate RUN`.' },
  PLAN_DISCARDED: { recovery: 'halt', exit: 1, action: 'Nothing: the next sync plans its leads anew.' },
  UNDO_REFUSED: { recovery: 'halt', exit: 2, action: 'Take the id of a sync that has ended.' },
  RECORDS_UNACCOUNTED: { recovery: 'halt', exit: 1, action: 'Report the certificate; the next sync goes on.' },
  DATABASE_UNREACHABLE: { recovery: 'retry', exit: 1, action: 'Start Postgres, or correct DATABASE_URL.' },
  QUEUE_UNREACHABLE: { recovery: 'retry', exit: 1, action: 'Start Redis, or correct REDIS_URL.' },
  PORT_TAKEN: { recovery: 'halt', exit: 1, action: 'Choose another port, or end the program that holds it.' },
  SECRET_UNREADABLE: { recovery: 'halt', exit: 1, action: 'Set SCOREWIRE_KEY to the key it was stored with.' },
  INTERNAL: { recovery: 'halt', exit: 1, action: 'Report the line in the log; the run can be started again.' },
  CRM_UNAUTHORIZED: { recovery: 'halt', exit: 1, action: 'Give new credentials with `connections renew NAME`.' },
  CRM_SCOPE_MISSING: { recovery: 'halt', exit: 1, action: 'Grant the named scope or permission in the CRM.' },
  CRM_FIELD_MISSING: { recovery: 'halt', exit: 1, action: 'Create the named field in the CRM, or map another.' },
  CRM_FIELD_TYPE: { recovery: 'halt', exit: 1, action: 'Map a field of the expected type and length.' },
  CRM_FIELD_READ_ONLY: { recovery: 'halt', exit: 1, action: 'Map a field that can be written, or read it only.' },
  CRM_FIELD_OPTION: { recovery: 'halt', exit: 1, action: 'Add the value to the field in the CRM, or map another.' },
  CRM_RATE_LIMITED: { recovery: 'retry', exit: 1, action: 'Nothing: work goes on as soon as the CRM allows.' },
  CRM_QUOTA_EXHAUSTED: { recovery: 'retry', exit: 1, action: 'Nothing: the run resumes when the daily quota resets.' },
  CRM_UNAVAILABLE: { recovery: 'retry', exit: 1, action: 'Nothing, unless it lasts longer than an hour.' },
  CRM_TIMEOUT: { recovery: 'retry', exit: 1, action: 'Nothing, unless it lasts longer than an hour.' },
  CRM_OUTCOME_UNKNOWN: { recovery: 'retry', exit: 1, action: 'Nothing: the CRM is asked before anything is repeated.' },
  CRM_PROTOCOL: { recovery: 'halt', exit: 1, action: 'Check the base URL; report the status if it is right.' },
  CRM_REJECTED_RECORD: {
    recovery: 'quarantine',
    exit: 1,
    action: 'Correct the record in the CRM; the next sync tries it again.',
  },
  CRM_RECORD_FORBIDDEN: {
    recovery: 'quarantine',
    exit: 1,
    action: "Give the app's user access to the record in the CRM; the next sync tries it again.",
  },
  CRM_RECORD_GONE: { recovery: 'quarantine', exit: 1, action: 'Nothing: the record was deleted in the CRM.' },
  CRM_RECORD_CONVERTED: { recovery: 'quarantine', exit: 1, action: 'Nothing: its contact is scored instead.' },
  CRM_RECORD_LOCKED: { recovery: 'quarantine', exit: 1, action: 'Nothing: it is tried again with the next run.' },
  CRM_RECORD_UNREADABLE: { recovery: 'quarantine', exit: 1, action: 'Report the field that the message names.' },
} as const satisfies Record<string, Entry>;

/** A key of {@link ERRORS}. */
export type ErrorCode = keyof typeof ERRORS;

interface Details {
  readonly cause?: unknown;
  /** Wait the other side asked for, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** Ids and counts only. Errors are logged, so never a name, an e-mail or a token. */
  readonly context?: Readonly<Record<string, string | number>>;
}

/** A deliberate failure. Anything else that is thrown is a bug and keeps its own stack. */
export class LeadScoringError extends Error {
  override readonly name = 'LeadScoringError';
  readonly code: ErrorCode;
  readonly retryAfterMs: number | undefined;
  readonly context: Readonly<Record<string, string | number>>;

  constructor(code: ErrorCode, message: string, { cause, retryAfterMs, context = {} }: Details = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.retryAfterMs = retryAfterMs;
    this.context = context;
  }

  get recovery(): Recovery {
    return ERRORS[this.code].recovery;
  }

  get action(): string {
    return ERRORS[this.code].action;
  }
}
