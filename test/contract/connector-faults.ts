import { describe, expect, it } from 'vitest';
import type { FaultRuleInput } from '../../sandbox/faults.ts';
import { LeadScoringError } from '../../src/errors.ts';
import { type Bench, live, type OpenBench, pulled, streamsOf } from './contract-bench.ts';
import { recordingBudget } from './recording-budget.ts';

type FaultInput = FaultRuleInput['fault'];

/** What each thing that goes wrong is called, and whether it passes. */
export function describeFaults(open: OpenBench): void {
  describe('when something goes wrong', () => {
    it.each<[string, FaultInput, string]>([
      ['a refused token', { kind: 'expired-token' }, 'CRM_UNAUTHORIZED'],
      ['a missing scope', { kind: 'missing-scope', scopes: ['a.scope'] }, 'CRM_SCOPE_MISSING'],
      ['an exhausted day', { kind: 'rate-limit', policy: 'DAILY' }, 'CRM_QUOTA_EXHAUSTED'],
    ])('ends a pull at once after %s', async (_, fault, code) => {
      const bench = await open();
      bench.sandbox.setFaults([{ route: bench.subject.routes.pullLeads, calls: { every: 1 }, fault }]);
      await expect(pullLeads(bench)).rejects.toMatchObject({ code });
    });

    it.each<[string, FaultInput]>([
      ['too many calls', { kind: 'rate-limit', retryAfterSeconds: 0 }],
      ['a server error', { kind: 'server-error', status: 503 }],
      ['a page of HTML', { kind: 'html-error', status: 502 }],
      ['a cut connection', { kind: 'reset' }],
      ['silence', { kind: 'silence' }],
      ['a lost answer', { kind: 'lost-answer' }],
    ])('gets over %s', async (_, fault) => {
      const bench = await open();
      bench.sandbox.setFaults([{ route: bench.subject.routes.pullLeads, fault }]);
      expect(await pullLeads(bench)).toBe(40);
    });

    it.each<[string, FaultInput, string]>([
      ['a server error', { kind: 'server-error', status: 500 }, 'CRM_UNAVAILABLE'],
      ['a page of HTML', { kind: 'html-error', status: 502 }, 'CRM_UNAVAILABLE'],
      ['a cut connection', { kind: 'reset' }, 'CRM_UNAVAILABLE'],
      ['silence', { kind: 'silence' }, 'CRM_TIMEOUT'],
      ['an answer that dribbles', { kind: 'slow', bytes: 1, everyMs: 100 }, 'CRM_TIMEOUT'],
    ])('leaves a create unknown after %s', async (_, fault, cause) => {
      const bench = await open();
      const task = {
        lead: bench.lead(0),
        marker: 'SW-x-1',
        ownerId: null,
        dueAt: new Date(),
        priority: 'low' as const,
        subject: 's',
        body: 'b',
      };
      const connector = bench.connect({ timeoutMs: 500 });
      // The first task lets a connector learn what it must know of the account before it creates any.
      await connector.createTasks([task], live);
      bench.sandbox.setFaults([{ route: bench.subject.routes.createTasks, calls: { every: 1 }, fault }]);
      const [outcome] = await connector.createTasks([{ ...task, marker: 'SW-x-2' }], live);
      expect(outcome).toMatchObject({ state: 'unknown', error: { cause: { code: cause } } });
    });

    it('asks every worker of the account to wait after too many calls', async () => {
      const bench = await open();
      bench.sandbox.setFaults([
        { route: bench.subject.routes.pullLeads, fault: { kind: 'rate-limit', retryAfterSeconds: 0.2 } },
      ]);
      const budget = recordingBudget();
      await pullLeads(bench, budget);
      expect(budget.pauses).toHaveLength(1);
    });

    it('says when the day begins anew', async () => {
      const bench = await open();
      const fault = { kind: 'rate-limit', policy: 'DAILY' } as const;
      bench.sandbox.setFaults([{ route: bench.subject.routes.pullLeads, calls: { every: 1 }, fault }]);
      const error = await pullLeads(bench).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(LeadScoringError);
      expect((error as LeadScoringError).retryAfterMs).toBeGreaterThan(0);
    });

    it('stops when it is told to', async () => {
      const bench = await open();
      bench.sandbox.setFaults([{ route: bench.subject.routes.pullLeads, fault: { kind: 'silence' } }]);
      const stop = new AbortController();
      const connector = bench.connect();
      const attempt = Array.fromAsync(connector.pull(streamsOf(connector, 'lead')[0]!, null, stop.signal));
      setTimeout(() => stop.abort(new Error('told to stop')), 100);
      await expect(attempt).rejects.toThrow('told to stop');
    });
  });
}

/** How many leads a pull of everything brings. */
async function pullLeads(bench: Bench, budget = recordingBudget()): Promise<number> {
  const connector = bench.connect({ budget, timeoutMs: 1_000 });
  let count = 0;
  for (const stream of streamsOf(connector, 'lead')) {
    const { records } = await pulled(connector, stream, null);
    count += records.filter(({ movedTo }) => movedTo === null).length;
  }
  return count;
}
