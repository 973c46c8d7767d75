import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addConnection, connectorNamed } from '../../src/connect.ts';
import type { Crm } from '../../src/domain/crm.ts';
import { removeConnection } from '../../src/store/connections.ts';
import { emailAlias } from '../../src/store/engagements.ts';
import { MARK, markedPeople } from '../support/marked-people.ts';
import { openProduct, type Product, SANDBOX_CREDENTIALS } from '../support/product.ts';
import { type Recorded, recordingProxy } from '../support/recording-proxy.ts';

const PEOPLE = 40;
/** Names of fields that hold what no line of the mapping asks for. */
const UNMAPPED = /phone|street|(?<!bad_)address|zip|postal|first_?name|last_?name|birthdate|linkedin/i;

describe.each<Crm>(['hubspot', 'salesforce'])('of the people in %s', (crm) => {
  const closing: (() => Promise<unknown>)[] = [];
  let product: Product;
  let requests: readonly Recorded[];
  beforeAll(async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'scorewire-allow-list-'));
    closing.push(() => rm(folder, { recursive: true, force: true }));
    const dataFile = path.join(folder, 'people.csv');
    await writeFile(dataFile, markedPeople(PEOPLE, 'Street Line'));
    product = await openProduct({ crms: [crm], sandbox: { dataFile } });
    closing.push(() => product.close());
    const { sandbox, app } = product;
    const proxy = await recordingProxy(crm === 'hubspot' ? sandbox.hubspotUrl : sandbox.salesforceUrl);
    closing.push(proxy.close);
    requests = proxy.requests;
    // The mapping that comes along, which knows nothing of the CSV file's own columns.
    await removeConnection(app.db, crm);
    await addConnection(app, {
      name: crm,
      crm,
      baseUrl: proxy.url,
      mappingFile: null,
      credentials: SANDBOX_CREDENTIALS[crm],
    });
    await (await connectorNamed(app, crm)).provision({ dryRun: false }, AbortSignal.timeout(60_000));
    const at = new Date(sandbox.clock.now().getTime() - 60_000); // what happens this second comes with the next pull
    for (let n = 0; n < PEOPLE; n += 1) sandbox.addActivity(n, { type: 'demo_request', at }, crm);
    expect(await product.sync(crm)).toMatchObject({ state: 'done', unaccounted: 0, writes: { written: PEOPLE } });
    // Once more: what changed comes by other requests than everything.
    sandbox.twin(crm).editLeads([sandbox.twin(crm).leadId(0)], editOf(crm), 'an admin');
    expect(await product.sync(crm)).toMatchObject({ state: 'done', unaccounted: 0 });
  });
  afterAll(async () => {
    for (const close of closing.toReversed()) await close();
  });

  it('only mapped fields are asked for, beside ids, stamps and the address that tells who is who', () => {
    const asked = requests.filter(({ url }) => /\/(contacts|query|queryAll|composite)\b/.test(url));

    expect(asked.length).toBeGreaterThan(3);
    expect(
      asked.map(({ url, body }) => `${decodeURIComponent(url)} ${body}`).filter((text) => UNMAPPED.test(text)),
    ).toEqual([]);
  });

  it('nothing personal goes back over the wire', () => {
    expect(
      requests.map(({ url, body }) => `${decodeURIComponent(url)} ${body}`).filter((text) => MARK.test(text)),
    ).toEqual([]);
  });

  it('no row of the database, nor of the queue in it, holds a value that is not mapped', async () => {
    const rows = await everyRow(product);

    expect(rows.length).toBeGreaterThan(5 * PEOPLE);
    expect(rows.filter((row) => MARK.test(row))).toEqual([]);
    expect(rows.filter((row) => row.includes('Marketing Director')).length).toBeGreaterThanOrEqual(PEOPLE);
  });

  it('the e-mail address is known by its hash alone', async () => {
    const { email } = product.sandbox.world.person(3);
    const aliases = await product.app.db
      .selectFrom('lead_aliases')
      .select('crm_id')
      .where('object', '=', 'email')
      .execute();

    expect(email).toMatch(MARK);
    expect(aliases.map(({ crm_id }) => crm_id)).toContain(emailAlias(email));
  });
});

function editOf(crm: Crm): Record<string, string> {
  const name = { hubspot: ['phone', 'address', 'city'], salesforce: ['Phone', 'Description', 'Title'] }[crm];
  return { [name[0]!]: '+1 0199900', [name[1]!]: 'Quoxil Street 1', [name[2]!]: 'Marketing Director' };
}

/** Every row of every table, as text. */
async function everyRow({ app: { db } }: Product): Promise<readonly string[]> {
  const tables = await sql<{ schema: string; name: string }>`
    select table_schema as schema, table_name as name from information_schema.tables
    where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`.execute(db);
  const contents = tables.rows.map(({ schema, name }) =>
    sql<{ text: string }>`select t::text as text from ${sql.table(`${schema}.${name}`)} as t`.execute(db),
  );
  return (await Promise.all(contents)).flatMap(({ rows }) => rows.map(({ text }) => text));
}
