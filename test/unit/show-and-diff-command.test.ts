import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { scorewire, scorewireHere } from '../support/command.ts';

const TEMPLATE = path.join(import.meta.dirname, '..', '..', 'config', 'models', 'b2b-default.yaml');
const folder = mkdtempSync(path.join(tmpdir(), 'scorewire-diff-'));
afterAll(() => rmSync(folder, { recursive: true }));

function written(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}
const edited = written(
  'edited.yaml',
  readFileSync(TEMPLATE, 'utf8')
    .replace('version: 1', 'version: 2')
    .replace('points: 40', 'points: 50')
    .replace('name: hot, from: 80', 'name: hot, from: 70')
    .replace('fit: { min: -50, max: 60 }', 'fit: { min: -50, max: 55 }')
    .replace('- id: email-reply', '- id: email-answer'),
);
const company = written(
  'company.yaml',
  'name: accounts\nversion: 1\nobject: company\ndimensions: { fit: { min: 0, max: 9 } }\nbands: [{ name: hot, from: 0 }]\nrules: []\n',
);
const lead = (id: string, type: string) =>
  JSON.stringify({
    lead: { id, createdAt: '2026-06-01', attributes: { jobTitle: 'Marketing Director' } },
    engagements: [{ id: 'e', type, occurredAt: '2026-06-15' }],
  });
const asOf = ['--as-of', '2026-06-15'];

describe('model show', () => {
  it('prints header, dimensions, bands and each rule with its points, those of templates too', async () => {
    const { stdout, stderr, exitCode } = await scorewireHere(['model', 'show', TEMPLATE]);

    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(new RegExp(`^b2b-default v1 \\(${TEMPLATE}\\)\n`));
    expect(stdout).toMatch(/│ applies to +│ all +│/);
    expect(stdout).toMatch(/│ engagement │ -50 to 100 │ 30 days +│ 1 from 60, 2 from 40, 3 from 20, 4 from -50 │/);
    expect(stdout).toMatch(/│ hot +│ +80 │/);
    expect(stdout).toMatch(
      /│ demo-request +│ engagement │ Demo request +│ \+40 +│ each demo_request +│ limit 1 in 7 days, at most \+80 +│/,
    );
    expect(stdout).toMatch(
      /│ unsubscribe +│ engagement │ Unsubscribed from e-mail +│ −10 +│ each email_unsubscribe +│/,
    );
  });

  it('prints one JSON document if asked', async () => {
    const { stdout } = await scorewireHere(['model', 'show', TEMPLATE, '--json']);
    const model = JSON.parse(stdout) as { rules: readonly { id: string; points: number }[] };

    expect(model).toMatchObject({ name: 'b2b-default', version: 1, source: TEMPLATE, hysteresis: 5 });
    expect(model.rules).toHaveLength(17);
    expect(model.rules).toContainEqual(expect.objectContaining({ id: 'unsubscribe', points: -10 }));
  });

  it('ends with 2 and the place where the file is faulty', async () => {
    const { stderr, exitCode } = await scorewireHere(['model', 'show', written('torn.yaml', 'name: [\n')]);

    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^MODEL_INVALID: \S+torn\.yaml:\d+:\d+: found malformed YAML/);
  });
});

describe('model diff', () => {
  it('lists what differs in plain words, and nothing of what is the same', async () => {
    const { stdout, exitCode } = await scorewireHere(['model', 'diff', TEMPLATE, edited]);

    expect(exitCode).toBe(0);
    expect(stdout.trimEnd().split('\n')).toEqual([
      `b2b-default v1 (${TEMPLATE}) → b2b-default v2 (${edited})`,
      'dimension fit: points -50 to 60 → -50 to 55',
      'band hot: from 80 → 70',
      'rule demo-request: points +40 → +50',
      'rule email-reply is gone: label Answered an e-mail, dimension engagement, points +10, when each email_reply, at most +20',
      'rule email-answer is new: label Answered an e-mail, dimension engagement, points +10, when each email_reply, at most +20',
    ]);
    expect((await scorewireHere(['model', 'diff', TEMPLATE, TEMPLATE])).stdout).toContain('\nnothing differs');
  });

  it('names the leads that would move, from where to where and why', async () => {
    const input = [lead('a', 'demo_request'), lead('b', 'page_view'), lead('c', 'demo_request')].join('\n');
    const { stdout } = await scorewireHere(['model', 'diff', TEMPLATE, edited, '--input', '-', ...asOf], {}, [input]);

    expect(stdout).toContain('\n2 of 3 leads change\n');
    expect(stdout).toMatch(/│ hot +│ +0 │ +2 │\n/);
    expect(stdout).toMatch(/│ warm +│ +2 │ +0 │\n/);
    expect(stdout).toContain('\nwarm → hot: 2\n');
    expect(stdout).toContain('\na: 60 warm → 70 hot\n  +10 Demo request (+40 → +50)\nc: 60 warm → 70 hot\n');
  });

  it('prints one JSON document of both if asked', async () => {
    const args = ['model', 'diff', TEMPLATE, edited, '--input', '-', '--json', ...asOf];
    const { stdout } = await scorewireHere(args, {}, [lead('a', 'demo_request')]);

    expect(JSON.parse(stdout)).toEqual({
      before: { name: 'b2b-default', version: 1, source: TEMPLATE },
      after: { name: 'b2b-default', version: 2, source: edited },
      changes: expect.arrayContaining([
        { what: 'rule', name: 'demo-request', before: { points: '+40' }, after: { points: '+50' } },
      ]),
      preview: {
        leads: 1,
        changed: 1,
        changes: [
          {
            id: 'a',
            before: { score: 60, band: 'warm' },
            after: { score: 70, band: 'hot' },
            why: [
              { rule: 'demo-request', label: 'Demo request', dimension: 'engagement', beforeCp: 4000, afterCp: 5000 },
            ],
          },
        ],
        bandsBefore: { hot: 0, warm: 1, cold: 0 },
        bandsAfter: { hot: 1, warm: 0, cold: 0 },
        moves: [{ before: 'warm', after: 'hot', leads: 1 }],
      },
    });
    expect(JSON.parse((await scorewireHere(['model', 'diff', TEMPLATE, edited, '--json'])).stdout)).not.toHaveProperty(
      'preview',
    );
  });

  it('previews forty thousand leads in a heap that could not hold their changes, and names ten', {
    timeout: 120_000,
  }, async () => {
    const leads = (function* () {
      for (let n = 0; n < 40_000; n += 1) yield `${lead(`lead ${n}`, 'demo_request')}\n`;
    })();
    const args = ['model', 'diff', TEMPLATE, edited, '--input', '-', ...asOf];
    const { stdout, exitCode } = await scorewire(args, { NODE_OPTIONS: '--max-old-space-size=24' }, leads);

    expect(exitCode).toBe(0);
    expect(stdout).toContain('\n40,000 of 40,000 leads change\n');
    expect(stdout).toContain('lead 9: ');
    expect(stdout).not.toContain('lead 10: ');
    expect(stdout).toMatch(/\nand 39,990 more\n$/);
  });

  it.each<[readonly string[], RegExp]>([
    [[TEMPLATE], /^error: missing required argument 'after'/],
    [[TEMPLATE, company, '--input', '-'], /^USAGE: One of the models scores leads and the other companies\./],
    [[TEMPLATE, edited, '--as-of', 'soon'], /^error: option '--as-of <instant>' argument 'soon' is invalid/],
    [
      [TEMPLATE, edited, '--input', '/none.ndjson'],
      /^INPUT_INVALID: \/none\.ndjson: found no readable file \(ENOENT\)/,
    ],
    [[TEMPLATE, '/none.yaml'], /^MODEL_INVALID: \/none\.yaml:1:1: found no readable file/],
  ])('ends with 2 for %j', async (args, fault) => {
    const { stderr, stdout, exitCode } = await scorewireHere(['model', 'diff', ...args]);

    expect(stderr).toMatch(fault);
    expect([exitCode, stdout]).toEqual([2, '']);
  });
});
