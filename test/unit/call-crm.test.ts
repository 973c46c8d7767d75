import { describe, expect, it } from 'vitest';
import { callCrm, networkFailure, type OperationClass } from '../../connectors/call.ts';
import { type ErrorCode, LeadScoringError } from '../../src/errors.ts';
import { CLOCK } from '../support/clock.ts';

const live = new AbortController().signal;

/** Fails with each code in turn, then succeeds; tells how often it was called. */
async function run(operation: OperationClass, failures: readonly LeadScoringError[]) {
  let calls = 0;
  const result = await callCrm(
    operation,
    async () => {
      const failure = failures[calls];
      calls += 1;
      if (failure !== undefined) throw failure;
      return 'done';
    },
    { timeoutMs: 1_000, signal: live, clock: CLOCK },
  ).catch((error: unknown) => error);
  return { result, calls };
}

const failure = (code: ErrorCode, details: { retryAfterMs?: number; context?: Record<string, number> } = {}) =>
  new LeadScoringError(code, code, details);

describe('callCrm', () => {
  it('repeats what may pass later', async () => {
    expect(await run('read', [failure('CRM_UNAVAILABLE'), failure('CRM_TIMEOUT')])).toEqual({
      result: 'done',
      calls: 3,
    });
  });

  it.each(['CRM_UNAUTHORIZED', 'CRM_REJECTED_RECORD', 'CRM_QUOTA_EXHAUSTED'] as const)(
    'does not repeat after %s',
    async (code) => {
      expect(await run('read', [failure(code)])).toMatchObject({ result: { code }, calls: 1 });
    },
  );

  it('gives a wait of more than a minute back to its caller', async () => {
    const slow = failure('CRM_RATE_LIMITED', { retryAfterMs: 70_000 });
    expect(await run('read', [slow])).toEqual({ result: slow, calls: 1 });
  });

  it('waits for a lock in a read, and where a wait was named: a locked write is one of a batch', async () => {
    const locked = failure('CRM_RECORD_LOCKED', { retryAfterMs: 1 });
    expect((await run('read', [locked])).calls).toBe(2);
    expect((await run('read', [failure('CRM_RECORD_LOCKED')])).calls).toBe(1);
    expect((await run('idempotent', [locked])).calls).toBe(1);
    expect((await run('create', [locked])).calls).toBe(1);
  });

  it('never repeats a create whose outcome is open', async () => {
    const { result, calls } = await run('create', [failure('CRM_UNAVAILABLE')]);
    expect(result).toMatchObject({ code: 'CRM_OUTCOME_UNKNOWN', cause: { code: 'CRM_UNAVAILABLE' } });
    expect(calls).toBe(1);
  });

  it('repeats a create that was refused or never sent', async () => {
    const limited = failure('CRM_RATE_LIMITED', { retryAfterMs: 1 });
    const unsent = failure('CRM_UNAVAILABLE', { retryAfterMs: 1, context: { sent: 0 } });
    expect(await run('create', [limited, unsent])).toEqual({ result: 'done', calls: 3 });
  });

  it('waits for its turn outside the time-out, before each attempt', async () => {
    const order: string[] = [];
    const attempt = async () => {
      order.push('attempt');
      if (order.length < 4) throw failure('CRM_RATE_LIMITED', { retryAfterMs: 1 });
    };
    const prepare = async () => {
      order.push('prepare');
      await new Promise((done) => setTimeout(done, 60));
    };
    await callCrm('read', attempt, { timeoutMs: 50, signal: live, clock: CLOCK, prepare });
    expect(order).toEqual(['prepare', 'attempt', 'prepare', 'attempt']);
  });

  it('ends an attempt that does not listen to its signal', async () => {
    const attempt = () => new Promise<never>(() => {});
    const call = callCrm('create', attempt, { timeoutMs: 20, signal: live, clock: CLOCK });
    await expect(call).rejects.toMatchObject({ cause: { code: 'CRM_TIMEOUT' } });
  });
});

describe('networkFailure', () => {
  it('tells a request that was never sent from one that may have arrived', () => {
    const refused = networkFailure(new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } }), 'HubSpot');
    const cut = networkFailure(new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } }), 'HubSpot');
    expect(refused).toMatchObject({ code: 'CRM_UNAVAILABLE', context: { sent: 0 } });
    expect(cut).toMatchObject({ code: 'CRM_UNAVAILABLE', context: { sent: 1 } });
  });
});
