import { Client } from '@hubspot/api-client';
import { afterEach } from 'vitest';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/start.ts';

/** The instant at which the tests' portals stand. */
export const NOW = new Date('2026-11-02T09:00:00.000Z');

/** An answer of the local HubSpot. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // A test looks into bodies of many shapes.
  readonly body: Body;
}
// biome-ignore lint/suspicious/noExplicitAny: see Answer.body
type Body = any;

/** A local HubSpot with the two ways to call it. */
export interface PortalUnderTest {
  readonly sandbox: Sandbox;
  /** The client that HubSpot publishes; it calls v3 and v4 paths. */
  readonly client: Client;
  call(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** CRM id of person n. */
  lead(person: number): string;
}

const open: Sandbox[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((sandbox) => sandbox.close()));
});

/** Starts a local HubSpot of 30 people on a frozen clock, closed after the test. */
export async function aPortal(options: SandboxOptions = {}): Promise<PortalUnderTest> {
  const sandbox = await startSandbox({ crms: ['hubspot'], leads: 30, seed: 7, now: NOW, frozen: true, ...options });
  open.push(sandbox);
  const client = new Client({ accessToken: 'pat-sandbox', basePath: sandbox.hubspotUrl, numberOfApiCallRetries: 0 });
  return {
    sandbox,
    client,
    lead: (person) => sandbox.twin('hubspot').leadId(person),
    async call(method, path, body, headers = { authorization: 'Bearer pat-sandbox' }) {
      const init = body === undefined ? {} : { body: JSON.stringify(body) };
      const response = await fetch(`${sandbox.hubspotUrl}${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        ...init,
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, body: jsonOf(text) };
    },
  };
}

function jsonOf(text: string): Body {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
