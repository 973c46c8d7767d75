import { beforeEach, describe, expect, it } from 'vitest';
import { scorewireHere } from '../support/command.ts';
import { openProduct, type Product } from '../support/product.ts';

const PEOPLE = 30;
const WRITE = 'PATCH /services/data/*/composite/sobjects';

describe('a record that is set aside', () => {
  let product: Product;
  beforeEach(async () => {
    product = await openProduct({ crms: ['salesforce'], sandbox: { leads: PEOPLE } });
    refuse();
    await product.sync('salesforce');
    return () => product.close();
  });

  it('is listed with its class and what to do, and passes when it is tried again alone', async () => {
    const [held] = await list();
    expect(held).toMatchObject({ class: 'validation', attempts: 1, stage: 'write' });
    expect((await cli('list')).stdout).toContain('Correct the record in the CRM; the next sync tries it again.');

    const callsBefore = calls();
    expect(await cli('retry', held.id)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('0 of 1') });
    expect(await list()).toMatchObject([{ crm_id: held.crm_id, attempts: 1 }]); // let go once, and held again

    product.sandbox.setFaults([]);
    const [again] = await list();
    expect(await cli('retry', again.id)).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('1 of 1') });
    expect(await list()).toEqual([]);
    expect(calls() - callsBefore).toBe(2); // one for each try, with that one record
    expect(scored()).toBe(PEOPLE);
  }, 90_000);

  it('is tried by the next sync once a person releases it', async () => {
    const [held] = await list();
    product.sandbox.setFaults([]);

    expect(await cli('release', held.id)).toMatchObject({ exitCode: 0 });
    expect([await list(), scored()]).toEqual([[], PEOPLE - 1]);
    await product.sync('salesforce');
    expect(scored()).toBe(PEOPLE);
  }, 90_000);

  it('is known by its id only', async () => {
    expect(await cli('release', 'nonsense')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('QUARANTINE_UNKNOWN: Nothing is set aside under nonsense'),
    });
  }, 90_000);

  const refuse = () =>
    product.sandbox.setFaults([
      { route: WRITE, calls: { every: 1 }, fault: { kind: 'partial-failure', ids: [firstLead()] } },
    ]);
  const firstLead = () => product.sandbox.state('salesforce').leads[0]?.crmId ?? '';
  const scored = () =>
    product.sandbox.state('salesforce').leads.filter(({ values }) => 'Scorewire_Score__c' in values).length;
  const calls = () => product.sandbox.stats().salesforce.byRoute['PATCH /services/data/v68.0/composite/sobjects'] ?? 0;
  const cli = (...args: string[]) => scorewireHere(['quarantine', ...args], product.env);
  const list = async () => JSON.parse((await cli('list', '--json')).stdout);
});
