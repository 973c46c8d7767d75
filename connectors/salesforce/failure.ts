import { z } from 'zod';
import { type ErrorCode, LeadScoringError } from '../../src/errors.ts';
import { AUTOMATION_ERRORS, RESENT_ROWS, SALESFORCE_ERRORS } from './error-codes.ts';

/** Salesforce lifts the concurrency limit as soon as a long call ends; no Retry-After is sent (design 4.5). */
const CONCURRENCY_WAIT_MS = 10_000;
/** The daily limit is a rolling 24 hours, so calls come back by and by: worth another look each hour. */
const QUOTA_WAIT_MS = 3_600_000;

/** A query that must be put differently rather than repeated: its window halved, or its locator given up. */
export class QueryInterrupted extends Error {
  override readonly name = 'QueryInterrupted';
  readonly reason: 'timeout' | 'locator';

  constructor(reason: 'timeout' | 'locator') {
    super(`The query was interrupted: ${reason}`);
    this.reason = reason;
  }
}

/** One refused row of a collection, or one error of a refused call: the key of the code differs. */
export const RowError = z.looseObject({
  statusCode: z.string().optional(),
  errorCode: z.string().optional(),
  message: z.string().default(''),
  fields: z.array(z.string()).nullish(),
});
export type RowError = z.infer<typeof RowError>;

const OAuthError = z.looseObject({ error: z.string().regex(/^[a-z_]{1,40}$/i) });

/** A refused answer, before anybody looked into it. */
export interface Refusal {
  readonly status: number;
  readonly body: string;
  readonly retryAfter: string | null;
}

/** Translates a refused call. The body is read for codes and field names only; nothing else of it goes on. */
export function failureOf({ status, body, retryAfter }: Refusal): LeadScoringError | QueryInterrupted {
  const parsed = parseJson(body);
  const errors = z.array(RowError).min(1).safeParse(parsed);
  const retryAfterMs = waitMs(retryAfter);
  if (errors.success) return failureOfErrors(errors.data, status, retryAfterMs);
  const oauth = OAuthError.safeParse(parsed);
  if (oauth.success && status < 500) {
    return new LeadScoringError('CRM_UNAUTHORIZED', `Salesforce refused the credentials (${oauth.data.error})`);
  }
  return new LeadScoringError(codeOfStatus(status), `Salesforce answered ${status}`, {
    context: { status },
    ...(status === 429 || status === 420 ? { retryAfterMs: retryAfterMs ?? CONCURRENCY_WAIT_MS } : { retryAfterMs }),
  });
}

/** Translates what stands in a refused call's JSON array. */
export function failureOfErrors(
  errors: readonly RowError[],
  status: number,
  retryAfterMs?: number,
): LeadScoringError | QueryInterrupted {
  const [first] = errors;
  const code = codeOf(first);
  if (code === 'QUERY_TIMEOUT') return new QueryInterrupted('timeout');
  if (code === 'INVALID_QUERY_LOCATOR') return new QueryInterrupted('locator');
  if (code === 'REQUEST_LIMIT_EXCEEDED' || code === 'LIMIT_EXCEEDED')
    return limitFailure(code, first?.message ?? '', retryAfterMs);
  const known = ownCode(code);
  // A refusal of the whole call is about our rights, that of a row about the row.
  const ours = known === 'CRM_RECORD_FORBIDDEN' ? 'CRM_SCOPE_MISSING' : known;
  return new LeadScoringError(ours ?? codeOfStatus(status), `Salesforce answered ${status} (${described(errors)})`, {
    context: { status, salesforceCode: code },
  });
}

/** Translates the errors of one row that a collection refused: what outlasted all rounds waits for the next run. */
export function rowFailure(errors: readonly RowError[]): LeadScoringError {
  const code = codeOf(errors[0]);
  const ours = isWorthResending(errors) ? 'CRM_RECORD_LOCKED' : (ownCode(code) ?? 'CRM_REJECTED_RECORD');
  return new LeadScoringError(ours, `Salesforce refused the row (${described(errors)})`, {
    context: { salesforceCode: code },
  });
}

/** Whether the row would probably pass if sent again, in fewer company. */
export function isWorthResending(errors: readonly RowError[]): boolean {
  return errors.some((error) => RESENT_ROWS.has(codeOf(error)) || isLockInDisguise(error));
}

/** Ids of the records whose lock refused a row, as its message lists them; often a parent and not the row itself. */
export function lockedIds(errors: readonly RowError[]): readonly string[] {
  return errors.flatMap(
    ({ message }) => /exclusive access to this record[^:]*: ?([\w, ]+)/.exec(message)?.[1]?.split(/, ?/) ?? [],
  );
}

/** A trigger or flow that ran into a lock or its CPU limit says so in its message only. */
function isLockInDisguise(error: RowError | undefined): boolean {
  return (
    AUTOMATION_ERRORS.has(codeOf(error)) && /UNABLE_TO_LOCK_ROW|CPU time limit exceeded/i.test(error?.message ?? '')
  );
}

function limitFailure(code: string, message: string, retryAfterMs?: number): LeadScoringError {
  if (/concurrent/i.test(message) || (code === 'LIMIT_EXCEEDED' && !/24 h|daily|per day/i.test(message))) {
    return new LeadScoringError('CRM_RATE_LIMITED', `Too many calls at the same time (${code})`, {
      retryAfterMs: retryAfterMs ?? CONCURRENCY_WAIT_MS,
    });
  }
  return new LeadScoringError('CRM_QUOTA_EXHAUSTED', `The org has used up its daily calls (${code})`, {
    retryAfterMs: retryAfterMs ?? QUOTA_WAIT_MS,
  });
}

/** Code and field names: all that may be told of an error. */
function described(errors: readonly RowError[]): string {
  const codes = [...new Set(errors.map((error) => codeOf(error)))].join(', ');
  const fields = [...new Set(errors.flatMap(fieldsOf))];
  return fields.length === 0 ? codes : `${codes}: ${fields.join(', ')}`;
}

const FIELD_NAME = /^\w{1,80}$/;

function fieldsOf({ fields, message }: RowError): string[] {
  if (fields?.length) return fields.filter((field) => FIELD_NAME.test(field));
  const column = /No such column '(\w{1,80})' on (?:sobject|entity)/i.exec(message)?.[1];
  if (column !== undefined) return [column];
  const list = /Unable to create\/update fields: ([\w, ]{1,400})\./.exec(message)?.[1];
  return list === undefined ? [] : list.split(', ').filter((field) => FIELD_NAME.test(field));
}

/** The row's code as Salesforce spells it; what is no code is not repeated. */
export function codeOf(error: RowError | undefined): string {
  const code = error?.errorCode ?? error?.statusCode ?? '';
  return /^[A-Z][A-Z0-9_]{1,80}$/.test(code) ? code : 'no code';
}

function ownCode(code: string): ErrorCode | undefined {
  return (SALESFORCE_ERRORS as Record<string, ErrorCode>)[code]; // any text may be asked for
}

function codeOfStatus(status: number): ErrorCode {
  if (status === 401) return 'CRM_UNAUTHORIZED';
  if (status === 403) return 'CRM_SCOPE_MISSING';
  if (status === 404) return 'CRM_RECORD_GONE';
  if (status === 420 || status === 429) return 'CRM_RATE_LIMITED';
  if (status === 408 || status >= 500) return 'CRM_UNAVAILABLE';
  return 'CRM_PROTOCOL';
}

/** Retry-After in seconds; Salesforce sends none today, a proxy before it may. */
function waitMs(retryAfter: string | null): number | undefined {
  const seconds = Number(retryAfter);
  return retryAfter !== null && Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : undefined;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null; // an HTML page of the edge
  }
}
