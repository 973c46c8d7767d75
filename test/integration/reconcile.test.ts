import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectorNamed } from '../../src/connect.ts';
import type { Crm } from '../../src/domain/crm.ts';
import { LeadScoringError } from '../../src/errors.ts';
import { reconcileSource } from '../../src/reconcile.ts';
import { connectionNamed } from '../../src/store/connections.ts';
import { holdInQuarantine, listQuarantine } from '../../src/store/quarantine.ts';
import { latestReconciliation, reconcileStore } from '../../src/store/reconciliation.ts';
import { reconcile } from '../../src/sync/reconcile.ts';
import { openProduct, type Product } from '../support/product.ts';

let product: Product;
beforeAll(async () => {
  product = await openProduct({ sandbox: { leads: 60 } });
  for (const crm of ['hubspot', 'salesforce'] as const) await product.sync(crm);
});
afterAll(() => product.close());

const repair = async (crm: Crm) => {
  const connection = await connectionNamed(product.app.db, crm);
  const connector = await connectorNamed(product.app, crm);
  const reports = await reconcile(
    reconcileSource(connector),
    reconcileStore(product.app.db, connection),
    AbortSignal.timeout(60_000),
  );
  const sum = (count: 'missed' | 'stale' | 'moved' | 'deleted') =>
    reports.reduce((all, report) => all + report[count], 0);
  const isEqual = reports.every((report) => report.isEqual);
  return { missed: sum('missed'), stale: sum('stale'), moved: sum('moved'), deleted: sum('deleted'), isEqual };
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

  expect(await repair(crm)).toMatchObject({ missed: 1, isEqual: true });
  expect((await alive(crm)).length).toBe(before.length);
});

it.each<Crm>(['hubspot', 'salesforce'])('forgets a lead that %s has deleted without a word', async (crm) => {
  const { db } = product.app;
  const before = await alive(crm);
  const crmId = product.sandbox.twin(crm).leadId(5);
  const { id: connectionId } = await connectionNamed(db, crm);
  const { object: stream } = await db
    .selectFrom('leads')
    .select('object')
    .where('crm_id', '=', crmId)
    .executeTakeFirstOrThrow();
  const error = new LeadScoringError('CRM_REJECTED_RECORD', 'refused');
  for (const stage of ['write', 'task'] as const) {
    await holdInQuarantine(db, { connectionId, stage, stream }, [{ crmId, error }]);
  }
  product.sandbox.twin(crm).deleteLead(crmId);

  expect(await repair(crm)).toMatchObject({ deleted: 1, isEqual: true });
  expect(await listQuarantine(db)).toEqual([]);
  expect((await alive(crm)).map(({ crm_id }) => crm_id)).not.toContain(crmId);
  expect((await alive(crm)).length).toBe(before.length - 1);
});

it.each<Crm>(['hubspot', 'salesforce'])('repairs nothing in %s when all is well', async (crm) => {
  await repair(crm);

  expect(await repair(crm)).toEqual({ missed: 0, stale: 0, moved: 0, deleted: 0, isEqual: true });
});

it('follows a merge that HubSpot told nobody of (T17)', async () => {
  await repair('hubspot');
  const twin = product.sandbox.twin('hubspot');
  const before = await alive('hubspot');
  twin.mergeLeads(twin.leadId(11), twin.leadId(12));

  expect(await repair('hubspot')).toMatchObject({ isEqual: true });
  expect((await alive('hubspot')).length).toBe(before.length - 1);
});

it('keeps counts and digests for people to see (T15, T26)', async () => {
  const { id } = await connectionNamed(product.app.db, 'salesforce');
  await repair('salesforce');

  const { streams } = (await latestReconciliation(product.app.db, id)) ?? { streams: [] };
  expect(streams.map(({ stream, counted, listed, ours }) => [stream, counted, listed, ours])).toEqual([
    ['leads', expect.any(Number), streams[0]?.listed, streams[0]?.ours],
    ['contacts', streams[1]?.counted, streams[1]?.listed, streams[1]?.ours],
  ]);
  expect(streams.every(({ counted, ours, crmHash, ourHash }) => counted === ours && crmHash === ourHash)).toBe(true);
});
