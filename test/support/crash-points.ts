import type { FaultRuleInput } from '../../sandbox/faults.ts';
import type { Crm } from '../../src/domain/crm.ts';
import type { Product } from './product.ts';
import { startWorkerProcess } from './worker-process.ts';

/** Where a worker is killed: at the nth call of a kind since the last kill. */
export interface CrashPoint {
  readonly kind: CallKind;
  readonly call: number;
  /** `before` the call has any effect; `after` it, with the answer still to come; `later`: that long after the answer. */
  readonly moment: 'before' | 'after' | { readonly laterMs: number };
}

/** What a call is for. */
export type CallKind = 'check' | 'pull' | 'write' | 'read back' | 'create task' | 'find task';

/** Routes of each kind of call, in the order in which a run makes them. */
const ROUTES: Readonly<Record<Crm, Readonly<Record<CallKind, string>>>> = {
  hubspot: {
    check: 'GET /account-info/**',
    pull: 'GET /crm/objects/**',
    write: 'POST /crm/objects/*/contacts/batch/update',
    'read back': 'POST /crm/objects/*/contacts/batch/read',
    'create task': 'POST /crm/objects/*/tasks/batch/create',
    'find task': 'POST /crm/associations/**',
  },
  salesforce: {
    check: 'POST /services/data/*/composite/batch',
    pull: 'GET /services/data/*/queryAll',
    write: 'PATCH /services/data/*/composite/sobjects',
    'read back': 'POST /services/data/*/composite/sobjects/*',
    'create task': 'POST /services/data/*/composite/sobjects',
    'find task': 'POST /services/data/*/composite/batch',
  },
};

/** Calls that a killed worker had sent are no calls of the next one, which takes longer than this to start. */
const IN_FLIGHT_MS = 50;

/**
 * Syncs with a worker process that is killed at each point in turn and started again each time.
 *
 * @returns the run's certificate, and the points at which the worker was killed.
 */
export async function syncThroughCrashes(product: Product, crm: Crm, points: readonly CrashPoint[]) {
  const { sandbox, env } = product;
  const ahead = [...points];
  const killedAt: CrashPoint[] = [];
  let worker = startWorkerProcess(env);
  const arm = () => sandbox.setFaults(ahead.slice(0, 1).map((point) => ruleOf(crm, point)));
  const killNow = async (point: CrashPoint) => {
    const killed = worker;
    killed.kill();
    killedAt.push(point);
    worker = startWorkerProcess(env);
    await killed.ended;
    setTimeout(arm, IN_FLIGHT_MS);
  };
  sandbox.onFault(() => {
    const point = ahead.shift();
    if (point === undefined) return;
    if (typeof point.moment === 'string') killNow(point);
    else setTimeout(killNow, point.moment.laterMs, point);
  });
  arm();
  try {
    return { certificate: await product.syncElsewhere(crm), killedAt };
  } finally {
    sandbox.setFaults([]);
    worker.terminate();
    await worker.ended;
  }
}

function ruleOf(crm: Crm, { kind, call, moment }: CrashPoint): FaultRuleInput {
  const fault = { before: 'reset', after: 'lost-answer', later: 'slow' } as const;
  const name = typeof moment === 'string' ? moment : 'later';
  return {
    crm,
    route: ROUTES[crm][kind],
    calls: { from: call },
    // A slow answer in one piece is an answer like any other: it only tells us that there was one.
    fault: name === 'later' ? { kind: fault.later, bytes: 1e9, everyMs: 1 } : { kind: fault[name] },
  };
}
