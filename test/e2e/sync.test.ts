import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Certificate } from '../../src/domain/certificate.ts';
import type { Crm } from '../../src/domain/crm.ts';
import { openProduct, type Product } from '../support/product.ts';

const PEOPLE = 1_000;
const DEMO_REQUESTS = 3;

describe.each<Crm>(['hubspot', 'salesforce'])('a sync of %s', (crm) => {
  let product: Product;
  let first: Certificate;
  beforeAll(async () => {
    product = await openProduct({ crms: [crm], sandbox: { leads: PEOPLE } });
    first = await product.sync(crm);
  });
  afterAll(() => product.close());

  it('writes a score with its reasons to every lead and accounts for every record', () => {
    const { leads } = product.sandbox.state(crm);
    const values = leads
      .map((lead) => Object.fromEntries(Object.entries(lead.values).map(fieldOf)))
      .filter(({ score }) => score !== undefined);

    expect(first).toMatchObject({ state: 'done', unaccounted: 0, writes: { written: PEOPLE, rejected: {} } });
    expect(values.length).toBe(PEOPLE);
    expect(values.every(({ score, status }) => Number(score) >= 0 && status === 'scored')).toBe(true);
    expect(values.filter(({ score, reasons }) => Number(score) > 0 && !reasons)).toEqual([]);
  });

  it('creates one task for each hot lead, due and owned', () => {
    const { leads, tasks } = product.sandbox.state(crm);
    const hot = leads.filter(({ values }) => Object.fromEntries(Object.entries(values).map(fieldOf)).band === 'hot');

    expect(hot.length).toBeGreaterThan(0);
    expect(tasks.map((task) => task.leads[0]).sort()).toEqual(hot.map(({ crmId }) => crmId).sort());
    expect(tasks.every(({ dueAt, subject }) => dueAt !== null && subject.startsWith('Hot lead'))).toBe(true);
  });

  it('moves lifecycle stages and reads each move back', () => {
    expect(first.stages).toMatchObject({ refused: 0 });
    expect(first.stages.moved).toBeGreaterThan(0);
  });

  it('writes nothing and creates no task when nothing has changed (T47)', async () => {
    const second = await product.sync(crm);

    expect(second).toMatchObject({ state: 'done', unaccounted: 0 });
    expect([second.writes.planned, second.tasks.planned]).toEqual([0, 0]);
  });

  it('scores and writes one lead alone after one new engagement', async () => {
    for (let n = 0; n < DEMO_REQUESTS; n += 1) {
      const at = new Date(product.app.now().getTime() - 60_000 - n);
      product.sandbox.addActivity(7, { type: 'demo_request', at }, crm);
    }
    const third = await settledSync(product, crm);

    const scored = Object.values(third.streams).reduce((sum, stream) => sum + stream.scored, 0);
    expect(third.writes).toMatchObject({ planned: 1, written: 1 });
    expect(scored).toBeGreaterThan(0);
    expect(third.unaccounted).toBe(0);
  });
});

/** Syncs until the CRM's index has caught up with what was just added. */
async function settledSync(product: Product, crm: Crm): Promise<Certificate> {
  for (let tries = 0; ; tries += 1) {
    const certificate = await product.sync(crm);
    if (certificate.writes.planned > 0 || tries === 30) return certificate;
  }
}

/** `Scorewire_Fit_Points__c` and `scorewire_fit_points` are both `fit_points`. */
const fieldOf = ([name, value]: [string, string]): [string, string] => [
  name
    .toLowerCase()
    .replace(/^scorewire_/, '')
    .replace(/__c$/, ''),
  value,
];
