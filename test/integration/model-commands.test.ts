import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { publishModel } from '../../src/store/models.ts';
import { type Ended, scorewireHere } from '../support/command.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

let database: FreshDatabase;
let folder: string;
let file: string;
beforeAll(async () => {
  database = await freshDatabase();
  folder = await mkdtemp(path.join(tmpdir(), 'scorewire-published-'));
  file = path.join(folder, 'acme.yaml');
  for (const [version, points] of [
    [1, 36],
    [2, 37],
  ] as const) {
    await publishModel(database.db, { name: 'acme', version, yaml: await acme(version, points) });
  }
  await writeFile(file, await acme(3, 38));
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

const run = (...args: readonly string[]): Promise<Ended> =>
  scorewireHere(['model', ...args], { DATABASE_URL: database.url, DATA_DIR: folder, MODELS_DIR: folder });

/** A model of our own, with so many points for a demo request. */
async function acme(version: number, points: number): Promise<string> {
  const template = await readFile('config/models/saas.yaml', 'utf8');
  const text = template.replace('name: saas', 'name: acme').replace('version: 1', `version: ${version}`);
  return text.replace('points: 35', `points: ${points}`);
}

it.each<[string, RegExp, number]>([
  ['acme', /^acme v2 \(published\)\n/, 37],
  ['acme@1', /^acme v1 \(published\)\n/, 36],
  ['saas', /^saas v1 \(\S+config\/models\/saas\.yaml\)\n/, 35],
])('model show %s: published, by version if asked, and else from its file', async (name, title, points) => {
  const { stdout } = await run('show', name);

  expect(stdout).toMatch(title);
  expect(stdout).toMatch(new RegExp(`│ demo-request +│[^│]+│[^│]+│ \\+${points} `));
  expect(stdout).toMatch(/│ unsubscribe +│/);
});

it.each<[string, () => string, string]>([
  ['acme@1', () => 'acme', 'rule demo-request: points +36 → +37\n'],
  ['acme', () => file, 'rule demo-request: points +37 → +38\n'],
])('model diff %s compares what is published with another version and with a file', async (before, after, lines) => {
  const { stdout } = await run('diff', before, after());

  expect(stdout).toMatch(/^acme v\d \(published\) → acme v\d \(.+\)\n/);
  expect(stdout.slice(stdout.indexOf('\n') + 1)).toBe(lines);
});

it('model list names what is published and what can be', async () => {
  const { stdout } = await run('list');

  expect(stdout).toMatch(/│ acme +│ v2 +│ yes +│/);
  expect(stdout).toMatch(/│ journey +│ no +│ yes +│/);
  expect(JSON.parse((await run('list', '--json')).stdout)).toContainEqual({ name: 'acme', version: 2, hasFile: true });
});

it('model show --json says where the model was found', async () => {
  expect(JSON.parse((await run('show', 'acme', '--json')).stdout)).toMatchObject({ version: 2, source: 'published' });
});

it.each([
  [['show', 'acmee'], /^MODEL_UNKNOWN: There is no model acmee; did you mean acme\?/],
  [['show', 'acme@9'], /^MODEL_UNKNOWN: There is no version 9 of acme; published: 2, 1\./],
  [['diff', 'acme', 'globex@1'], /^MODEL_UNKNOWN: There is no version 1 of globex; published: none\./],
])('model %j ends with 2 and says what there is', async (args, fault) => {
  const { stderr, stdout, exitCode } = await run(...args);

  expect(stderr).toMatch(fault);
  expect([exitCode, stdout]).toEqual([2, '']);
});
