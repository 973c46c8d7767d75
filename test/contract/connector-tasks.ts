import { describe, expect, it } from 'vitest';
import type { HotLeadTask, LeadRef } from '../../src/domain/crm.ts';
import { live, type OpenBench, pulled, streamsOf } from './contract-bench.ts';

/** The promises of creating tasks: one for each intent, whatever happens on the way. */
export function describeTasks(open: OpenBench): void {
  describe('creating tasks', () => {
    it('creates each, and finds it again by its marker', async () => {
      const bench = await open();
      const connector = bench.connect();
      const tasks = [taskFor(bench.lead(0), 1), taskFor(bench.lead(1), 1)];
      const outcomes = await connector.createTasks(tasks, live);
      const found = await connector.findTasks([...tasks, taskFor(bench.lead(2), 1)], live);
      expect(outcomes.map(({ state }) => state)).toEqual(['created', 'created']);
      expect(found).toEqual([...outcomes.map((outcome) => (outcome.state === 'created' ? outcome.taskId : '')), null]);
    });

    it('tells the rep what to do, for whom and until when', async () => {
      const bench = await open();
      const connector = bench.connect();
      const owners = (await pulled(connector, streamsOf(connector, 'owner')[0]!, null)).records;
      const owner = owners.find(({ isActive, isQueue }) => isActive && !isQueue)!;
      const task = { ...taskFor(bench.lead(0), 1), ownerId: owner.crmId, body: 'Why: a < b & c\nScore 91' };
      await connector.createTasks([task], live);
      const [written] = bench.sandbox.state(bench.crm).tasks;
      expect(written?.leads).toEqual([bench.lead(0).crmId]);
      expect(written?.subject).toBe(task.subject);
      expect(written?.body).toContain('Score 91');
      expect(written?.body).toContain(task.marker);
      expect(written?.owner).not.toBeNull();
      expect(written?.priority?.toLowerCase()).toBe('high');
    });

    it('never creates twice: a lost answer is unknown, and the task is found (T41, T42)', async () => {
      const bench = await open();
      const connector = bench.connect();
      bench.sandbox.setFaults([{ route: bench.subject.routes.createTasks, fault: { kind: 'lost-answer' } }]);
      const task = taskFor(bench.lead(0), 1);
      const [outcome] = await connector.createTasks([task], live);
      const [found] = await connector.findTasks([task], live);
      expect(outcome).toMatchObject({ state: 'unknown', error: { code: 'CRM_OUTCOME_UNKNOWN' } });
      expect(found).not.toBeNull();
      expect(bench.sandbox.state(bench.crm).tasks).toHaveLength(1);
    });

    it('repeats a create that the CRM says it has not begun', async () => {
      const bench = await open();
      bench.sandbox.setFaults([
        { route: bench.subject.routes.createTasks, fault: { kind: 'rate-limit', retryAfterSeconds: 0 } },
      ]);
      const outcomes = await bench.connect().createTasks([taskFor(bench.lead(0), 1)], live);
      expect(outcomes.map(({ state }) => state)).toEqual(['created']);
      expect(bench.sandbox.state(bench.crm).tasks).toHaveLength(1);
    });

    it('creates the others when one is refused', async () => {
      const bench = await open();
      const tasks = [taskFor(bench.lead(0), 1), taskFor(bench.subject.noSuchLead, 1), taskFor(bench.lead(1), 1)];
      const outcomes = await bench.connect().createTasks(tasks, live);
      expect(outcomes.map(({ state }) => state)).toEqual(['created', 'rejected', 'created']);
      expect(bench.sandbox.state(bench.crm).tasks).toHaveLength(2);
    });

    it('tells two hot spells of one lead apart (T42)', async () => {
      const bench = await open();
      const connector = bench.connect();
      const [first, second] = [taskFor(bench.lead(0), 1), taskFor(bench.lead(0), 11)];
      await connector.createTasks([second], live);
      const [foundFirst, foundSecond] = await connector.findTasks([first, second], live);
      expect(foundFirst).toBeNull();
      expect(foundSecond).not.toBeNull();
    });

    it('does not take its own tasks for something a lead did', async () => {
      const bench = await open();
      const connector = bench.connect();
      const [outcome] = await connector.createTasks([taskFor(bench.lead(0), 1)], live);
      const taskId = outcome?.state === 'created' ? outcome.taskId : '';
      expect(taskId).not.toBe('');
      for (const stream of streamsOf(connector, 'engagement')) {
        const { records } = await pulled(connector, stream, null);
        expect(records.filter(({ id }) => id.endsWith(taskId))).toEqual([]);
      }
    });
  });
}

/** A follow-up for a lead. */
export function taskFor(lead: LeadRef, hotSpell: number): HotLeadTask {
  return {
    lead,
    marker: `SW-${lead.object}-${lead.crmId}-${hotSpell}`,
    ownerId: null,
    dueAt: new Date(Date.now() + 3_600_000),
    priority: 'high',
    subject: 'Hot lead: score 91, grade A1',
    body: 'Why: Asked for a demo\nScore 91 of 100',
  };
}
