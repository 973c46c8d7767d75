import { Connection, OAuth2 } from 'jsforce';
import { frozenClock, type SandboxClock } from '../../sandbox/clock.ts';
import { controlledApp } from '../../sandbox/controls.ts';
import { type FaultRuleInput, FaultRule as FaultRuleSchema, faults } from '../../sandbox/faults.ts';
import { listen } from '../../sandbox/listen.ts';
import { createSalesforceTwin } from '../../sandbox/salesforce/twin.ts';
import { callStats, type TwinStats } from '../../sandbox/stats.ts';
import type { Twin } from '../../sandbox/twin.ts';
import { seededWorld } from '../../sandbox/world/seeded-world.ts';
import type { World } from '../../sandbox/world/world.ts';

/** Where the clocks of these tests stand. */
export const NOW = new Date('2026-11-02T10:00:00Z');

/** An answer: status, parsed body, headers. */
export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came
  readonly body: any;
  readonly headers: Headers;
}

/** A Salesforce twin over HTTP, and a way to talk to it without a library. */
export interface TestOrg {
  readonly url: string;
  readonly twin: Twin;
  readonly world: World;
  readonly clock: SandboxClock;
  readonly token: string;
  /** A call below `/services/data/v68.0`. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  query(soql: string, mode?: 'query' | 'queryAll'): Promise<Answer>;
  /** The records of a query, all pages. */
  records(soql: string, mode?: 'query' | 'queryAll'): Promise<Answer['body'][]>;
  control(path: string, body: object): Promise<Answer>;
  setFaults(rules: readonly FaultRuleInput[]): void;
  stats(): TwinStats;
  /** A jsforce connection through the client credentials flow. */
  jsforce(): Promise<Connection>;
  close(): Promise<void>;
}

/** Starts a twin of 300 seeded people on a frozen clock, signed in. */
export async function openOrg(
  options: { readonly world?: World; readonly settings?: Record<string, unknown> } = {},
): Promise<TestOrg> {
  const world = options.world ?? seededWorld({ size: 300, seed: 7, now: NOW });
  const clock = frozenClock(NOW);
  const [plan, stats] = [faults(), callStats()];
  const twin = createSalesforceTwin({ world, clock, faults: plan, stats, settings: options.settings ?? {} });
  const twins = new Map([['salesforce', twin] as const]);
  const server = await listen(controlledApp({ crm: 'salesforce', twin, twins, clock, stats, faults: plan }), 0);
  const { url } = server;
  const { body } = await signIn(url);
  const token: string = body.access_token;
  const call: TestOrg['call'] = (method, path, json, headers = {}) =>
    send(`${url}/services/data/v68.0${path}`, method, json, { authorization: `Bearer ${token}`, ...headers });
  const query: TestOrg['query'] = (soql, mode = 'query') => call('GET', `/${mode}?q=${encodeURIComponent(soql)}`);
  return {
    url,
    twin,
    world,
    clock,
    token,
    call,
    query,
    async records(soql, mode) {
      const records = [];
      for (let page = await query(soql, mode); ; ) {
        if (page.status !== 200) throw new Error(`${page.status} ${JSON.stringify(page.body)}`);
        records.push(...page.body.records);
        if (page.body.done) return records;
        page = await call('GET', page.body.nextRecordsUrl.replace('/services/data/v68.0', ''));
      }
    },
    control: (path, json) => send(`${url}/__sandbox${path}`, 'POST', json, {}),
    setFaults: (rules) => plan.set(rules.map((rule) => FaultRuleSchema.parse(rule))),
    stats: () => stats.snapshot().salesforce,
    async jsforce() {
      const oauth2 = new OAuth2({ loginUrl: url, clientId: 'sandbox-client', clientSecret: 'sandbox-secret' });
      const connection = new Connection({ oauth2, version: '68.0' });
      await connection.authorize({ grant_type: 'client_credentials' });
      return connection;
    },
    close: () => server.close(),
  };
}

/** Asks the token endpoint; client credentials unless told otherwise. */
export function signIn(url: string, form: Record<string, string> = CLIENT_CREDENTIALS): Promise<Answer> {
  const body = new URLSearchParams(form);
  return answerOf(fetch(`${url}/services/oauth2/token`, { method: 'POST', body }));
}

const CLIENT_CREDENTIALS = {
  grant_type: 'client_credentials',
  client_id: 'sandbox-client',
  client_secret: 'sandbox-secret',
};

/** Makes a custom field on an object and shows it to the integration user. */
export async function makeField(org: TestOrg, fullName: string, metadata: object): Promise<void> {
  const made = await org.call('POST', '/tooling/sobjects/CustomField', { FullName: fullName, Metadata: metadata });
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  await showField(org, fullName, true);
}

/** Lets the integration user see a field, and edit it too. */
export async function showField(org: TestOrg, fullName: string, isEditable: boolean): Promise<void> {
  const name = `Set_${fullName.replaceAll(/\W/g, '_')}`;
  const set = await org.call('POST', '/sobjects/PermissionSet', { Name: name, Label: name });
  const [user] = await org.records("SELECT Id FROM User WHERE Username = 'integration@sandbox.example'");
  await org.call('POST', '/sobjects/FieldPermissions', {
    ParentId: set.body.id,
    SobjectType: fullName.split('.')[0],
    Field: fullName,
    PermissionsRead: true,
    PermissionsEdit: isEditable,
  });
  const holder = { PermissionSetId: set.body.id, AssigneeId: user!.Id };
  await org.call('POST', '/sobjects/PermissionSetAssignment', holder);
}

async function send(url: string, method: string, body: unknown, headers: Record<string, string>): Promise<Answer> {
  const json = body === undefined ? {} : { body: JSON.stringify(body) };
  return answerOf(fetch(url, { method, headers: { 'content-type': 'application/json', ...headers }, ...json }));
}

async function answerOf(pending: Promise<Response>): Promise<Answer> {
  const response = await pending;
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers };
}
