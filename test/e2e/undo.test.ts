import { beforeEach, describe, expect, it } from 'vitest';
import type { SandboxState } from '../../sandbox/twin.ts';
import { CRMS, type Crm } from '../../src/domain/crm.ts';
import { scorewireHere } from '../support/command.ts';
import { openProduct, type Product, STILL } from '../support/product.ts';

const PEOPLE = 250;
const SCORE: Readonly<Record<Crm, string>> = { hubspot: 'scorewire_score', salesforce: 'Scorewire_Score__c' };
const STAGE: Readonly<Record<Crm, string>> = { hubspot: 'lifecyclestage', salesforce: 'Status' };

describe.each(CRMS)('undoing a run in %s', (crm) => {
  let product: Product;
  let before: SandboxState;
  beforeEach(async () => {
    product = await openProduct({ crms: [crm], isStill: true, sandbox: { leads: PEOPLE } });
    for (let person = 0; person < PEOPLE; person += 5) askForDemos(person);
    before = product.sandbox.state(crm);
    return () => product.close();
  });

  it('leaves the CRM as it was before the run, and changes nothing the second time', { timeout: 120_000 }, async () => {
    const { run, tasks, stages } = await product.sync(crm);
    const preview = await undo(run, '--dry-run');
    const written = JSON.stringify(product.sandbox.state(crm));
    const undone = await undo(run);
    expect([stages.moved > 0, tasks.created > 0, written === JSON.stringify(before)]).toEqual([true, true, false]);
    expect(preview).toMatchObject({ restored: PEOPLE, unchanged: 0, skipped: [], tasks: { open: tasks.created } });
    expect(undone).toMatchObject({
      kind: 'undo',
      undoOf: run,
      state: 'done',
      writes: { planned: PEOPLE, written: PEOPLE },
      stages: { moved: stages.moved, refused: 0 },
      tasks: { planned: tasks.created, removed: tasks.created },
      unaccounted: 0,
      skipped: [],
    });
    expect(product.sandbox.state(crm)).toEqual(before);

    const again = await undo(run);
    expect(again).toMatchObject({ writes: { planned: PEOPLE, written: 0, unchanged: PEOPLE }, tasks: { planned: 0 } });
    expect(product.sandbox.state(crm)).toEqual(before);

    const next = await product.sync(crm); // nothing changed: nothing to write, nothing to ask
    expect(next).toMatchObject({ state: 'done', writes: { planned: 0 }, tasks: { created: 0 }, unaccounted: 0 });
  });

  it('leaves what people changed since, lists it, and asks before it writes again', { timeout: 120_000 }, async () => {
    const { run } = await product.sync(crm);
    const [edited, staged] = movedLeads(product.sandbox.state(crm), before);
    product.sandbox.editLead(crm, edited!, { [SCORE[crm]]: '1' }, 'somebody');
    product.sandbox.editLead(crm, staged!, { [STAGE[crm]]: STAGES[crm] }, 'somebody');
    const undone = await undo(run);

    expect(undone).toMatchObject({ state: 'done', unaccounted: 0, writes: { written: PEOPLE } });
    expect(undone.skipped).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ crmId: edited, field: 'score', reason: 'changed since' }),
        expect.objectContaining({ crmId: staged, field: 'lifecycleStage', reason: 'changed since' }),
      ]),
    );
    expect(undone.skipped).toHaveLength(2);
    expect(leadOf(edited!)).toMatchObject({ values: { [SCORE[crm]]: '1' } });
    expect(stageOf(staged!)).toBe(STAGES[crm]);

    product.sandbox.clock.set(new Date(STILL.getTime() + 120_000)); // by then a search shows the edits
    const asked = await product.sync(crm);
    expect(asked).toMatchObject({ state: 'waiting', asks: [expect.stringContaining('undone')] });
  });

  it('refuses an undo of an undo, and of a run that has not ended', { timeout: 120_000 }, async () => {
    const { run } = await product.sync(crm, { planOnly: true });
    const open = await scorewireHere(['undo', run], product.env);
    await scorewireHere(['plan', 'discard', run], product.env);
    const { run: undone } = await undo(run);
    const twice = await scorewireHere(['undo', undone], product.env);

    expect([open, twice]).toMatchObject([
      { exitCode: 2, stderr: expect.stringContaining('UNDO_REFUSED') },
      { exitCode: 2, stderr: expect.stringContaining('it is an undo itself') },
    ]);
  });

  /** Makes a person hot, so that there are stages to move. */
  function askForDemos(person: number): void {
    for (let n = 1; n <= 3; n += 1) {
      const at = new Date(product.app.now().getTime() - n * 60_000);
      product.sandbox.addActivity(person, { type: 'demo_request', at }, crm);
    }
    const crmId = product.sandbox.twin(crm).leadId(person);
    if (leadOf(crmId)?.leadStatus === 'Working - Contacted') {
      product.sandbox.editLead(crm, crmId, { Status: 'Open - Not Contacted' }, 'somebody');
    }
  }

  async function undo(run: string, ...options: string[]) {
    const { stdout, stderr, exitCode } = await scorewireHere(['undo', run, '--json', ...options], product.env);
    if (exitCode !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  }

  const leadOf = (crmId: string) => product.sandbox.state(crm).leads.find((lead) => lead.crmId === crmId);
  const stageOf = (crmId: string) => leadOf(crmId)?.[crm === 'hubspot' ? 'lifecycleStage' : 'leadStatus'];
});

/** A stage that only people set. */
const STAGES: Readonly<Record<Crm, string>> = { hubspot: 'customer', salesforce: 'Closed - Not Converted' };

/** Leads whose stage a run has moved. */
function movedLeads(after: SandboxState, before: SandboxState): readonly string[] {
  return after.leads
    .filter(({ lifecycleStage, leadStatus }, index) => {
      const then = before.leads[index];
      return lifecycleStage !== then?.lifecycleStage || leadStatus !== then?.leadStatus;
    })
    .map(({ crmId }) => crmId);
}
