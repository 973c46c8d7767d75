import { afterAll, beforeAll, expect, it } from 'vitest';
import { openProduct, type Product } from '../support/product.ts';

let product: Product;
beforeAll(async () => {
  product = await openProduct({ crms: ['hubspot'], sandbox: { leads: 5 } });
  await product.app.db.deleteFrom('models').execute();
});
afterAll(() => product.close());

it('does not begin a sync before a model is published, since every lead would be written a 0', async () => {
  await expect(product.sync('hubspot')).rejects.toMatchObject({ code: 'MODEL_MISSING' });

  expect(product.sandbox.state('hubspot').leads.filter(({ values }) => Object.keys(values).length > 0)).toEqual([]);
});
