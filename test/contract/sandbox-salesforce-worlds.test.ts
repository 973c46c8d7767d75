import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startSandbox } from '../../sandbox/start.ts';
import { csvWorld } from '../../sandbox/world/csv-world.ts';
import { seededWorld } from '../../sandbox/world/seeded-world.ts';
import { NOW, openOrg } from './sandbox-salesforce-org.ts';

const LONG = 'What matters most to you in choosing a course';

describe('a CSV world', () => {
  it('brings its columns as custom fields of Lead and Contact', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-salesforce-'));
    const file = join(folder, 'people.csv');
    const header = `Email,First Name,Last Name,Total Time Spent on Website,${LONG},${LONG} today,Converted`;
    writeFileSync(file, `${header}\na@x.example,A,B,674.5,Price,,0\nc@x.example,C,D,,,Time,1\n`);
    const org = await openOrg({ world: csvWorld(file, { seed: 1, now: NOW }) });
    const { body } = await org.call('GET', '/sobjects/Lead/describe');
    const custom = body.fields.filter(({ custom: isCustom }: { custom: boolean }) => isCustom);
    const names = custom.map(({ name }: { name: string }) => name);
    expect(new Set(names).size).toBe(3);
    expect(names[0]).toBe('Total_Time_Spent_on_Website__c');
    for (const name of names) expect(name).toMatch(/^[A-Za-z]\w{0,39}__c$/);
    expect(custom.map(({ type }: { type: string }) => type)).toEqual(['double', 'string', 'string']);
    const leads = await org.records(
      'SELECT Email, Total_Time_Spent_on_Website__c, IsConverted FROM Lead ORDER BY Email',
    );
    expect(leads).toMatchObject([
      { Email: 'a@x.example', Total_Time_Spent_on_Website__c: 674.5, IsConverted: false },
      { Email: 'c@x.example', Total_Time_Spent_on_Website__c: null, IsConverted: true },
    ]);
    const contacts = await org.records(`SELECT ${names[2]} FROM Contact`);
    expect(contacts).toMatchObject([{ [names[2]]: 'Time' }]);
    await org.close();
    rmSync(folder, { recursive: true });
  });
});

describe('a large world', () => {
  it('pages by keyset through 25,000 rows of one stamp without skipping or repeating', async () => {
    const org = await openOrg({ world: seededWorld({ size: 34_000, seed: 3, now: NOW }) });
    org.clock.advance(60_000);
    const { body: made } = await org.control('/salesforce/stamp', { object: 'Lead', count: 25_000 });
    expect(made).toEqual({ stamped: 25_000 });
    const stamp = `${org.clock.now().toISOString().slice(0, 19)}Z`;
    const ids: string[] = [];
    for (;;) {
      const after = ids.at(-1) ?? '';
      const { body } = await org.query(
        `SELECT Id FROM Lead WHERE ((SystemModstamp = ${stamp} AND Id > '${after}') OR SystemModstamp > ${stamp}) ORDER BY SystemModstamp, Id LIMIT 2000`,
      );
      if (body.records.length === 0) break;
      ids.push(...body.records.map(({ Id }: { Id: string }) => Id));
    }
    expect(ids).toHaveLength(25_000);
    expect(ids).toEqual([...new Set(ids)].sort());
    await org.close();
  });

  it('computes people anew and keeps the edits', async () => {
    const org = await openOrg({ world: seededWorld({ size: 2_000, seed: 3, now: NOW }) });
    const read = async () => JSON.stringify(await org.records('SELECT FIELDS(ALL) FROM Lead ORDER BY Id LIMIT 200'));
    const before = await read();
    expect(await read()).toBe(before);
    const [lead] = await org.records('SELECT Id FROM Lead WHERE IsConverted = false ORDER BY Id LIMIT 1');
    await org.call('PATCH', `/sobjects/Lead/${lead.Id}`, { City: 'Edited' });
    expect((await org.records(`SELECT City FROM Lead WHERE Id = '${lead.Id}'`))[0].City).toBe('Edited');
    await org.close();
  });
});

it('The sandbox starts Salesforce alone, and passes its settings on', async () => {
  const sandbox = await startSandbox({
    crms: ['salesforce'],
    leads: 20,
    settings: { salesforce: { clientId: 'mine', clientSecret: 'also mine' } },
  });
  const form = { grant_type: 'client_credentials', client_id: 'mine', client_secret: 'also mine' };
  const url = `${sandbox.salesforceUrl}/services/oauth2/token`;
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(form) });
  expect(answer.status).toBe(200);
  expect(sandbox.state('salesforce').leads.length).toBeGreaterThanOrEqual(20);
  await sandbox.close();
});
