import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openOrg, type TestOrg } from './sandbox-salesforce-org.ts';

/** Answers recorded from real orgs. They are not part of the project: without them these tests are skipped. */
const RECORDED = '/work/shared/data/salesforce/recorded-v42';
const isRecorded = existsSync(RECORDED);

let org: TestOrg;
beforeAll(async () => {
  org = await openOrg();
});
afterAll(() => org.close());

const recorded = (file: string) => JSON.parse(readFileSync(`${RECORDED}/${file}`, 'utf8'));
const keysOf = (object: object) => Object.keys(object).sort();

/** The type of each value, with `null` left open: a null says nothing about the type. */
function typesOf(object: object): Record<string, string> {
  const known = Object.entries(object).filter(([, value]) => value !== null);
  return Object.fromEntries(known.map(([key, value]) => [key, Array.isArray(value) ? 'array' : typeof value]));
}

/** The types in which two objects differ, where both have a value. */
function differences(one: object, other: object): string[] {
  const [a, b] = [typesOf(one), typesOf(other)];
  return Object.keys(a).filter((key) => b[key] !== undefined && a[key] !== b[key]);
}

describe.skipIf(!isRecorded)('describe, beside the recorded one (needs /work/shared/data)', () => {
  it.each(['Lead', 'Contact', 'Account', 'Campaign'])('of %s has the same keys and types', async (object) => {
    const real = recorded(`describe-${object}.json`).response;
    const { body } = await org.call('GET', `/sobjects/${object}/describe`);
    expect(keysOf(body)).toEqual(keysOf(real));
    expect(differences(real, body)).toEqual([]);
    expect(keysOf(body.urls)).toEqual(keysOf(real.urls));
    expect(keysOf(body.recordTypeInfos[0])).toEqual(keysOf(real.recordTypeInfos[0]));
    expect(keysOf(body.childRelationships[0])).toEqual(keysOf(real.childRelationships[0]));
  });

  it.each(['Lead', 'Contact', 'Account', 'Campaign'])('shows the fields of %s as the real one does', async (object) => {
    const real = recorded(`describe-${object}.json`).response.fields as Described[];
    const { body } = await org.call('GET', `/sobjects/${object}/describe`);
    const ours = body.fields as Described[];
    const shared = ours.filter(({ name }) => real.some((field) => field.name === name));
    expect(shared.length).toBeGreaterThan(20);
    for (const field of shared) {
      const twin = real.find(({ name }) => name === field.name)!;
      const { picklistValuesTrimmed: _, ...rest } = twin;
      expect(keysOf(field)).toEqual(keysOf(rest));
      expect(differences(field, rest)).toEqual([]);
      expect(factsOf(field)).toEqual(factsOf(twin));
    }
  });

  interface Described {
    readonly name: string;
    readonly type: string;
    readonly picklistValuesTrimmed?: boolean;
    readonly [fact: string]: unknown;
  }

  /** What a connector decides by. */
  function factsOf({
    name,
    type,
    length,
    precision,
    scale,
    digits,
    updateable,
    createable,
    filterable,
    relationshipName,
  }: Described) {
    return { name, type, length, precision, scale, digits, updateable, createable, filterable, relationshipName };
  }
});

describe.skipIf(!isRecorded)('records, beside the recorded ones (needs /work/shared/data)', () => {
  it.each(['Lead', 'Contact', 'Account'])('of %s bear values of the same types', async (object) => {
    const real = recorded('samples.json')[`GET /services/data/v42.0/sobjects/${object}/<id> 200`][0].response;
    const [row] = await org.records(`SELECT Id FROM ${object} LIMIT 1`);
    const { body } = await org.call('GET', `/sobjects/${object}/${row!.Id}`);
    expect(differences(real, body)).toEqual([]);
    expect(body.SystemModstamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000\+0000$/);
    expect(real.SystemModstamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000\+0000$/);
    expect(keysOf(body.attributes)).toEqual(keysOf(real.attributes));
  });

  it('fail with the recorded bodies', async () => {
    const cases = recorded('partial-failures-and-errors.json') as { status: number; response: unknown }[];
    const missing = cases.find(({ status }) => status === 404)!;
    expect((await org.call('GET', '/sobjects/Lead/00Q4S000002sSahUAE')).body).toEqual(missing.response);
    const noName = await org.call('POST', '/composite/sobjects', {
      allOrNone: false,
      records: [{ attributes: { type: 'Account' }, AccountNumber: 'n', Name: null }],
    });
    expect(cases.map(({ response }) => JSON.stringify(response))).toContain(JSON.stringify(noName.body));
    const [converted] = await org.records('SELECT Id FROM Lead WHERE IsConverted = true LIMIT 1');
    const update = { attributes: { type: 'Lead' }, id: converted!.Id, Company: 'ConvertedCorp' };
    const refused = await org.call('PATCH', '/composite/sobjects', { allOrNone: false, records: [update] });
    expect(cases.map(({ response }) => response)).toContainEqual(refused.body);
  });
});

describe('the global describe', () => {
  it('names every object but those of the Tooling API', async () => {
    const { body } = await org.call('GET', '/sobjects');
    const names = body.sobjects.map(({ name }: { name: string }) => name);
    for (const name of ['Lead', 'Contact', 'Task', 'CampaignMember', 'User', 'LeadStatus'])
      expect(names).toContain(name);
    expect(names).not.toContain('CustomField');
    expect((await org.call('GET', '/sobjects/Nothing/describe')).status).toBe(404);
  });

  it('lists what may stand in the setup tables', async () => {
    const statuses = await org.records('SELECT ApiName, IsConverted FROM LeadStatus ORDER BY SortOrder');
    expect(statuses.filter(({ IsConverted }) => IsConverted).map(({ ApiName }) => ApiName)).toEqual([
      'Closed - Converted',
    ]);
    const closed = await org.records('SELECT ApiName FROM TaskStatus WHERE IsClosed = true');
    expect(closed.map(({ ApiName }) => ApiName)).toEqual(['Completed']);
    const queues = await org.records("SELECT Queue.Name, SobjectType FROM QueueSobject WHERE SobjectType = 'Lead'");
    expect(queues).toMatchObject([{ Queue: { Name: 'Inbound leads' } }]);
    expect((await org.records('SELECT TimeZoneSidKey FROM Organization'))[0]!.TimeZoneSidKey).toBe('Europe/Berlin');
  });
});
