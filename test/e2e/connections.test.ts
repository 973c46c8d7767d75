import { afterAll, beforeAll, expect, it } from 'vitest';
import { ALL_SCOPES } from '../../sandbox/hubspot/settings.ts';
import { renewConnection } from '../../src/connect.ts';
import { budgetName } from '../../src/connectors.ts';
import { connectionNamed } from '../../src/store/connections.ts';
import { dailyUse } from '../../src/store/daily-calls.ts';
import { openProduct, type Product } from '../support/product.ts';

const SECOND_TOKEN = 'pat-second';

let product: Product;
beforeAll(async () => {
  const tokens = { 'pat-sandbox': [...ALL_SCOPES], [SECOND_TOKEN]: [...ALL_SCOPES] };
  product = await openProduct({ crms: ['hubspot'], sandbox: { leads: 20, settings: { hubspot: { tokens } } } });
});
afterAll(() => product.close());

it("counts the calls of its first look against the account's day", async () => {
  const { accountId } = await connectionNamed(product.app.db, 'hubspot');
  const { spent, told } = await dailyUse(product.app.db, budgetName('hubspot', accountId), product.app.now());

  expect(spent.reduce((sum, { calls }) => sum + calls, 0)).toBe(product.sandbox.stats().hubspot.calls);
  expect(told).toMatchObject({ limit: 625_000 });
});

it('goes on with renewed credentials of the same account', async () => {
  await renewConnection(product.app, 'hubspot', { kind: 'service-key', token: SECOND_TOKEN });

  expect(await product.sync('hubspot')).toMatchObject({ state: 'done', writes: { written: 20 } });
});

it('keeps the credentials it has when new ones do not work', async () => {
  const renewal = renewConnection(product.app, 'hubspot', { kind: 'service-key', token: 'pat-wrong' });

  await expect(renewal).rejects.toMatchObject({ code: 'CRM_UNAUTHORIZED' });
  expect(await product.sync('hubspot')).toMatchObject({ state: 'done' });
});
