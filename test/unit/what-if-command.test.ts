import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { scorewireHere } from '../support/command.ts';

const TEMPLATE = path.join(import.meta.dirname, '..', '..', 'config', 'models', 'b2b-default.yaml');
const folder = mkdtempSync(path.join(tmpdir(), 'scorewire-what-if-'));
afterAll(() => rmSync(folder, { recursive: true }));
function written(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}
const edited = written('edited.yaml', readFileSync(TEMPLATE, 'utf8').replace('points: 40', 'points: 50'));
const accounts = `name: accounts
version: 1
object: company
dimensions: { fit: { min: 0, max: 20 }, leads: { min: 0, max: 100 } }
bands: [{ name: hot, from: 60 }, { name: cold, from: 0 }]
rollUp: { dimension: leads, by: max }
rules:
  - { id: visit, dimension: fit, label: Visit, on: { type: page_view }, points: 20 }
`;

const line = (id: string, rest: object = {}) =>
  JSON.stringify({
    lead: { id, createdAt: '2026-06-01', attributes: { jobTitle: 'Marketing Director' } },
    engagements: [{ id: 'e', type: 'demo_request', occurredAt: '2026-06-15' }],
    ...rest,
  });
const ask = (lines: readonly string[], ...more: readonly string[]) =>
  scorewireHere(['what-if', '--model', TEMPLATE, '--input', '-', '--as-of', '2026-06-15', ...more], {}, [
    lines.join('\n'),
  ]);

describe('what-if', () => {
  it('says of each lead what an edit changes, what changed since, and what would make it hot', async () => {
    const questions = ['--edit', edited, '--since', '2026-06-14', '--band', 'hot'];
    const { stdout, exitCode } = await ask([line('a'), '', line('b', { engagements: [] })], ...questions);

    expect(exitCode).toBe(0);
    expect(stdout.trimEnd().split('\n')).toEqual([
      'a: 60 warm',
      ' with the edit: 70 warm',
      '  +10 Demo request (+40 → +50)',
      ' before: 20 cold',
      '  +40 Demo request (0 → +40)',
      ' to be hot (80): meeting_held',
      'b: 20 cold',
      ' with the edit: 20 cold',
      ' before: 20 cold',
      ' to be hot (80): demo_request, then meeting_held',
    ]);
  });

  it('answers one JSON document a line, with what was asked only', async () => {
    const { stdout } = await ask([line('a'), line('b')], '--band', 'hot', '--json');
    const [first, second] = stdout
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text) as object);

    expect(first).toEqual({
      id: 'a',
      score: 60,
      band: 'warm',
      steps: {
        band: 'hot',
        score: 80,
        engagements: [
          { id: 'what-if-1', type: 'meeting_held', occurredAt: '2026-06-15T00:00:00.000Z', properties: {} },
        ],
      },
    });
    expect(second).toMatchObject({ id: 'b' });
    expect(JSON.parse((await ask([line('a')], '--since', '2026-06-14', '--json')).stdout)).toEqual({
      id: 'a',
      score: 60,
      band: 'warm',
      since: {
        before: { score: 20, band: 'cold' },
        after: { score: 60, band: 'warm' },
        why: [{ rule: 'demo-request', label: 'Demo request', dimension: 'engagement', beforeCp: 0, afterCp: 4000 }],
      },
    });
    expect(JSON.parse((await ask([line('a')], '--edit', edited, '--json')).stdout)).toMatchObject({
      edit: { before: { score: 60 }, after: { score: 70 }, why: [{ afterCp: 5000 }] },
    });
  });

  it('says so where the lead is there already, and where four engagements are not enough', async () => {
    const hopeless = line('h', { lead: { id: 'h', createdAt: '2026-06-01', attributes: { jobTitle: 'Student' } } });
    const small = written(
      'small.yaml',
      readFileSync(TEMPLATE, 'utf8')
        .replaceAll(/points: \d+/g, 'points: 1')
        .replaceAll(/maxPoints: \d+/g, 'maxPoints: 90'),
    );

    expect((await ask([line('a')], '--band', 'cold')).stdout).toContain('\n is cold or better\n');
    expect((await ask([hopeless], '--model', small, '--band', 'hot')).stdout).toContain(
      '\n four engagements are not enough\n',
    );
    expect(JSON.parse((await ask([hopeless], '--model', small, '--band', 'hot', '--json')).stdout)).toMatchObject({
      steps: null,
    });
  });

  it('asks what would bring a company into a band, with the scores of its leads', async () => {
    const company = line('c', { engagements: [], leads: [{ id: 'l', score: 45 }] });
    const { stdout } = await ask([company], '--model', written('accounts.yaml', accounts), '--band', 'hot');

    expect(stdout).toBe('c: 45 cold\n to be hot (65): page_view\n');
  });

  it.each<[readonly string[], RegExp]>([
    [[], /^USAGE: Ask at least one of --edit, --since and --band\./],
    [['--band', 'tepid'], /^USAGE: --band: expected one of hot, warm, cold\./],
    [['--since', '2026-06-16'], /^USAGE: --since: expected an instant before that of --as-of\./],
    [['--since', '2026-02-30'], /^error: option '--since <instant>' argument '2026-02-30' is invalid/],
    [['--edit', written('company.yaml', accounts)], /^USAGE: --edit: expected a model of the same object\./],
    [['--edit', '/none.yaml'], /^MODEL_INVALID: \/none\.yaml:1:1: found no readable file/],
  ])('ends with 2 for %j', async (questions, fault) => {
    const { stdout, stderr, exitCode } = await ask([line('a')], ...questions);

    expect(stderr).toMatch(fault);
    expect([exitCode, stdout]).toEqual([2, '']);
  });

  it('ends with 2 at a faulty line, naming it; the answers before it stay', async () => {
    const { stdout, stderr, exitCode } = await ask([line('a'), '{'], '--band', 'cold');

    expect(stdout).toMatch(/^a: 60 warm\n/);
    expect(stderr).toMatch(/^INPUT_INVALID: -:2: found no JSON/);
    expect(exitCode).toBe(2);
  });
});
