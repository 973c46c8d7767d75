import { midnightAfter } from '../../src/domain/daily-quota.ts';
import { type ErrorCode, LeadScoringError } from '../../src/errors.ts';
import { describeError, type HubspotError, readError } from './error-body.ts';
import type { HubspotResponse } from './transport.ts';

const LOCK_WAIT_MS = 2_000;
const SECONDLY_WAIT_MS = 1_000;
/** While HubSpot moves an account to another data centre it answers 477 and names the wait, at most a day. */
const MIGRATION_WAIT_MS = 60_000;

/** What the translation needs to know of the account. */
export interface AccountFacts {
  readonly now: Date;
  /** IANA zone in which the daily quota resets at midnight. */
  readonly timeZone: string;
  /** Burst window in milliseconds. */
  readonly windowMs: number;
}

/**
 * Translates a refusal of HubSpot into our error: status, category and names of properties or scopes, never a body.
 *
 * @see shared/design/hubspot.md 2.4 and 7, and HubSpot's "Handling errors" (read November 2026).
 */
export function failureOf(response: HubspotResponse, account: AccountFacts): LeadScoringError {
  const { status, headers } = response;
  const error = readError(response.text);
  if (status === 429) return limitFailure(error, headers, account);
  const code = codeOf(status, error);
  return new LeadScoringError(code, `HubSpot answered ${status}${describeError(error)}`, {
    retryAfterMs: waitMs(status, headers, account.now),
    context: { status },
  });
}

/** Our code for one refused record of a batch. */
export function recordFailure(error: HubspotError): LeadScoringError {
  const isGone = error.category === 'OBJECT_NOT_FOUND';
  return new LeadScoringError(
    isGone ? 'CRM_RECORD_GONE' : codeOf(400, error),
    `HubSpot refused the record${describeError(error)}`,
  );
}

function codeOf(status: number, error: HubspotError | null): ErrorCode {
  if (status === 401) return 'CRM_UNAUTHORIZED';
  if (status === 403 || error?.category === 'MISSING_SCOPES') return 'CRM_SCOPE_MISSING';
  if (status === 423) return 'CRM_RECORD_LOCKED';
  if (status === 408 || status === 477 || status >= 500) return 'CRM_UNAVAILABLE';
  if (error === null || status < 400 || status === 405 || (status >= 413 && status <= 415)) return 'CRM_PROTOCOL';
  if (status === 404) return error.category === 'OBJECT_NOT_FOUND' ? 'CRM_RECORD_GONE' : 'CRM_PROTOCOL';
  return error.codes.includes('PROPERTY_DOESNT_EXIST') ? 'CRM_FIELD_MISSING' : 'CRM_REJECTED_RECORD';
}

function limitFailure(error: HubspotError | null, headers: Headers, account: AccountFacts): LeadScoringError {
  const policy = error?.policyName ?? '';
  const askedMs = retryAfterMs(headers, account.now);
  if (policy.startsWith('DAILY')) {
    return new LeadScoringError('CRM_QUOTA_EXHAUSTED', 'The account has used up its daily calls', {
      retryAfterMs: askedMs ?? midnightAfter(account.now, account.timeZone).getTime() - account.now.getTime(),
    });
  }
  const policyMs = policy.startsWith('SECONDLY') ? SECONDLY_WAIT_MS : account.windowMs;
  return new LeadScoringError('CRM_RATE_LIMITED', `HubSpot asked us to slow down${describeError(error)}`, {
    retryAfterMs: askedMs ?? policyMs,
  });
}

function waitMs(status: number, headers: Headers, now: Date): number | undefined {
  const asked = retryAfterMs(headers, now);
  if (status === 423) return Math.max(asked ?? 0, LOCK_WAIT_MS);
  return status === 477 ? (asked ?? MIGRATION_WAIT_MS) : asked;
}

/** Retry-After in either of its forms: seconds, or an HTTP date. */
function retryAfterMs(headers: Headers, now: Date): number | undefined {
  const text = headers.get('retry-after');
  if (text === null) return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1_000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}
