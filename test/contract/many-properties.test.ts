import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { customFieldName } from '../../sandbox/salesforce/rows/custom-columns.ts';
import { startSandbox } from '../../sandbox/start.ts';
import type { Crm, LeadObject } from '../../src/domain/crm.ts';
import { leadObjects, type Mapping } from '../../src/domain/mapping.ts';
import { aLine } from '../support/mapping-lines.ts';
import { recordingProxy } from '../support/recording-proxy.ts';
import { live, pulled, streamsOf } from './contract-bench.ts';
import * as hubspot from './hubspot-fixture.ts';
import * as salesforce from './salesforce-fixture.ts';

const COLUMNS = Array.from({ length: 600 }, (_, n) => `Custom property number ${n} of the account`);
/** Far below what a proxy or the CRM itself still takes. */
const LONGEST_URL = 8_000;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

describe.each<Crm>(['hubspot', 'salesforce'])('600 mapped properties of %s (T20)', (crm) => {
  it('arrive by requests whose addresses stay short, all pulled or only the changed ones', async () => {
    const sandbox = await startSandbox({ crms: [crm], dataFile: await people(), now: NOW, frozen: true });
    closing.push(() => sandbox.close());
    const proxy = await recordingProxy(crm === 'hubspot' ? sandbox.hubspotUrl : sandbox.salesforceUrl);
    closing.push(proxy.close);
    const { MAPPING, connectorTo } = crm === 'hubspot' ? hubspot : salesforce;
    const mapping = withColumns(MAPPING, crm);
    const connector = connectorTo(proxy.url, { mapping, overlapMs: 1_000, lagMs: 0 });
    const lines = mapping.leads.contact.attributes;

    const first = await Promise.all(streamsOf(connector, 'lead').map((stream) => pulled(connector, stream, null)));
    sandbox.clock.advance(60_000);
    const changedId = sandbox.twin(crm).leadId(1);
    sandbox.editLead(crm, changedId, { [lines.more599!.field]: 'changed' }, 'an admin');
    sandbox.clock.advance(60_000);
    const later = await Promise.all(
      streamsOf(connector, 'lead').map((stream, n) => pulled(connector, stream, first[n]!.cursor)),
    );
    const part = { attributes: COLUMNS.map((_, n) => `more${n}`), scoreFields: [], hasLifecycle: false };
    const { object } = first.flatMap(({ records }) => records).find(({ crmId }) => crmId === changedId)!;
    const [byId] = await connector.readMapped(object, part, [changedId], live);

    const before = first.flatMap(({ records }) => records).find(({ crmId }) => crmId === changedId);
    const after = later.flatMap(({ records }) => records).find(({ crmId }) => crmId === changedId);
    const expected = Object.fromEntries(COLUMNS.map((_, n) => [`more${n}`, `value 1-${n}`]));
    expect(before?.attributes).toMatchObject(expected);
    expect(after?.attributes).toMatchObject({ ...expected, more599: 'changed' });
    expect(byId?.attributes).toEqual({ ...expected, more599: 'changed' });
    expect(Math.max(...proxy.requests.map(({ url }) => url.length))).toBeLessThan(LONGEST_URL);
    expect(proxy.requests.length).toBeLessThan(30);
    // Where HubSpot is told no property it sends names and addresses, which nobody asked for.
    const open = proxy.requests.filter(
      ({ url, body }) => /\/contacts(\?|\/search)/.test(url) && !/properties/.test(url + body),
    );
    expect(open).toEqual([]);
  });
});

const NOW = new Date('2026-11-23T10:00:00Z');

/** A CSV file of three people with all the columns. */
async function people(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'scorewire-many-'));
  closing.push(() => rm(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'people.csv');
  const rows = [0, 1, 2].map((person) =>
    [`p${person}@acme.example`, ...COLUMNS.map((_, n) => `value ${person}-${n}`)].join(),
  );
  await writeFile(file, [['Email', ...COLUMNS].join(), ...rows, ''].join('\n'));
  return file;
}

function withColumns(mapping: Mapping, crm: Crm): Mapping {
  const field = (header: string) =>
    crm === 'hubspot' ? header.toLowerCase().replaceAll(' ', '_') : customFieldName(header);
  const more = Object.fromEntries(COLUMNS.map((header, n) => [`more${n}`, aLine(field(header))]));
  const leads = Object.fromEntries(
    leadObjects(mapping).map((object: LeadObject) => {
      const part = mapping.leads[object]!; // one of those that the mapping has
      return [object, { ...part, attributes: { ...part.attributes, ...more } }];
    }),
  );
  return { ...mapping, leads: leads as Mapping['leads'] }; // Object.fromEntries forgets the keys
}
