import type { OpenSandbox } from '../../sandbox/open.ts';
import type { Random } from '../../sandbox/random.ts';
import { CRMS, type Crm } from '../../src/domain/crm.ts';
import { type AppAnswer, callApp } from './call-app.ts';
import type { Conductor } from './conductor.ts';
import { messedUp } from './mess.ts';

/** Where a CRM stands in the simulated network. */
export const urlOf = (crm: Crm): string => `http://${crm}.example`;

/** Sees a call of the product before and after it has its effect. */
export interface CallOnlooker {
  before(): void;
  after(): Promise<void>;
}

/** Told of each call of the product when it is sent; `null`: it is of no interest. */
export interface CallWatch {
  see(crm: Crm, label: string): Promise<CallOnlooker | null>;
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

type Answer = AppAnswer | 'cut' | 'silence';

/** How long a request is under way, in milliseconds. */
const travelMs = (chance: Random): number => 5 + Math.floor(chance() * 60);
/** How long its answer takes: mostly little, at times long. */
const answerMs = (chance: Random): number =>
  chance() < 0.02 ? 1_000 + Math.floor(chance() * 15_000) : 5 + Math.floor(chance() * 200);

/**
 * A network in which a request, once sent, arrives after a while whatever becomes of its sender, and is answered after
 * another while if the sender still lives.
 */
export function networkTo(
  sandbox: OpenSandbox,
  conductor: Conductor,
  { chance, isMessy, watch }: { readonly chance: Random; readonly isMessy: boolean; readonly watch: CallWatch },
): Network {
  let isBackstage = false;
  let onSilence = () => {};
  sandbox.onFault((_crm, kind) => {
    if (kind === 'silence') onSilence();
  });

  const call = async (crm: Crm, url: URL, init: RequestInit): Promise<Answer> => {
    const silence = new Promise<'silence'>((resolve) => {
      onSilence = () => resolve('silence');
    });
    const headers = { ...Object.fromEntries(new Headers(init.headers)), host: url.host };
    const body = typeof init.body === 'string' ? init.body : '';
    const path = `${url.pathname}${url.search}`;
    const { answer } = callApp(sandbox.app(crm), { method: init.method ?? 'GET', path, headers, body });
    return (await Promise.race([answer, silence])) ?? 'cut';
  };

  const fetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(input instanceof Request ? input.url : input);
    const crm = CRMS.find((each) => url.origin === urlOf(each));
    if (crm === undefined) throw new TypeError('fetch failed', { cause: { code: 'ENOTFOUND' } });
    if (isBackstage) return responseOf(await call(crm, url, init));
    const sender = conductor.actor;
    const label = `${init.method ?? 'GET'} ${crm} ${url.pathname}`;
    const answered = Promise.withResolvers<Answer>();
    const carry = async (onlooker: CallOnlooker | null) => {
      await conductor.sleep(travelMs(chance));
      const answer = await conductor.effect(`${label} arrives`, async () => {
        onlooker?.before();
        const given = await call(crm, url, init);
        await onlooker?.after();
        return isMessy && typeof given !== 'string' ? messedUp(label, given, chance) : given;
      });
      await conductor.sleep(answerMs(chance));
      if (answer !== 'silence' && !conductor.isDead(sender)) answered.resolve(answer);
    };
    await conductor.effect(label, async () => {
      init.signal?.throwIfAborted();
      const onlooker = await watch.see(crm, label);
      conductor.asWorld(() => carry(onlooker)).catch(answered.reject);
    });
    return responseOf(await Promise.race([answered.promise, untilAborted(init.signal, conductor.over)]));
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

/** Its text is there at once: read as a stream it would take turns of the event loop that no seed decides. */
function responseOf(answer: Answer): Response {
  if (typeof answer === 'string') throw new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } });
  const { status, headers, body } = answer;
  return Object.assign(new Response(null, { status, headers }), { text: async () => body });
}

/** Never resolves; rejects once the caller has lost patience. */
function untilAborted(signal: AbortSignal | null | undefined, over: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal?.aborted) reject(signal.reason);
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true, signal: over });
  });
}
