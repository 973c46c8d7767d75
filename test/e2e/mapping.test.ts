import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StreamCount } from '../../src/domain/certificate.ts';
import type { Crm, LeadObject } from '../../src/domain/crm.ts';
import { publish } from '../../src/find-model.ts';
import { type Ended, scorewireHere } from '../support/command.ts';
import { makeField } from '../support/crm-admin.ts';
import { openProduct, type Product } from '../support/product.ts';

const PEOPLE = 120;
const OBJECTS: Readonly<Record<Crm, readonly LeadObject[]>> = { hubspot: ['contact'], salesforce: ['lead', 'contact'] };

describe.each<Crm>(['hubspot', 'salesforce'])('a new mapping of %s', (crm) => {
  let product: Product;
  let folder: string;
  /** The CRM's names of the fields that its admin has made. */
  const fields: Record<string, string> = {};
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'scorewire-mapping-'));
    product = await openProduct({ crms: [crm], sandbox: { leads: PEOPLE }, env: { MODELS_DIR: folder } });
    const { sandbox } = product;
    for (const object of OBJECTS[crm]) {
      fields.seats = await makeField(sandbox, crm, object, { name: 'seats', kind: 'text' });
      fields.rating = await makeField(sandbox, crm, object, {
        name: 'our_rating',
        kind: 'choice',
        options: ['Hot', 'Warm'],
      });
    }
    for (const n of [1, 2, 3]) edit(n, { [fields.seats!]: `${n},5` });
    edit(4, { [fields.seats!]: 'a few' });
    await writeFile(path.join(folder, 'seats.yaml'), SEATS_MODEL);
    expect(await product.sync(crm)).toMatchObject({ state: 'done', writes: { written: PEOPLE } });
  });
  afterAll(async () => {
    await product.close();
    await rm(folder, { recursive: true, force: true });
  });

  const edit = (n: number, values: Readonly<Record<string, string | null>>) =>
    product.sandbox.editLead(crm, product.sandbox.twin(crm).leadId(n), values, 'an admin');
  const run = (...args: string[]): Promise<Ended> => scorewireHere(args, product.env);
  const remap = async (lines: readonly string[], ...options: string[]) =>
    run('connections', 'remap', crm, '--mapping', await mappingWith(lines), ...options);
  const sync = () => product.sync(crm);
  /** Lets the records of earlier runs leave the overlap of two windows, in which they come again. */
  const syncLater = async () => {
    product.sandbox.clock.advance(20 * 60_000);
    const certificate = await sync();
    expect(certificate).toMatchObject({ state: 'done' });
    return certificate;
  };

  /** The mapping that comes along, with further lines on each object of leads. */
  async function mappingWith(lines: readonly string[]): Promise<string> {
    const text = await readFile(`config/mappings/${crm}.yaml`, 'utf8');
    const file = path.join(folder, 'mapping.yaml');
    const more = lines.map((line) => `      ${line}\n`).join('');
    await writeFile(
      file,
      text.replaceAll(/^ {4}attributes:\n/gm, (found) => `${found}${more}`),
    );
    return file;
  }
  const crmValue = (n: number, field: string) =>
    product.sandbox.state(crm).leads.find(({ crmId }) => crmId === product.sandbox.twin(crm).leadId(n))?.values[field];

  it('is refused with a line for each fault, and nothing changes', async () => {
    const before = await product.app.db.selectFrom('connections').select(['mapping_version', 'mapping_text']).execute();
    const ended = await remap([
      `rating: { field: ${fields.rating}, direction: write, from: score.band, map: { Hot: hot, Wram: warm } }`,
      `seats: { field: ${fields.seats}, type: number }`,
      'colour: favourite_colour',
    ]);

    const object = OBJECTS[crm][0];
    expect(ended.exitCode).toBe(1);
    expect(ended.stderr).toMatch(
      new RegExp(
        `^CRM_FIELD_OPTION: leads\\.${object}\\.attributes\\.rating → ${fields.rating}: .*"Wram"; did you mean Warm\\?`,
        'm',
      ),
    );
    expect(ended.stderr).toMatch(
      new RegExp(`^CRM_FIELD_TYPE: leads\\.${object}\\.attributes\\.seats → .*need decimal`, 'm'),
    );
    expect(ended.stderr).toMatch(/^CRM_FIELD_MISSING: leads\..*\.colour → favourite_colour: /m);
    expect(ended.stderr).toContain(`${crm} keeps the mapping it has`);
    expect(
      await product.app.db.selectFrom('connections').select(['mapping_version', 'mapping_text']).execute(),
    ).toEqual(before);
  });

  it('says in a dry run what the next run will read, and changes nothing', async () => {
    const ended = await remap([seatsLine()], '--dry-run');

    expect(ended.exitCode).toBe(0);
    expect(ended.stdout).toMatch(new RegExp(`seats.*${fields.seats}.*read anew.*\\d`));
    expect(ended.stderr).toMatch(/keeps the mapping it has, this was a dry run; the next run .* about \d+ API calls/);
    expect((await sync()).writes.planned).toBe(0);
  });

  it('reads the new field for the leads it knows, scores those that it changes, and pulls nothing again (T29)', async () => {
    await publish(product.app, 'seats');
    await syncLater(); // every lead is scored by it, still without the field
    const quiet = await syncLater();
    const remapped = await remap([seatsLine()]);
    const account = await sync();
    const second = await sync();

    expect(remapped.exitCode).toBe(0);
    const sumOf = (prefix: string, of: (stream: StreamCount) => number) =>
      OBJECTS[crm].reduce((sum, object) => sum + of(account.streams[`${prefix}${object}s`]!), 0);
    expect(account).toMatchObject({ state: 'done', unaccounted: 0 });
    expect(sumOf('backfill:', ({ pulled }) => pulled)).toBe(await aliveLeads());
    expect(sumOf('backfill:', ({ scored }) => scored)).toBe(3);
    expect(sumOf('backfill:', ({ unconverted }) => unconverted?.seats ?? 0)).toBe(1);
    expect(sumOf('', ({ pulled }) => pulled)).toBe(0);
    expect(account.streams.review).toEqual({ pulled: 3, scored: 3, excluded: {} });
    expect(account.writes).toMatchObject({ planned: 3, written: 3 });
    expect(account.apiCalls - quiet.apiCalls).toBeLessThan(12); // two reads, then a write, a task and what they take
    expect(Object.keys(second.streams).filter((stream) => stream.startsWith('backfill:'))).toEqual([]);
    expect(second.writes.planned).toBe(0);
    backfillRun = account.run;
  });

  it('shows a person which values do not convert, by name and never by value (T37, T38)', async () => {
    const { stdout } = await run('certificate', backfillRun);

    expect(stdout).toMatch(/backfill:\w+s: seats\W+does not convert\W+1\b/);
    expect(stdout).not.toContain('a few');
  });

  it("writes what it says with the score, in the CRM's own words, and only once", async () => {
    const field = crm === 'hubspot' ? 'seat_points' : 'Seat_Points__c';
    const absent = await remap([
      seatsLine(),
      `rating: { field: ${fields.rating}, direction: write, from: score.band, map: { Hot: hot, Warm: warm } }`,
      `score.dimension.fit: { field: ${field}, direction: write }`,
    ]);
    const refused = await sync();
    await run('provision', crm);
    const first = await sync();
    const second = await sync();

    expect(absent.stderr).toMatch(/fields to write are not in the CRM yet: provision \w+ creates them/);
    expect(refused.stopped).toMatchObject({
      code: 'CRM_FIELD_MISSING',
      reason: expect.stringMatching(new RegExp(`${field}: .*\`provision\` creates it`)),
    });
    expect(first).toMatchObject({ state: 'done', unaccounted: 0, writes: { rejected: {} } });
    expect(first.writes.unwritable).toEqual({ 'attributes.rating': expect.any(Number) }); // cold has no value there
    expect(Number(crmValue(2, field))).toBe(50);
    expect(crmValue(2, fields.rating!)).toBe('Hot');
    expect(crmValue(9, fields.rating!) ?? '').toBe('');
    expect(second.writes.planned).toBe(0);
  });

  it('drops at once what it maps no more', async () => {
    const before = await holders('seats');
    const ended = await remap([]);
    const after = await holders('seats');
    await sync();

    expect(before).toBeGreaterThan(PEOPLE / 2);
    expect(ended.stdout).toMatch(/seats.*dropped/);
    expect([after, await holders('seats')]).toEqual([0, 0]);
  });

  let backfillRun = '';
  const seatsLine = () => `seats: { field: ${fields.seats}, type: number, decimal: "," }`;
  const rows = () =>
    product.app.db.selectFrom('leads').select(['attributes', 'is_deleted', 'merged_into', 'input_hash']).execute();
  const holders = async (name: string) => (await rows()).filter(({ attributes }) => name in attributes).length;
  const aliveLeads = async () =>
    (await rows()).filter((row) => !row.is_deleted && row.merged_into === null && row.input_hash !== '').length;
});

/** Hot by the number of seats alone. */
const SEATS_MODEL = `
name: seats
version: 1
object: lead
priority: 10
dimensions: { fit: { min: 0, max: 50 }, engagement: { min: 0, max: 50 } }
bands: [{ name: hot, from: 40 }, { name: cold, from: 0 }]
rules: [{ id: seats, dimension: fit, label: Seats, when: { attribute: seats, gt: 0 }, points: 50 }]
`;
