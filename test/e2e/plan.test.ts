import { beforeEach, describe, expect, it } from 'vitest';
import { CRMS, type Crm } from '../../src/domain/crm.ts';
import type { PlanLine } from '../../src/domain/plan.ts';
import { scorewireHere } from '../support/command.ts';
import { openProduct, type Product } from '../support/product.ts';

const PEOPLE = 60;

describe.each(CRMS)('a plan for %s', (crm) => {
  let product: Product;
  beforeEach(async () => {
    product = await openProduct({ crms: [crm], isStill: true, sandbox: { leads: PEOPLE } });
    return () => product.close();
  });

  it('writes nothing until it is approved, then what it said', { timeout: 60_000 }, async () => {
    const untouched = JSON.stringify(product.sandbox.state(crm));
    const waiting = await product.sync(crm, { planOnly: true });
    const shown = JSON.parse(await cli('plan', 'show', waiting.run, '--json'));
    expect(waiting).toMatchObject({ state: 'waiting', writes: { planned: PEOPLE, written: 0 }, unaccounted: 0 });
    expect(JSON.stringify(product.sandbox.state(crm))).toBe(untouched);

    const again = await product.sync(crm); // a schedule finds it waiting and leaves it alone
    expect(again).toMatchObject({ run: waiting.run, state: 'waiting' });

    const done = JSON.parse(await cli('plan', 'approve', waiting.run, '--json'));
    const { summary } = shown;
    expect(done).toMatchObject({ state: 'done', approvedBy: 'person', writes: { written: PEOPLE }, unaccounted: 0 });
    expect(done.tasks.created).toBe(sum(summary.tasks.map(({ tasks }: { tasks: number }) => tasks)));
    expect(scoresIn(product, crm)).toEqual(scoresOf(shown.leads));
    expect((await product.sync(crm)).writes.planned).toBe(0);
  });

  it('asks before it exceeds a limit, and says what waits and why', { timeout: 60_000 }, async () => {
    await limit(crm, { tasksPerRep: 0 });

    const asked = await scorewireHere(['sync', crm], product.env);
    const [, run = ''] = /plan show (\S+)`/.exec(asked.stderr) ?? [];
    const table = await cli('plan', 'show', run, '--limit', '3');

    expect(asked).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('PLAN_WAITING: one rep gets') });
    expect(table).toContain(`${PEOPLE} writes for ${PEOPLE} leads`);
    expect(table).toMatch(/score: – → \d+/);
    expect((await cli('plan', 'show', run, '--csv')).split('\r\n')[0]).toBe('object,record,state,field,before,after');

    await scorewireHere(['plan', 'discard', run], product.env);
    await limit(crm, {});
    expect(await product.sync(crm)).toMatchObject({ state: 'done', writes: { written: PEOPLE }, unaccounted: 0 });
  });

  it('refuses to approve what does not wait', { timeout: 60_000 }, async () => {
    const { run } = await product.sync(crm);

    expect(await scorewireHere(['plan', 'approve', run], product.env)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(`PLAN_NOT_WAITING: The plan of run ${run} waits for nobody: the run is done`),
    });
    expect(await scorewireHere(['plan', 'show', 'nonsense'], product.env)).toMatchObject({ exitCode: 2 });
  });

  async function cli(...args: string[]): Promise<string> {
    const { stdout, stderr, exitCode } = await scorewireHere(args, product.env);
    if (exitCode !== 0) throw new Error(stderr);
    return stdout;
  }

  const limit = (name: Crm, approval: object) =>
    product.app.db
      .updateTable('connections')
      .set((eb) => ({
        mapping: eb.fn('jsonb_set', [eb.ref('mapping'), eb.val('{approval}'), eb.val(JSON.stringify(approval))]),
      }))
      .where('name', '=', name)
      .execute();
});

/** Lead → score as the CRM shows it; its name differs between the CRMs. */
function scoresIn(product: Product, crm: Crm): Record<string, number> {
  const scored = product.sandbox.state(crm).leads.flatMap(({ crmId, values }) => {
    const [, score] = Object.entries(values).find(([name]) => /^scorewire_score(__c)?$/i.test(name)) ?? [];
    return score === undefined ? [] : [[crmId, Number(score)] as const];
  });
  return Object.fromEntries(scored);
}

const scoresOf = (lines: readonly PlanLine[]) =>
  Object.fromEntries(lines.map(({ crmId, fields }) => [crmId, fields.score?.after]));

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
