import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FaultRuleInput } from '../../sandbox/faults.ts';
import type { Crm } from '../../src/domain/crm.ts';
import { listQuarantine } from '../../src/store/quarantine.ts';
import { openProduct, type Product } from '../support/product.ts';

const PEOPLE = 120;

interface Routes {
  readonly read: string;
  readonly write: string;
  readonly task: string;
}

const ROUTES: Readonly<Record<Crm, Routes>> = {
  hubspot: {
    read: 'GET /crm/objects/2026-09/contacts',
    write: 'POST /crm/objects/2026-09/contacts/batch/update',
    task: 'POST /crm/objects/2026-09/tasks/batch/create',
  },
  salesforce: {
    read: 'GET /services/data/v68.0/queryAll',
    write: 'PATCH /services/data/v68.0/composite/sobjects',
    task: 'POST /services/data/v68.0/composite/sobjects',
  },
};

describe.each<Crm>(['hubspot', 'salesforce'])('a run of %s', (crm) => {
  let undisturbed: string;
  let product: Product;
  beforeAll(async () => {
    const calm = await openProduct({ crms: [crm], isStill: true, sandbox: { leads: PEOPLE } });
    await calm.sync(crm);
    undisturbed = picture(calm);
    await calm.close();
  });
  beforeEach(async () => {
    product = await openProduct({ crms: [crm], isStill: true, sandbox: { leads: PEOPLE } });
    return () => product.close();
  });
  afterAll(() => {
    expect(undisturbed).toContain('Hot lead');
  });

  const { read, write, task } = ROUTES[crm];
  const picture = (of: Product) => JSON.stringify(of.sandbox.state(crm)).replaceAll(/127\.0\.0\.1:\d+/g, 'crm');
  const state = () => picture(product);
  const fired = () => Object.values(product.sandbox.stats()[crm].faults).reduce((sum, count) => sum + count, 0);

  it.each<[string, FaultRuleInput[]]>([
    [
      'short refusals for the rate',
      [
        { route: read, fault: { kind: 'rate-limit', policy: 'SECONDLY', retryAfterSeconds: 0.2 } },
        { route: write, fault: { kind: 'rate-limit', policy: 'SECONDLY' } },
      ],
    ],
    [
      'errors of the server and pages of a proxy',
      [
        { route: read, fault: { kind: 'server-error', status: 503 } },
        { route: write, fault: { kind: 'html-error', status: 502 } },
      ],
    ],
    [
      'cut connections before and after the effect',
      [
        { route: read, fault: { kind: 'reset' } },
        { route: write, fault: { kind: 'lost-answer' } },
        { route: task, fault: { kind: 'lost-answer' } },
      ],
    ],
    ['a task call cut before its effect', [{ route: task, fault: { kind: 'reset' } }]],
    ['answers that come byte by byte', [{ route: write, fault: { kind: 'slow', bytes: 512, everyMs: 5 } }]],
  ])('ends as if nothing had happened after %s', async (_, faults) => {
    product.sandbox.setFaults(faults);

    expect(await product.sync(crm)).toMatchObject({ state: 'done', unaccounted: 0 });
    expect(fired()).toBe(faults.length);
    expect(state() === undisturbed).toBe(true);
  });

  it('sets refused records aside with their cause, and heals when the cause goes', async () => {
    product.sandbox.setFaults([{ route: write, calls: { every: 1 }, fault: { kind: 'partial-failure', every: 10 } }]);
    const first = await product.sync(crm);
    const refused = Object.values(first.writes.rejected).reduce((sum, count) => sum + count, 0);

    expect(refused).toBeGreaterThan(0);
    expect(first).toMatchObject({ state: 'done', unaccounted: 0, writes: { written: PEOPLE - refused } });
    expect((await listQuarantine(product.app.db)).map(({ cause }) => cause)).toEqual(
      Array(refused).fill('CRM_REJECTED_RECORD'),
    );

    product.sandbox.setFaults([]);
    const second = await product.sync(crm);
    expect(second.writes).toMatchObject({ planned: refused, written: refused });
    expect(await listQuarantine(product.app.db)).toEqual([]);
    expect(state() === undisturbed).toBe(true);
  });

  it.each<[string, FaultRuleInput['fault'], string]>([
    ['the daily quota is used up', { kind: 'rate-limit', policy: 'DAILY' }, 'CRM_QUOTA_EXHAUSTED'],
    [
      'a permission is taken away',
      { kind: 'missing-scope', scopes: ['crm.objects.contacts.write'] },
      'CRM_SCOPE_MISSING',
    ],
    ['the session is refused for good', { kind: 'expired-token' }, 'CRM_UNAUTHORIZED'],
  ])('stops saying why when %s, and the next one ends it', async (_, fault, code) => {
    // HubSpot is asked once, with an empty batch, whether we may write.
    const calls = { from: crm === 'hubspot' ? 2 : 1, times: 1_000 };
    product.sandbox.setFaults([{ route: write, calls, fault }]);
    const first = await product.sync(crm);

    expect(first).toMatchObject({ state: 'stopped', stopped: { code }, unaccounted: 0 });
    expect(first.writes).toMatchObject({ planned: PEOPLE, written: 0, deferred: PEOPLE });

    product.sandbox.setFaults([]);
    expect(await product.sync(crm)).toMatchObject({ state: 'done', unaccounted: 0, writes: { written: PEOPLE } });
    expect(state() === undisturbed).toBe(true);
  });

  it('goes on after one expired session', async () => {
    product.sandbox.setFaults([{ route: read, fault: { kind: 'expired-token' } }]);
    const first = await product.sync(crm);
    if (first.state === 'stopped') await product.sync(crm); // a service key cannot renew itself

    expect(state() === undisturbed).toBe(true);
  });
});
