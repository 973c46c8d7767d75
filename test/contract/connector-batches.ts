import { describe, expect, it } from 'vitest';
import type { CrmConnector, LeadRef } from '../../src/domain/crm.ts';
import { taskFor } from './connector-tasks.ts';
import { type Bench, leadsOf, live, type OpenBench } from './contract-bench.ts';

/** The promises of batches: one record in the way keeps none of the others from passing, and is found cheaply. */
export function describeBatches(open: OpenBench): void {
  describe('a batch that is refused because of one record (T39)', () => {
    it('of values is written but for that one', async () => {
      const { bench, connector, leads, culprit, poisoned } = await poisonable(open, 'writeLeads');
      await connector.provision({ dryRun: false }, live);
      const write = (score: number) =>
        connector.writeLeads(
          leads.map((lead) => ({ ...lead, scoreFields: { score } })),
          live,
        );
      const { outcome, further } = await poisoned(
        () => write(1),
        () => write(2),
      );

      expect(outcome.flatMap((end, n) => (end.ok ? [] : [[leads[n], end.error.code]]))).toEqual([
        [culprit, 'CRM_REJECTED_RECORD'],
      ]);
      expect(further).toBeLessThanOrEqual(mostCalls(leads));
      bench.sandbox.setFaults([]);
      const scores = (await connector.readLeads(leads, live)).map((lead) => lead?.scoreFields.score);
      expect(scores).toEqual(leads.map((lead) => (lead === culprit ? 1 : 2)));
    });

    it('of tasks is created but for that one, each task once', async () => {
      const { bench, connector, leads, culprit, poisoned } = await poisonable(open, 'createTasks');
      const create = (spell: number) =>
        connector.createTasks(
          leads.map((lead) => taskFor(lead, spell)),
          live,
        );
      const { outcome, further } = await poisoned(
        () => create(1),
        () => create(2),
      );

      expect(outcome.flatMap(({ state }, n) => (state === 'created' ? [] : [[leads[n], state]]))).toEqual([
        [culprit, 'rejected'],
      ]);
      expect(further).toBeLessThanOrEqual(mostCalls(leads));
      expect(bench.sandbox.state(bench.crm).tasks).toHaveLength(3 * leads.length - 1);
    });

    it('of leads is read but for that one', async () => {
      const { connector, leads, culprit, poisoned } = await poisonable(open, 'readLeads');
      const read = () => connector.readLeads(leads, live);
      const { outcome, further } = await poisoned(read, read);

      expect(outcome.flatMap((lead, n) => (lead === null ? [leads[n]] : []))).toEqual([culprit]);
      expect(outcome.flatMap((lead) => lead ?? []).map(({ crmId }) => crmId)).toEqual(
        leads.filter((lead) => lead !== culprit).map(({ crmId }) => crmId),
      );
      expect(further).toBeLessThanOrEqual(mostCalls(leads));
    });

    it('of tasks to remove is removed but for that one', async () => {
      const { bench, connector, leads } = await poisonable(open, 'removeTasks');
      const ids = await createdTasks(connector, leads);
      const culprit = ids[Math.floor(ids.length / 3)]!;
      poison(bench, 'removeTasks', culprit);
      const callsBefore = connector.calls;
      const outcomes = await connector.removeTasks(ids, live);

      expect(outcomes.flatMap(({ ok }, n) => (ok ? [] : [ids[n]]))).toEqual([culprit]);
      expect(connector.calls - callsBefore).toBeLessThanOrEqual(mostCalls(leads) + 2);
      expect(bench.sandbox.state(bench.crm).tasks).toHaveLength(1);
    });

    it('says so where no record passes, instead of calling them gone', async () => {
      const { bench, connector, leads } = await poisonable(open, 'readLeads');
      poison(bench, 'readLeads', ...leads.slice(0, 5).map(({ crmId }) => crmId));
      await expect(connector.readLeads(leads.slice(0, 5), live)).rejects.toMatchObject({ code: 'CRM_REJECTED_RECORD' });
    });
  });

  describe('a batch with a locked record (T35, T36)', () => {
    it('is written but for that one, which waits for the next run', { timeout: 60_000 }, async () => {
      const { bench, connector, leads, culprit } = await poisonable(open, 'writeLeads');
      await connector.provision({ dryRun: false }, live);
      const fault = { kind: 'row-lock' as const, ids: [culprit.crmId] };
      bench.sandbox.setFaults([{ route: bench.subject.routes.writeLeads, calls: { every: 1 }, fault }]);
      const outcomes = await connector.writeLeads(
        leads.map((lead) => ({ ...lead, scoreFields: { score: 3 } })),
        live,
      );

      expect(outcomes.flatMap((end, n) => (end.ok ? [] : [[leads[n], end.error.code]]))).toEqual([
        [culprit, 'CRM_RECORD_LOCKED'],
      ]);
      bench.sandbox.setFaults([]);
      const scores = (await connector.readLeads(leads, live)).map((lead) => lead?.scoreFields.score);
      expect(scores).toEqual(leads.map((lead) => (lead === culprit ? null : 3)));
    });

    it('creates each task once, though calls are repeated until the lock has gone', { timeout: 60_000 }, async () => {
      const { bench, connector, leads, culprit } = await poisonable(open, 'createTasks');
      const fault = { kind: 'row-lock' as const, ids: [culprit.crmId] };
      bench.sandbox.setFaults([{ route: bench.subject.routes.createTasks, calls: { from: 1, times: 2 }, fault }]);
      const outcomes = await connector.createTasks(
        leads.map((lead) => taskFor(lead, 1)),
        live,
      );

      expect(outcomes.map(({ state }) => state)).toEqual(leads.map(() => 'created'));
      expect(bench.sandbox.state(bench.crm).tasks).toHaveLength(leads.length);
    });
  });
}

type Route = 'writeLeads' | 'createTasks' | 'readLeads' | 'removeTasks';

/** A bench with some hundred leads of one object, and one among them that spoils every call of a route. */
async function poisonable(open: OpenBench, route: Route) {
  const bench = await open({ leads: 150 });
  const connector = bench.connect();
  const leads = leadsOf(bench, bench.subject.stages.object).slice(0, 100);
  const culprit = leads[Math.floor(leads.length / 3)]!;
  return {
    bench,
    connector,
    leads,
    culprit,
    /** Does something without the fault, then with it; tells how many calls more that took. */
    async poisoned<T>(calm: () => Promise<unknown>, act: () => Promise<T>) {
      const count = async <R>(work: () => Promise<R>) => {
        const before = connector.calls;
        const outcome = await work();
        return { outcome, calls: connector.calls - before };
      };
      await calm();
      poison(bench, route, 'nobody');
      const usual = await count(calm);
      poison(bench, route, culprit.crmId);
      const { outcome, calls } = await count(act);
      return { outcome, further: calls - usual.calls };
    },
  };
}

function poison({ sandbox, subject }: Bench, route: Route, ...ids: string[]): void {
  sandbox.setFaults([{ route: subject.routes[route], calls: { every: 1 }, fault: { kind: 'poisoned', ids } }]);
}

/** Calls beyond the usual ones in which one culprit must be found. */
function mostCalls(leads: readonly LeadRef[]): number {
  return 2 * Math.ceil(Math.log2(leads.length)) + 2;
}

async function createdTasks(connector: CrmConnector, leads: readonly LeadRef[]): Promise<readonly string[]> {
  const outcomes = await connector.createTasks(
    leads.map((lead) => taskFor(lead, 1)),
    live,
  );
  return outcomes.map((outcome) => (outcome.state === 'created' ? outcome.taskId : ''));
}
