import { setTimeout as sleep } from 'node:timers/promises';
import { LeadScoringError } from '../src/errors.ts';

/**
 * What repeating a call would do.
 *
 * `read` and `idempotent` may be repeated freely. A `create` is repeated only where the CRM said that nothing
 * happened (a 429, a refused connection); a lost answer is `CRM_OUTCOME_UNKNOWN` and must be asked about.
 */
export type OperationClass = 'read' | 'idempotent' | 'create';

/** Error codes after which the CRM certainly did nothing. */
const NOTHING_HAPPENED = new Set<string>(['CRM_RATE_LIMITED', 'CRM_RECORD_LOCKED', 'CRM_UNAUTHORIZED']);

const MAX_ATTEMPTS = 6;
const FIRST_BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 8_000;
/** A CRM that asks for a longer wait than this gets its worker back to the queue instead. */
const LONGEST_WAIT_MS = 65_000;

/**
 * Runs one CRM call with time-out, back-off and jitter, repeated as its class allows.
 *
 * @param attempt - Makes the call once; must throw {@link LeadScoringError} for everything the CRM may do.
 * @param timeoutMs - For each attempt, in milliseconds.
 * @throws {LeadScoringError} the last attempt's error; `CRM_OUTCOME_UNKNOWN` for a create whose answer was lost.
 */
export async function callCrm<T>(
  operation: OperationClass,
  attempt: (signal: AbortSignal) => Promise<T>,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<T> {
  for (let attempts = 1; ; attempts += 1) {
    signal.throwIfAborted();
    try {
      return await withTimeout(attempt, timeoutMs, signal);
    } catch (error) {
      if (!(error instanceof LeadScoringError)) throw error;
      if (operation === 'create' && error.recovery === 'retry' && !NOTHING_HAPPENED.has(error.code)) {
        throw new LeadScoringError('CRM_OUTCOME_UNKNOWN', `No answer whether it was created (${error.message})`, {
          cause: error,
        });
      }
      const waitMs = error.retryAfterMs ?? backoffMs(attempts);
      if (error.recovery !== 'retry' || error.code === 'CRM_QUOTA_EXHAUSTED') throw error;
      if (attempts >= MAX_ATTEMPTS || waitMs > LONGEST_WAIT_MS) throw error;
      await sleep(waitMs, undefined, { signal });
    }
  }
}

async function withTimeout<T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<T> {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), timeoutMs);
  let onAbort = () => {};
  // Raced, because a client library may not pass the signal on to its socket.
  const expired = new Promise<never>((_, reject) => {
    onAbort = () => reject(new LeadScoringError('CRM_TIMEOUT', `No answer within ${timeoutMs} ms`));
    timeout.signal.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([attempt(AbortSignal.any([signal, timeout.signal])), expired]);
  } catch (error) {
    signal.throwIfAborted();
    if (timeout.signal.aborted && !(error instanceof LeadScoringError)) {
      throw new LeadScoringError('CRM_TIMEOUT', `No answer within ${timeoutMs} ms`);
    }
    throw error;
  } finally {
    clearTimeout(timer);
    timeout.signal.removeEventListener('abort', onAbort);
  }
}

/** Doubling waits with full jitter: between a half and the whole of 250 ms, 500 ms, 1 s … 8 s. */
function backoffMs(attempts: number): number {
  const longest = Math.min(FIRST_BACKOFF_MS * 2 ** (attempts - 1), LONGEST_BACKOFF_MS);
  return longest / 2 + (Math.random() * longest) / 2;
}
