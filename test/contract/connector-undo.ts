import { describe, expect, it } from 'vitest';
import type { CrmConnector, LeadRef, StageRestore } from '../../src/domain/crm.ts';
import { taskFor } from './connector-tasks.ts';
import { type Bench, leadsOf, live, type OpenBench } from './contract-bench.ts';

/** The promises of taking back what was written. */
export function describeUndo(open: OpenBench): void {
  describe('reading our tasks', () => {
    it('tells which are as we made them, done, changed by somebody, or gone', async () => {
      const bench = await open();
      const connector = bench.connect();
      const [untouched, done, renamed, removed] = await tasksFor(bench, connector, 4);
      const twin = bench.sandbox.twin(bench.crm);
      twin.editTasks([done!], bench.subject.taskEdits.done, 'user');
      twin.editTasks([renamed!], bench.subject.taskEdits.renamed, 'user');
      await connector.removeTasks([removed!], live);

      const standings = await connector.readTasks([removed!, renamed!, done!, untouched!, renamed!], live);

      expect(standings).toEqual(['gone', 'changed', 'done', 'open', 'changed']);
    });

    it('counts what a workflow or another integration did as a change, too', async () => {
      const bench = await open();
      const connector = bench.connect();
      const [first, second] = await tasksFor(bench, connector, 2);
      const twin = bench.sandbox.twin(bench.crm);
      twin.editTasks([first!], bench.subject.taskEdits.renamed, 'workflow');
      twin.editTasks([second!], bench.subject.taskEdits.renamed, 'integration');
      expect(await connector.readTasks([first!, second!], live)).toEqual(['changed', 'changed']);
    });

    it('asks nothing for no tasks', async () => {
      const connector = (await open()).connect();
      expect([await connector.readTasks([], live), await connector.removeTasks([], live)]).toEqual([[], []]);
      expect(connector.calls).toBe(0);
    });
  });

  describe('removing our tasks', () => {
    it('removes those named and no other, in calls of the size of the CRM', async () => {
      const bench = await open({ leads: 260 });
      const connector = bench.connect();
      const ids = await tasksFor(bench, connector, 250);
      const callsBefore = connector.calls;

      const outcomes = await connector.removeTasks(ids.slice(0, 249), live);

      expect(outcomes).toEqual(Array(249).fill({ ok: true }));
      expect(connector.calls - callsBefore).toBeLessThanOrEqual(3);
      expect(bench.sandbox.state(bench.crm).tasks).toHaveLength(1);
    });

    it('counts a task that is gone already as removed, so that repeating it is harmless', async () => {
      const bench = await open();
      const connector = bench.connect();
      const [first, second] = await tasksFor(bench, connector, 2);
      await connector.removeTasks([first!], live);
      expect(await connector.removeTasks([first!, second!, first!], live)).toEqual(Array(3).fill({ ok: true }));
      expect(await connector.readTasks([first!, second!], live)).toEqual(['gone', 'gone']);
    });

    it('removes again after a lost answer', async () => {
      const bench = await open();
      const connector = bench.connect();
      const ids = await tasksFor(bench, connector, 2);
      bench.sandbox.setFaults([{ route: bench.subject.routes.removeTasks, fault: { kind: 'lost-answer' } }]);
      expect(await connector.removeTasks(ids, live)).toEqual([{ ok: true }, { ok: true }]);
    });

    it('ends with an exhausted day and says so', async () => {
      const bench = await open();
      const connector = bench.connect();
      const ids = await tasksFor(bench, connector, 1);
      const fault = { kind: 'rate-limit', policy: 'DAILY' } as const;
      bench.sandbox.setFaults([{ route: bench.subject.routes.removeTasks, fault }]);
      await expect(connector.removeTasks(ids, live)).rejects.toMatchObject({ code: 'CRM_QUOTA_EXHAUSTED' });
    });
  });

  describe('putting stages back', () => {
    it('sets the stage before, though it lies behind the one that the lead holds (T64)', async () => {
      const bench = await open();
      const connector = bench.connect();
      const leads = withStages(bench);
      const { field, low, high } = bench.subject.stages;
      bench.sandbox.twin(bench.crm).editLeads(
        leads.map(({ crmId }) => crmId),
        { [field]: low },
        'user',
      );
      await connector.writeLeads(
        leads.map((lead) => ({ ...lead, scoreFields: {}, lifecycleStage: high })),
        live,
      );
      expect(await stagesOf(connector, leads)).toEqual(leads.map(() => high));

      const restores = leads.map((lead): StageRestore => ({ ...lead, from: high, to: low }));
      const outcomes = await connector.restoreStages(restores, live);

      expect(outcomes.map(({ ok }) => ok)).toEqual(leads.map(() => true));
      expect(await stagesOf(connector, leads)).toEqual(leads.map(() => low));
    });

    it('changes nothing more when it is repeated', async () => {
      const bench = await open();
      const connector = bench.connect();
      const [lead] = withStages(bench);
      const { field, low, high } = bench.subject.stages;
      bench.sandbox.editLead(bench.crm, lead!.crmId, { [field]: high }, 'user');
      const restore: StageRestore = { ...lead!, from: high, to: low };
      await connector.restoreStages([restore], live);
      const before = bench.sandbox.state(bench.crm);
      expect(await connector.restoreStages([restore], live)).toMatchObject([{ ok: true }]);
      expect(bench.sandbox.state(bench.crm)).toEqual(before);
    });

    it('answers one outcome per lead, in the order given', async () => {
      const bench = await open();
      const [first, second] = withStages(bench);
      const { low, high } = bench.subject.stages;
      const leads = [first!, bench.subject.noSuchLead, second!];
      const outcomes = await bench.connect().restoreStages(
        leads.map((lead) => ({ ...lead, from: high, to: low })),
        live,
      );
      expect(outcomes.map((outcome) => (outcome.ok ? 'restored' : outcome.error.code))).toEqual([
        'restored',
        'CRM_RECORD_GONE',
        'restored',
      ]);
    });
  });
}

/** Leads whose object has a mapped lifecycle. */
const withStages = (bench: Bench): readonly LeadRef[] => leadsOf(bench, bench.subject.stages.object);

async function stagesOf(connector: CrmConnector, leads: readonly LeadRef[]): Promise<readonly (string | null)[]> {
  return (await connector.readLeads(leads, live)).map((lead) => lead?.lifecycleStage ?? null);
}

/** Ids of tasks that were just made for as many leads. */
async function tasksFor(bench: Bench, connector: CrmConnector, count: number): Promise<readonly string[]> {
  const tasks = Array.from({ length: count }, (_, n) => taskFor(bench.lead(n), 1));
  const outcomes = await connector.createTasks(tasks, live);
  return outcomes.map((outcome) => (outcome.state === 'created' ? outcome.taskId : ''));
}
