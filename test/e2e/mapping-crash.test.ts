import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { Crm } from '../../src/domain/crm.ts';
import { remapConnection } from '../../src/remap.ts';
import { syncThroughCrashes } from '../support/crash-points.ts';
import { makeField } from '../support/crm-admin.ts';
import { openProduct } from '../support/product.ts';

const PEOPLE = 60;
const HOUR_MS = 3_600_000;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

it.each<Crm>(['hubspot', 'salesforce'])(
  'reads a newly mapped field of %s to the end although the worker is killed while it does',
  { timeout: 240_000 },
  async (crm) => {
    const product = await openProduct({ crms: [crm], sandbox: { leads: PEOPLE }, env: { STALLED_AFTER_MS: '500' } });
    closing.push(() => product.close());
    const { sandbox, app } = product;
    const objects = crm === 'hubspot' ? (['contact'] as const) : (['lead', 'contact'] as const);
    for (const object of objects) await makeField(sandbox, crm, object, { name: 'seats', kind: 'number' });
    const field = crm === 'hubspot' ? 'seats' : 'seats__c';
    for (let n = 0; n < PEOPLE; n += 1)
      sandbox.editLead(crm, sandbox.twin(crm).leadId(n), { [field]: `${n}` }, 'an admin');
    await product.sync(crm);
    sandbox.clock.advance(HOUR_MS);
    await product.sync(crm); // what the first one wrote comes again, and not a third time
    await remapConnection(app, crm, { mappingFile: await mappingWith(crm, field), dryRun: false });

    // The two first reads by id of the run: killed before the one has any effect, and after the other.
    const { certificate, killedAt } = await syncThroughCrashes(product, crm, [
      { kind: 'read back', call: 1, moment: 'before' },
      { kind: 'read back', call: 1, moment: 'after' },
    ]);

    const rows = await app.db.selectFrom('leads').select(['attributes', 'is_deleted', 'merged_into']).execute();
    const alive = rows.filter(({ is_deleted, merged_into }) => !is_deleted && merged_into === null);
    expect(killedAt).toHaveLength(2);
    expect(certificate).toMatchObject({ state: 'done', unaccounted: 0 });
    expect(alive.map(({ attributes }) => attributes.seats).toSorted(byNumber)).toEqual(alive.map((_, n) => n));
    expect((await product.sync(crm)).writes.planned).toBe(0);
  },
);

const byNumber = (a: unknown, b: unknown): number => Number(a) - Number(b);

async function mappingWith(crm: Crm, field: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'scorewire-mapping-crash-'));
  closing.push(() => rm(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'mapping.yaml');
  const text = await readFile(`config/mappings/${crm}.yaml`, 'utf8');
  const line = `      seats: { field: ${field}, type: number }\n`;
  await writeFile(
    file,
    text.replaceAll(/^ {4}attributes:\n/gm, (found) => `${found}${line}`),
  );
  return file;
}
