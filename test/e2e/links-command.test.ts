import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { scorewireHere } from '../support/command.ts';
import { freshDatabase } from '../support/database.ts';
import { aConnection, aCrmLead, aRun, pulled } from '../support/sync-house.ts';

it('links connections, and lists, joins and splits records by their ids alone', { timeout: 240_000 }, async () => {
  await using database = await freshDatabase();
  const folder = await mkdtemp(path.join(tmpdir(), 'scorewire-links-'));
  const said = (args: readonly string[]) => scorewireHere(args, { DATABASE_URL: database.url, DATA_DIR: folder });
  for (const [name, crmIds] of Object.entries({ hub: ['h1', 'h2'], sales: ['s1', 's2'] })) {
    const run = await aRun(database.db, await aConnection(database.db, name));
    const leads = crmIds.map((crmId) => aCrmLead(crmId, { emails: [`ada${crmId.slice(1)}@acme.example`] }));
    await pulled(database.db, run, 'leads', leads);
    await database.db.updateTable('runs').set({ phase: 'done' }).execute();
  }
  await writeFile(path.join(folder, 'pairs.csv'), 'hub:h1,sales:s1\nhub:h2\n');

  const tried = await said(['connections', 'link', 'hub', 'sales', '--dry-run', '--json']);
  const linked = await said(['connections', 'link', 'hub', 'sales', '--tasks-in', 'hub']);
  const split = await said(['links', 'split', 'hub:h1', 'sales:s1']);
  const shown = await said(['links', 'show', 'hub:h2']);
  const listed = await said(['links', 'list', '--json']);
  const faulty = await said(['links', 'join', '--file', path.join(folder, 'pairs.csv')]);
  const joined = await said(['links', 'join', 'hub:h1', 'sales:s1']);
  const unlinked = await said(['connections', 'unlink', 'hub', 'sales']);
  await rm(folder, { recursive: true });

  expect(JSON.parse(tried.stdout)).toMatchObject({ matched: 2, tasksIn: 'hub' });
  expect(linked.stderr).toContain('hub and sales are linked: 2 people in both, 0 only in hub, 0 only in sales');
  expect(JSON.parse(listed.stdout)).toMatchObject([{ matched: 1, tasksIn: 'hub', unmatched: { hub: 1, sales: 1 } }]);
  expect(shown.stdout).toMatch(/hub:h2[\s\S]*sales:s2[\s\S]*matched by e-mail; tasks in hub/);
  expect(faulty).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/^INPUT_INVALID: .*line 2: expected two/),
  });
  expect([linked, split, joined, unlinked].map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0]);
  expect([tried, linked, split, shown, listed].map(({ stdout, stderr }) => stdout + stderr).join()).not.toContain('@');
});
