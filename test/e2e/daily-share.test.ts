import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSyncJob } from '../../jobs/start-sync.ts';
import { budgetName } from '../../src/connectors.ts';
import type { Crm } from '../../src/domain/crm.ts';
import { WRITE_BATCH } from '../../src/domain/crm-limits.ts';
import { servicesOf } from '../../src/services.ts';
import { connectionNamed } from '../../src/store/connections.ts';
import { dailyUse } from '../../src/store/daily-calls.ts';
import { undoNow } from '../../src/sync-now.ts';
import { scorewireHere } from '../support/command.ts';
import { openProduct, type Product, STILL } from '../support/product.ts';

const PEOPLE = 250;
/** Calls of the account's day, of which a share is ours. */
const DAILY = 1_000;
/** When the calls of {@link STILL} come back: midnight in New York, or a day after the end of their hour. */
const BACK_AT: Readonly<Record<Crm, string>> = {
  hubspot: '2026-11-24T05:00:00.000Z',
  salesforce: '2026-11-24T11:00:00.000Z',
};
/** Calls of a calm run after its last write: stages read back, tasks created. */
const AFTER_WRITING: Readonly<Record<Crm, number>> = { hubspot: 1, salesforce: 2 };
const IN_TIME = { timeout: 90_000 };

describe.each<Crm>(['hubspot', 'salesforce'])("a day's calls of %s", (crm) => {
  const open = (daily: number) =>
    openProduct({
      crms: [crm],
      isStill: true,
      env: { WORKER_CONCURRENCY: '1' }, // one lane, so that the order of the writes can be told
      sandbox: { leads: PEOPLE, settings: settingsOf(daily) },
    });
  const batches = Math.ceil(PEOPLE / WRITE_BATCH[crm]);
  let calm: { readonly connecting: number; readonly sync: number; readonly unscored: number };
  beforeAll(async () => {
    const product = await open(DAILY);
    const connecting = callsOf(product, crm);
    const { apiCalls: sync } = await product.sync(crm);
    calm = { connecting, sync, unscored: unscored(product, crm) };
    await product.close();
  }, 60_000);

  describe('of which a share is ours', () => {
    let product: Product;
    beforeEach(async () => {
      product = await open(DAILY);
      return () => product.close();
    });

    it(
      'end with the hot leads written; what is left waits for the next day and is then done (T30)',
      IN_TIME,
      async () => {
        const upToFirstBatch = calm.sync - AFTER_WRITING[crm] - batches + 1;
        await allow(product, crm, upToFirstBatch);
        const before = callsOf(product, crm);
        const first = await product.sync(crm);
        const spent = callsOf(product, crm) - before;
        const deferred = PEOPLE - WRITE_BATCH[crm];

        expect(first).toMatchObject({ state: 'stopped', apiCalls: upToFirstBatch, unaccounted: 0 });
        expect(spent).toBeLessThanOrEqual(upToFirstBatch);
        expect(first.writes).toMatchObject({ planned: PEOPLE, written: WRITE_BATCH[crm], deferred });
        expect(first.stopped).toEqual({
          code: 'CRM_QUOTA_EXHAUSTED',
          reason: expect.stringMatching(/^The connection has used up its [\d.]+ % of the account's daily calls$/),
          resumesAt: BACK_AT[crm],
          undrained: [],
          deferred: { hot: 0, newBand: deferred, other: 0 },
        });

        expect(await scheduled(product, crm)).toEqual({});
        expect(callsOf(product, crm) - before).toBe(spent);

        product.sandbox.clock.set(new Date(BACK_AT[crm]));
        expect(await scheduled(product, crm)).toEqual({ runId: expect.any(String) });
        const second = await product.sync(crm);
        expect(second).toMatchObject({ state: 'done', unaccounted: 0, writes: { deferred: 0 } });
        expect(second.writes.written).toBeGreaterThanOrEqual(deferred);
        expect(unscored(product, crm)).toBe(calm.unscored);
      },
    );

    it(
      'end in the middle of a pull, and the certificate names what was not read to its end (T31)',
      IN_TIME,
      async () => {
        const halfway = Math.floor((calm.sync - batches) / 2);
        await allow(product, crm, halfway);
        const first = await product.sync(crm);

        expect(first).toMatchObject({ state: 'stopped', apiCalls: halfway, writes: { planned: 0 }, unaccounted: 0 });
        expect(first.stopped?.undrained.length).toBeGreaterThan(0);
        expect(first.stopped).toMatchObject({ resumesAt: BACK_AT[crm], deferred: { hot: 0, newBand: 0, other: 0 } });
      },
    );

    it('too few for a plan are told with it, and when its last write can be made', IN_TIME, async () => {
      const upToWriting = calm.sync - AFTER_WRITING[crm] - batches;
      await allow(product, crm, upToWriting + 1);
      const { run } = await product.sync(crm, { planOnly: true });
      const shown = await scorewireHere(['plan', 'show', run], product.env);
      const back = BACK_AT[crm].slice(0, 16).replace('T', ' ');
      expect(shown.stdout).toContain(`1 calls are left today: it does not end before ${back}`);

      const approved = await scorewireHere(['plan', 'approve', run, '--json'], product.env);
      const first = JSON.parse(approved.stdout);
      expect(first).toMatchObject({ state: 'stopped', apiCalls: upToWriting + 1, unaccounted: 0 });
      expect(first.stopped.resumesAt).toBe(BACK_AT[crm]);
      product.sandbox.clock.set(new Date(BACK_AT[crm]));
      expect(await product.sync(crm)).toMatchObject({ unaccounted: 0, writes: { deferred: 0 } });
      expect(unscored(product, crm)).toBe(calm.unscored);
    });

    it('end in the middle of an undo, which the next run goes on with', IN_TIME, async () => {
      const before = product.sandbox.state(crm);
      const { run } = await product.sync(crm);
      await allow(product, crm, 3);
      const stopped = await undoNow(product.app, run, () => {});
      product.sandbox.clock.set(new Date(BACK_AT[crm]));
      const ended = await product.sync(crm);

      expect(stopped).toMatchObject({ kind: 'undo', state: 'stopped', unaccounted: 0, apiCalls: 3 });
      expect(stopped.stopped?.code).toBe('CRM_QUOTA_EXHAUSTED');
      expect(ended).toMatchObject({ kind: 'undo', undoOf: run, state: 'done', unaccounted: 0 });
      expect(product.sandbox.state(crm)).toEqual(before);
      expect(await product.sync(crm)).toMatchObject({ kind: 'sync', state: 'waiting' });
    });

    it('end without shutting a person out, who is told why and when', IN_TIME, async () => {
      await allow(product, crm, 0);
      const before = callsOf(product, crm);
      const sync = await scorewireHere(['sync', crm], product.env);
      const back = BACK_AT[crm].slice(0, 16).replace('T', ' ');

      expect(sync).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(`Calls come back at ${back} UTC.`) });
      expect(sync.stderr).toMatch(/^CRM_QUOTA_EXHAUSTED: The connection has used up its/m);
      expect(callsOf(product, crm)).toBe(before);
      expect(await scorewireHere(['connections', 'test', crm], product.env)).toMatchObject({ exitCode: 0 });
      expect((await scorewireHere(['doctor'], product.env)).stdout).toMatch(
        new RegExp(`${crm} .* 0 of \\d+ calls of its day left; runs wait until ${back} UTC`),
      );
    });
  });

  it('that the account itself has used up are waited for in the same way', IN_TIME, async () => {
    const product = await open(calm.connecting + calm.sync - batches);
    const first = await product.sync(crm);
    const calls = callsOf(product, crm);

    expect(first).toMatchObject({ state: 'stopped', stopped: { code: 'CRM_QUOTA_EXHAUSTED' }, unaccounted: 0 });
    expect(first.stopped?.resumesAt).toBeDefined();
    expect(await scheduled(product, crm)).toEqual({});
    expect(callsOf(product, crm)).toBe(calls);

    product.sandbox.clock.set(new Date(BACK_AT[crm]));
    expect(await product.sync(crm)).toMatchObject({ state: 'done', unaccounted: 0 });
    expect(unscored(product, crm)).toBe(calm.unscored);
    await product.close();
  });
});

const settingsOf = (daily: number) => ({
  hubspot: { limits: { burst: 10_000, associations: 10_000, search: 10_000, daily } },
  salesforce: { dailyCalls: daily },
});

/** Calls that the sandbox has counted. */
const callsOf = ({ sandbox }: Product, crm: Crm): number => sandbox.stats()[crm].calls;

/** Gives a connection a share that leaves it so many calls today. */
async function allow({ app }: Product, crm: Crm, calls: number): Promise<void> {
  const { accountId } = await connectionNamed(app.db, crm);
  const { spent } = await dailyUse(app.db, budgetName(crm, accountId), STILL);
  const ours = spent.reduce((sum, one) => sum + one.calls, calls);
  await app.db
    .updateTable('connections')
    .set((eb) => ({
      mapping: eb.fn('jsonb_set', [
        eb.ref('mapping'),
        eb.val('{budget}'),
        eb.val(JSON.stringify({ dailyShare: (ours + 0.5) / DAILY })), // in the middle, whatever floating point does
      ]),
    }))
    .where('name', '=', crm)
    .execute();
}

/** What a schedule's tick comes to. */
async function scheduled({ app, queues }: Product, crm: Crm): Promise<object> {
  const { id: connectionId } = await connectionNamed(app.db, crm);
  const payload = { connectionId, isScheduled: true };
  return startSyncJob.run(payload, servicesOf(app, queues), new AbortController().signal);
}

/** Leads without a score in the CRM; converted ones never get any. */
function unscored({ sandbox }: Product, crm: Crm): number {
  return sandbox
    .state(crm)
    .leads.filter(({ values }) => !Object.keys(values).some((name) => /^scorewire_score(__c)?$/i.test(name))).length;
}
