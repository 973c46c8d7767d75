import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Crm } from '../../src/domain/crm.ts';
import { type Ended, sandboxCommand, scorewire, scorewireHere } from '../support/command.ts';
import { CREDENTIAL_SETTINGS, openProduct, type Product } from '../support/product.ts';

const CRM_PORT_NOBODY_HOLDS = 'http://127.0.0.1:1';

let product: Product;
let folder: string;
beforeAll(async () => {
  product = await openProduct({ sandbox: { leads: 30 } });
  folder = await mkdtemp(path.join(tmpdir(), 'scorewire-bad-input-'));
});
afterAll(async () => {
  await product.close();
  await rm(folder, { recursive: true, force: true });
});

describe('credentials', () => {
  it.each<[Crm, Record<string, string>]>([
    ['hubspot', { HUBSPOT_TOKEN: 'pat-of-somebody-else' }],
    ['salesforce', { SALESFORCE_CLIENT_ID: 'sandbox-client', SALESFORCE_CLIENT_SECRET: 'pat-of-somebody-else' }],
  ])('that %s does not know are refused with CRM_UNAUTHORIZED', async (crm, settings) => {
    expectOneLine(await add(crm, { settings }), 1, /^CRM_UNAUTHORIZED: .* Give new credentials with/);
  });

  it('that are nowhere are asked for by the name of their setting', async () => {
    expectOneLine(await add('hubspot', { settings: {} }), 2, /^CONFIG_INVALID: HUBSPOT_TOKEN is not set/);
  });

  it('sealed with another key are not guessed at', async () => {
    const SCOREWIRE_KEY = Buffer.alloc(32, 7).toString('base64');

    expectOneLine(await scorewire(['sync', 'hubspot'], { ...product.env, SCOREWIRE_KEY }), 1, /^SECRET_UNREADABLE: /);
  });

  it.each<Crm>(['hubspot', 'salesforce'])('that %s has revoked end a sync that is told about it', async (crm) => {
    product.sandbox.setFaults([{ crm, route: '* /**', calls: { every: 1 }, fault: { kind: 'expired-token' } }]);
    const ended = await scorewire(['sync', crm], product.env);
    product.sandbox.setFaults([]);

    expectOneLine(ended, 1, /^CRM_UNAUTHORIZED: /);
  });
});

describe('a CRM', () => {
  it('that refuses for a missing scope has the scope named', async () => {
    const scopes = ['crm.objects.contacts.write'];
    const fault = { kind: 'missing-scope', scopes } as const;
    product.sandbox.setFaults([{ crm: 'hubspot', route: '* /crm/**', calls: { every: 1 }, fault }]);
    const ended = await scorewire(['sync', 'hubspot'], product.env);
    product.sandbox.setFaults([]);

    expectOneLine(ended, 1, /^CRM_SCOPE_MISSING: .*crm\.objects\.contacts\.write.* Grant the named scope/);
  });

  it('that refuses for a missing permission has its own code for it named', async () => {
    const fault = { kind: 'missing-scope' } as const;
    product.sandbox.setFaults([{ crm: 'salesforce', route: '* /services/data/**', calls: { every: 1 }, fault }]);
    const ended = await scorewire(['sync', 'salesforce'], product.env);
    product.sandbox.setFaults([]);

    expectOneLine(ended, 1, /^CRM_SCOPE_MISSING: .*INSUFFICIENT_ACCESS/);
  });

  it('that cannot be reached is said to be away', async () => {
    expectOneLine(await add('hubspot', { baseUrl: CRM_PORT_NOBODY_HOLDS }), 1, /^CRM_UNAVAILABLE: /);
  });
});

describe.each<[Crm, string, string]>([
  ['hubspot', 'favourite_colour', 'city'],
  ['salesforce', 'Favourite_Colour__c', 'MailingCity'],
])('a mapping of %s', (crm, absent, mistyped) => {
  it('with an absent field and one of the wrong type names both and stops before any write', async () => {
    const name = `${crm}-wrong`;
    const mapping = await mappingWith(crm, {
      'jobTitle:.*': `jobTitle: ${absent}`,
      'city:.*': `city: { field: ${mistyped}, type: number }`,
    });
    await scorewireHere(['connections', 'remove', crm], product.env); // an account is linked once
    const added = await add(crm, { mapping, name });
    const before = product.sandbox.state(crm);
    const synced = await scorewireHere(['sync', name], product.env);

    expect(added.stderr).toMatch(new RegExp(`^CRM_FIELD_MISSING: leads\\.contact\\..* ${absent}: `, 'm'));
    expect(added.stderr).toMatch(new RegExp(`^CRM_FIELD_TYPE: leads\\.contact\\..* ${mistyped}: .*number`, 'm'));
    expect(added.stderr.split('\n')).toHaveLength(4); // that it is linked, the two faults, the end of the last line
    expect(added.exitCode).toBe(1);
    expectOneLine(synced, 1, /^CRM_FIELD_(MISSING|TYPE): /);
    expect(product.sandbox.state(crm)).toEqual(before);
  });

  it('that is no YAML is refused with its line and column', async () => {
    const mapping = await fileOf(`${crm}-torn.yaml`, `crm: ${crm}\nleads:\n  contact: [\n`);

    expectOneLine(await add(crm, { mapping }), 2, /^MAPPING_INVALID: \S+-torn\.yaml:4:1: [^\n]*\]/);
  });

  it('with a wrong word is refused with its line, its column and what was expected', async () => {
    const mapping = await mappingWith(crm, { 'city:.*': 'city: { field: city, type: numbr }' });
    const line = lineOf(await readFile(mapping, 'utf8'), 'numbr');

    const fault = new RegExp(`^MAPPING_INVALID: \\S+\\.yaml:${line}:\\d+: .*city.*type.*"?number"?`);
    expectOneLine(await add(crm, { mapping }), 2, fault);
  });
});

it('a mapping of another CRM is refused', async () => {
  const mapping = await mappingWith('salesforce', {});

  expectOneLine(await add('hubspot', { mapping }), 2, /^MAPPING_INVALID: .*crm: found salesforce, expected hubspot/);
});

describe('a score model', () => {
  it('that is no YAML is refused with its line and column', async () => {
    const model = await fileOf('torn.yaml', 'name: torn\nversion: [\n');

    expectOneLine(
      await scorewireHere(['model', 'check', model]),
      2,
      /^MODEL_INVALID: \S+torn\.yaml:3:1: .*expected YAML/,
    );
  });

  it('with a wrong value is not published, and the value is named with its line and column', async () => {
    const template = await readFile('config/models/b2b-default.yaml', 'utf8');
    await fileOf('wrong.yaml', template.replace(/^version:.*$/m, 'version: one'));
    const line = lineOf(template, 'version:');
    const ended = await scorewireHere(['model', 'publish', 'wrong'], { ...product.env, MODELS_DIR: folder });

    expectOneLine(ended, 2, new RegExp(`^MODEL_INVALID: \\S+wrong\\.yaml:${line}:10: found version: "one", expected`));
  });
});

describe('a CSV file of leads', () => {
  it('that is torn is refused by the demo with its line and column', async () => {
    const file = await fileOf('torn.csv', 'Email,City\n"ann@example.com,Lyon\n');

    expectOneLine(
      await scorewire(['demo', '--exit', '--data', file]),
      2,
      /^INPUT_INVALID: \S+torn\.csv.*line 2.*column/,
    );
  });

  it('that is torn is refused by the sandbox with its line and column', async () => {
    const file = await fileOf('torn.csv', 'Email,City\n"ann@example.com,Lyon\n');
    const { exitCode, stderr } = await sandboxCommand(['--data', file]);

    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/torn\.csv.*line 2.*column.*\nINPUT_INVALID/)]);
    expect(stderr).not.toMatch(/\n {4}at /);
  });
});

interface Addition {
  readonly name?: string;
  readonly baseUrl?: string;
  readonly mapping?: string;
  readonly settings?: Readonly<Record<string, string>>;
}

function add(crm: Crm, { name = 'another', baseUrl, mapping, settings }: Addition): Promise<Ended> {
  const { hubspotUrl, salesforceUrl } = product.sandbox;
  const address = baseUrl ?? (crm === 'hubspot' ? hubspotUrl : salesforceUrl);
  const file = mapping === undefined ? [] : ['--mapping', mapping];
  const args = ['connections', 'add', crm, '--name', name, '--base-url', address, ...file];
  return scorewireHere(args, { ...product.env, ...(settings ?? CREDENTIAL_SETTINGS[crm]) });
}

async function fileOf(name: string, content: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, content);
  return file;
}

/** The mapping that comes along, with some lines replaced by others. */
async function mappingWith(crm: Crm, lines: Readonly<Record<string, string>>): Promise<string> {
  let text = await readFile(`config/mappings/${crm}.yaml`, 'utf8');
  for (const [pattern, line] of Object.entries(lines)) text = text.replace(new RegExp(pattern), line);
  return fileOf(`${crm}-changed.yaml`, text);
}

const lineOf = (text: string, word: string): number =>
  text.slice(0, text.search(new RegExp(`\\b${word}`))).split('\n').length;

/** Asserts that a command failed as it is written down: its code, and nothing on stderr but one line that says why. */
function expectOneLine({ exitCode, stderr }: Ended, code: 1 | 2, line: RegExp): void {
  expect(stderr).toMatch(line);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(stderr).not.toMatch(/pat-|sandbox-secret/);
  expect(exitCode).toBe(code);
}
