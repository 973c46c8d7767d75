import { beforeEach, describe, expect, it } from 'vitest';
import type { FaultRuleInput } from '../../sandbox/faults.ts';
import { openProduct, type Product } from '../support/product.ts';
import { startWorkerProcess } from '../support/worker-process.ts';

const PEOPLE = 250;
const WRITE_CALLS = 2; // of 200 rows each
const QUERY = 'GET /services/data/v68.0/queryAll';
const WRITE = 'PATCH /services/data/v68.0/composite/sobjects';
const CREATE = 'POST /services/data/v68.0/composite/sobjects';
const GRACE_MS = 10_000;

describe('a worker that is told to stop in the middle of a run', () => {
  let product: Product;
  beforeEach(async () => {
    product = await openProduct({ crms: ['salesforce'], sandbox: { leads: PEOPLE } });
    return () => product.close();
  });

  it('ends the call in hand, exits with 0, and leaves the rest to the next worker', async () => {
    const slowly = { kind: 'slow', bytes: 128, everyMs: 10 } as const;
    const { exitCode, stoppedInMs } = await stoppedAt({ route: QUERY, fault: slowly });
    const wroteBefore = calls(WRITE);
    const certificate = await product.sync('salesforce');

    expect([exitCode, stoppedInMs < GRACE_MS]).toEqual([0, true]);
    expect(wroteBefore).toBe(0); // so the run was not at its end
    expect(certificate).toMatchObject({ state: 'done', unaccounted: 0, writes: { written: PEOPLE } });
    expect([calls(WRITE), calls(CREATE)]).toEqual([WRITE_CALLS, 1]);
  });

  it('gives up a call that takes longer than the grace, and exits with 0', async () => {
    const { exitCode, stoppedInMs } = await stoppedAt({ route: WRITE, fault: { kind: 'silence' } });
    const certificate = await product.sync('salesforce');

    expect([exitCode, stoppedInMs < 2 * GRACE_MS]).toEqual([0, true]);
    expect(certificate).toMatchObject({ state: 'done', unaccounted: 0, writes: { written: PEOPLE } });
    expect([calls(WRITE), calls(CREATE)]).toEqual([WRITE_CALLS + 1, 1]); // one had no answer and was sent again
  });

  const calls = (route: string) => product.sandbox.stats().salesforce.byRoute[route] ?? 0;

  /** Begins a sync and tells its worker to stop while a call is under way. */
  async function stoppedAt(rule: FaultRuleInput) {
    product.sandbox.setFaults([rule]);
    const worker = startWorkerProcess(product.env);
    const toldAt = new Promise<number>((resolve) => {
      product.sandbox.onFault(() => {
        worker.terminate();
        resolve(performance.now());
      });
    });
    const end = product.syncElsewhere('salesforce');
    end.catch(() => {}); // its run is ended by another worker
    const { exitCode } = await worker.ended;
    const stoppedInMs = performance.now() - (await toldAt);
    product.sandbox.setFaults([]);
    return { exitCode, stoppedInMs };
  }
});
