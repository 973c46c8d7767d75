import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CRMS } from '../../src/domain/crm.ts';
import { scorewireHere } from '../support/command.ts';
import { openProduct, type Product } from '../support/product.ts';

const ROUNDS = 3;
const SCORE = { hubspot: 'scorewire_score', salesforce: 'Scorewire_Score__c' } as const;

describe.each(CRMS)('a workflow that overwrites our score in %s', (crm) => {
  let product: Product;
  let crmId: string;
  beforeAll(async () => {
    // Neither clock moves, so that each edit is seen by the very next run.
    product = await openProduct({ crms: [crm], isStill: true, sandbox: { leads: 30 } });
    await product.sync(crm);
    crmId = product.sandbox.state(crm).leads.find(({ values }) => SCORE[crm] in values)?.crmId ?? '';
  });
  afterAll(() => product.close());

  const score = () => product.sandbox.state(crm).leads.find((lead) => lead.crmId === crmId)?.values[SCORE[crm]];
  const overwrite = () => product.sandbox.editLead(crm, crmId, { [SCORE[crm]]: '1' }, 'workflow');

  it('is answered a few times, then left alone', { timeout: 120_000 }, async () => {
    const ours = score();
    const seen: (string | undefined)[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      overwrite();
      await product.sync(crm, { full: true });
      seen.push(score());
    }
    expect(ours).not.toBe('1');
    expect(seen).toEqual([ours, ours, '1']);

    const { writes } = await product.sync(crm, { full: true });
    expect(writes.planned).toBe(0);
  });

  it('is named, with how often it came', { timeout: 60_000 }, async () => {
    const { stdout } = await scorewireHere(['fights', 'list', crm, '--json'], product.env);

    expect(JSON.parse(stdout)).toEqual([
      expect.objectContaining({
        field: 'score',
        leads: 1,
        rounds: ROUNDS,
        leftToOthers: 1,
        by: [expect.objectContaining({ kind: 'workflow', leads: 1 })],
      }),
    ]);
  });

  it('is answered again once a person says so', { timeout: 60_000 }, async () => {
    await scorewireHere(['fights', 'forget', crm], product.env);
    await product.sync(crm);

    expect(score()).not.toBe('1');
  });
});
