import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectorNamed } from '../../src/connect.ts';
import type { Crm } from '../../src/domain/crm.ts';
import { connectionNamed } from '../../src/store/connections.ts';
import { reconcileStore } from '../../src/store/reconciliation.ts';
import { reconcile } from '../../src/sync/reconcile.ts';
import { openProduct, type Product } from '../support/product.ts';

let product: Product;
beforeAll(async () => {
  product = await openProduct({ sandbox: { leads: 60 } });
  for (const crm of ['hubspot', 'salesforce'] as const) await product.sync(crm);
});
afterAll(() => product.close());

const repair = async (crm: Crm) => {
  const { id } = await connectionNamed(product.app.db, crm);
  const connector = await connectorNamed(product.app, crm);
  return reconcile(connector, reconcileStore(product.app.db, id), AbortSignal.timeout(20_000));
};
const alive = async (crm: Crm) => {
  const { id } = await connectionNamed(product.app.db, crm);
  return product.app.db
    .selectFrom('leads')
    .select(['id', 'crm_id', 'is_dirty'])
    .where('connection_id', '=', id)
    .where('is_deleted', '=', false)
    .where('merged_into', 'is', null)
    .execute();
};

it.each<Crm>(['hubspot', 'salesforce'])('finds a lead of %s that the pull has lost, and reads it', async (crm) => {
  const before = await alive(crm);
  await product.app.db
    .deleteFrom('leads')
    .where('id', '=', before[0]?.id ?? '')
    .execute();

  expect((await repair(crm)).repaired).toBeGreaterThan(0);
  expect((await alive(crm)).length).toBe(before.length);
});

it.each<Crm>(['hubspot', 'salesforce'])('forgets a lead that %s has deleted without a word', async (crm) => {
  const before = await alive(crm);
  const crmId = product.sandbox.twin(crm).leadId(5);
  product.sandbox.twin(crm).deleteLead(crmId);

  expect((await repair(crm)).deleted).toBe(1);
  expect((await alive(crm)).map(({ crm_id }) => crm_id)).not.toContain(crmId);
  expect((await alive(crm)).length).toBe(before.length - 1);
});

it.each<Crm>(['hubspot', 'salesforce'])('repairs nothing in %s when all is well', async (crm) => {
  await repair(crm);

  expect(await repair(crm)).toMatchObject({ repaired: 0, deleted: 0 });
});
