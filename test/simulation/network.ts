import type { OpenSandbox } from '../../sandbox/open.ts';
import type { Random } from '../../sandbox/random.ts';
import { CRMS, type Crm } from '../../src/domain/crm.ts';
import { type AppAnswer, callApp } from './call-app.ts';
import type { Conductor } from './conductor.ts';

/** Where a CRM stands in the simulated network. */
export const urlOf = (crm: Crm): string => `http://${crm}.example`;

/** Sees each call of the product before and after it has had its effect. */
export interface CallWatch {
  before(crm: Crm, method: string, path: string, body: string): void;
  after(crm: Crm): void;
}

/** A way to call the sandbox that takes no part in the story: no step, no time, no fault. */
type Fetch = typeof globalThis.fetch;

/** The network between the product and the sandbox. */
export interface Network {
  /** What stands in for `fetch`. */
  readonly fetch: Fetch;
  /** Does `work` with calls that take no time and are no steps. */
  backstage<T>(work: () => Promise<T>): Promise<T>;
}

/** How long a call is under way, in milliseconds: mostly little, at times long. */
function travelMs(chance: Random): number {
  return chance() < 0.02 ? 1_000 + Math.floor(chance() * 9_000) : 10 + Math.floor(chance() * 150);
}

/** A network in which each call is one effect that takes some time before it arrives and some before it is answered. */
export function networkTo(sandbox: OpenSandbox, conductor: Conductor, chance: Random, watch: CallWatch): Network {
  let isBackstage = false;
  let onSilence = () => {};
  sandbox.onFault((_crm, kind) => {
    if (kind === 'silence') onSilence();
  });

  const send = async (crm: Crm, url: URL, init: RequestInit): Promise<AppAnswer | 'cut' | 'silence'> => {
    const silence = new Promise<'silence'>((resolve) => {
      onSilence = () => resolve('silence');
    });
    const body = typeof init.body === 'string' ? init.body : '';
    const headers = Object.fromEntries(new Headers(init.headers));
    const path = `${url.pathname}${url.search}`;
    const { answer } = callApp(sandbox.app(crm), {
      method: init.method ?? 'GET',
      path,
      headers: { ...headers, host: url.host },
      body,
    });
    return (await Promise.race([answer, silence])) ?? 'cut';
  };

  const fetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(input instanceof Request ? input.url : input);
    const crm = CRMS.find((each) => url.origin === urlOf(each));
    if (crm === undefined) throw new TypeError('fetch failed', { cause: { code: 'ENOTFOUND' } });
    if (isBackstage) return responseOf(await send(crm, url, init));
    const method = init.method ?? 'GET';
    const answer = await conductor.effect(`${method} ${crm} ${url.pathname}`, async () => {
      init.signal?.throwIfAborted();
      conductor.pass(travelMs(chance));
      watch.before(crm, method, url.pathname, typeof init.body === 'string' ? init.body : '');
      const answered = await send(crm, url, init);
      watch.after(crm);
      conductor.pass(travelMs(chance));
      return answered;
    });
    if (answer === 'silence') await untilAborted(init.signal);
    return responseOf(answer);
  };

  return {
    fetch: fetch as Fetch,
    backstage: async (work) => {
      isBackstage = true;
      try {
        return await work();
      } finally {
        isBackstage = false;
      }
    },
  };
}

function responseOf(answer: AppAnswer | 'cut' | 'silence'): Response {
  if (typeof answer === 'string') throw new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } });
  const hasBody = answer.status !== 204 && answer.status !== 304;
  return new Response(hasBody ? answer.body : null, { status: answer.status, headers: answer.headers });
}

/** Never resolves; rejects once the caller has lost patience. */
function untilAborted(signal: AbortSignal | null | undefined): Promise<never> {
  return new Promise((_, reject) => {
    if (signal?.aborted) reject(signal.reason);
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
