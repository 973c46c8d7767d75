import type { Clock } from '../src/domain/clock.ts';
import { LeadScoringError } from '../src/errors.ts';

/**
 * What repeating a call would do.
 *
 * `read` and `idempotent` may be repeated freely. A `create` is repeated only where the CRM said that nothing
 * happened (a 429, a refused connection); a lost answer is `CRM_OUTCOME_UNKNOWN` and must be asked about.
 */
export type OperationClass = 'read' | 'idempotent' | 'create';

/** Error codes after which the CRM certainly did nothing. */
const NOTHING_HAPPENED = new Set<string>([
  'CRM_RATE_LIMITED',
  'CRM_QUOTA_EXHAUSTED',
  'CRM_RECORD_LOCKED',
  'CRM_UNAUTHORIZED',
]);

/** Socket errors before a single byte of the request was sent. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

const MAX_ATTEMPTS = 6;
const FIRST_BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 8_000;
/** A CRM that asks for a longer wait than this gets its worker back to the queue instead. */
const LONGEST_WAIT_MS = 65_000;

/** How a call is made. */
export interface CallOptions {
  /** For each attempt, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly clock: Pick<Clock, 'sleep'>;
  /** Awaited before each attempt and outside its time-out: waiting for the budget is not silence. */
  readonly prepare?: () => Promise<void>;
}

/**
 * Runs one CRM call with time-out, back-off and jitter, repeated as its class allows.
 *
 * @param attempt - Makes the call once; must throw {@link LeadScoringError} for everything the CRM may do.
 * @throws {LeadScoringError} the last attempt's error; `CRM_OUTCOME_UNKNOWN` for a create whose answer was lost.
 */
export async function callCrm<T>(
  operation: OperationClass,
  attempt: (signal: AbortSignal) => Promise<T>,
  options: CallOptions,
): Promise<T> {
  const { signal, clock, prepare = async () => {} } = options;
  for (let attempts = 1; ; attempts += 1) {
    signal.throwIfAborted();
    await prepare();
    try {
      return await withTimeout(attempt, options);
    } catch (error) {
      if (!(error instanceof LeadScoringError)) throw error;
      if (operation === 'create' && error.recovery === 'retry' && !hasCertainlyDoneNothing(error)) {
        throw new LeadScoringError('CRM_OUTCOME_UNKNOWN', `No answer whether it was created (${error.message})`, {
          cause: error,
        });
      }
      const waitMs = error.retryAfterMs ?? backoffMs(attempts);
      if (!isWorthRepeating(error, operation)) throw error;
      if (attempts >= MAX_ATTEMPTS || waitMs > LONGEST_WAIT_MS) throw error;
      await clock.sleep(waitMs, signal);
    }
  }
}

/**
 * Turns what a failed connection throws into our error; anything else passes unchanged.
 *
 * @param crm - The CRM's name for the message.
 */
export function networkFailure(error: unknown, crm: string): unknown {
  if (!(error instanceof TypeError)) return error; // how fetch reports every failure of the network
  const code = (error.cause as { code?: unknown } | undefined)?.code; // undici keeps the socket's error there
  const reason = typeof code === 'string' ? code : 'connection lost';
  return new LeadScoringError('CRM_UNAVAILABLE', `${crm} cannot be reached (${reason})`, {
    context: { sent: NEVER_SENT.has(reason) ? 0 : 1 },
  });
}

function hasCertainlyDoneNothing({ code, context }: LeadScoringError): boolean {
  return NOTHING_HAPPENED.has(code) || context.sent === 0;
}

/** A lock is waited for here only by a read: a write may be one of many, see {@link sendInPieces}. */
function isWorthRepeating({ recovery, code, retryAfterMs }: LeadScoringError, operation: OperationClass): boolean {
  if (code === 'CRM_RECORD_LOCKED') return operation === 'read' && retryAfterMs !== undefined;
  return recovery === 'retry' && code !== 'CRM_QUOTA_EXHAUSTED';
}

async function withTimeout<T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  { timeoutMs, signal, clock }: CallOptions,
): Promise<T> {
  const [answered, timeout] = [new AbortController(), new AbortController()];
  // Raced, because a client library may not pass the signal on to its socket.
  const expired = clock.sleep(timeoutMs, answered.signal).then((): never => {
    timeout.abort();
    throw new LeadScoringError('CRM_TIMEOUT', `No answer within ${timeoutMs} ms`);
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
    answered.abort('answered'); // a reason, since making none takes longer than a call's own work
  }
}

/** Doubling waits with full jitter: between a half and the whole of 250 ms, 500 ms, 1 s … 8 s. */
function backoffMs(attempts: number): number {
  const longest = Math.min(FIRST_BACKOFF_MS * 2 ** (attempts - 1), LONGEST_BACKOFF_MS);
  return longest / 2 + (Math.random() * longest) / 2;
}
