import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { linesOf } from '../../src/cli/lines.ts';
import { scorewire, scorewireHere } from '../support/command.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const MODEL = path.join(ROOT, 'config', 'models', 'b2b-default.yaml');
const folder = mkdtempSync(path.join(tmpdir(), 'scorewire-score-'));
afterAll(() => rmSync(folder, { recursive: true }));

const score = (lines: readonly string[], ...more: readonly string[]) =>
  scorewireHere(['score', '--model', MODEL, '--input', '-', '--as-of', '2026-06-15', ...more], {}, [lines.join('\n')]);
const line = (id: string, rest: object = {}) =>
  JSON.stringify({
    lead: { id, createdAt: '2026-06-01', attributes: { jobTitle: 'Marketing Director' }, consent: { email: true } },
    engagements: [{ id: 'e1', type: 'demo_request', occurredAt: '2026-05-16T00:00:00+0000', properties: {} }],
    ...rest,
  });

describe('score', () => {
  it('answers each line in order with exactly the promised keys', async () => {
    const { stdout, exitCode } = await score([line('b'), line('a', { previousBand: 'hot' }), ''], '--ledger');
    const answers = stdout
      .trim()
      .split('\n')
      .map((answer) => JSON.parse(answer) as Record<string, unknown>);

    expect(exitCode).toBe(0);
    expect(answers.map(({ id }) => id)).toEqual(['b', 'a']);
    expect(answers[0]).toEqual({
      id: 'b',
      score: 40,
      band: 'cold',
      grade: 'B3',
      dimensions: { fit: 2000, engagement: 2000 },
      nextReviewAt: expect.stringMatching(/^2026-06-\d\dT[\d:.]+Z$/),
      reasons: [
        { rule: 'marketing-director', label: 'Marketing director', dimension: 'fit', cp: 2000 },
        { rule: 'demo-request', label: 'Demo request', dimension: 'engagement', cp: 2000 },
      ],
      ledger: [
        { rule: 'marketing-director', label: 'Marketing director', dimension: 'fit', cp: 2000 },
        {
          rule: 'demo-request',
          label: 'Demo request',
          dimension: 'engagement',
          cp: 2000,
          engagement: 'e1',
          occurredAt: '2026-05-16T00:00:00.000Z',
          decay: 0.5,
        },
      ],
    });
  });

  it('leaves the ledger out unless it is asked for, and adds the reasons as text in a language', async () => {
    const { stdout } = await score([line('a')], '--lang', 'fr');

    expect(JSON.parse(stdout)).toMatchObject({ text: 'Directeur marketing +20 · Demande de démo +20' });
    expect(JSON.parse(stdout)).not.toHaveProperty('ledger');
  });

  it('ends with 2 at an invalid line, naming it and no value; the answers before it stay', async () => {
    const wrong = '{"lead":{"id":"c","createdAt":"Anna Secret","attributes":{}}}';
    const { stdout, stderr, exitCode } = await score([line('a'), '', wrong, line('d')]);

    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ id: 'a' });
    expect(stderr).toContain('-:3: lead.createdAt: expected an instant');
    expect(stderr).not.toContain('Secret');
  });

  it.each([
    '{"lead":',
    '[]',
    '{"lead":{"id":"a","attributes":{}}}',
    '{"lead":{"id":"a","createdAt":"2026-01-01","attributes":{"x":{}}}}',
  ])('refuses the line %s', async (wrong) => {
    expect(await score([wrong])).toMatchObject({ exitCode: 2, stdout: '' });
  });

  it('ends with 2 for a file that is not there and an instant that is none', async () => {
    expect(await scorewireHere(['score', '--model', MODEL, '--input', path.join(folder, 'none')])).toMatchObject({
      exitCode: 2,
    });
    expect(await scorewireHere(['score', '--model', path.join(folder, 'none.yaml'), '--input', '-'])).toMatchObject({
      exitCode: 2,
    });
    expect(await score([line('a')], '--as-of', '2026-02-30')).toMatchObject({ exitCode: 2 });
  });

  it('scores a hundred thousand lines in a heap that could not hold them', { timeout: 120_000 }, async () => {
    const lines = (function* () {
      for (let n = 0; n < 100_000; n += 1) yield `${line(`lead ${n}`)}\n`;
    })();
    const args = ['score', '--model', MODEL, '--input', '-', '--as-of', '2026-06-15'];
    const { stdout, exitCode } = await scorewire(args, { NODE_OPTIONS: '--max-old-space-size=40' }, lines);

    expect(exitCode).toBe(0);
    expect(stdout.split('\n')).toHaveLength(100_001);
  });
});

describe('score, with the model of a company,', () => {
  const accounts = (rollUp: string) => `name: accounts
version: 1
object: company
dimensions: { fit: { min: 0, max: 20 }, leads: { min: 0, max: 100 } }
bands: [{ name: hot, from: 60 }, { name: cold, from: 0 }]
${rollUp}
rules:
  - { id: size, dimension: fit, label: Size, when: { attribute: company.employees, gte: 500 }, points: 20 }
`;
  const scored = (rollUp: string, ...lines: readonly object[]) => {
    const file = path.join(folder, 'accounts.yaml');
    writeFileSync(file, accounts(rollUp));
    const args = ['score', '--model', file, '--input', '-', '--as-of', '2026-06-15', '--ledger'];
    return scorewireHere(args, {}, [lines.map((one) => JSON.stringify(one)).join('\n')]);
  };
  const company = { lead: { id: 'acme', createdAt: '2026-01-01', attributes: { 'company.employees': 900 } } };
  const leads = [
    { id: 'l1', score: 50, lastEngagedAt: '2026-05-16' },
    { id: 'l2', score: 30, lastEngagedAt: null },
    { id: 'l3', score: 20 },
  ];

  it('adds up the leads of the line as the model says', async () => {
    const { stdout, stderr, exitCode } = await scored(
      'rollUp: { dimension: leads, by: decayed }',
      { ...company, leads },
      company,
    );
    const [first, second] = stdout
      .trim()
      .split('\n')
      .map((answer) => JSON.parse(answer) as object);

    expect([exitCode, stderr]).toEqual([0, '']);
    expect(first).toMatchObject({ id: 'acme', score: 45, band: 'cold', dimensions: { fit: 2000, leads: 2500 } });
    expect(first).toMatchObject({
      ledger: [{ rule: 'size' }, { rule: 'roll-up', lead: 'l1', cp: 2500, decay: 0.5 }],
    });
    expect(second).toMatchObject({ score: 20 });
    // 25 points of the lead who was engaged 30 days ago: at 22.495 the score rounds to 42, three points less.
    const fadesAtMs = Date.parse('2026-05-16') + 30 * 86_400_000 * Math.log2(5000 / 2249.5);
    expect(Math.abs(Date.parse((first as { nextReviewAt: string }).nextReviewAt) - fadesAtMs)).toBeLessThan(60_000);
    expect(second).toMatchObject({ nextReviewAt: null });
  });

  it('goes by its rules alone without a roll-up, and then says when to look again', async () => {
    const { stdout } = await scored('', { ...company, leads });

    expect(JSON.parse(stdout)).toMatchObject({ score: 20, nextReviewAt: null });
  });

  it.each([
    [{ ...company, leads: {} }, '-:1: leads: '],
    [{ ...company, leads: [{ id: 'l1' }] }, '-:1: leads.0.score: '],
    [{ ...company, leads: [{ id: 'l1', score: 1.5 }] }, '-:1: leads.0.score: '],
    [
      { ...company, leads: [{ id: 'l1', score: 1, lastEngagedAt: 'today' }] },
      '-:1: leads.0.lastEngagedAt: expected an',
    ],
    [{ ...company, leads: [leads[0], leads[0]] }, '-:1: leads: expected each lead once'],
  ])('refuses the line %j', async (wrong, fault) => {
    const { stderr, stdout, exitCode } = await scored('rollUp: { dimension: leads, by: max }', wrong);

    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`INPUT_INVALID: ${fault}`);
  });

  it('is told from that of a lead, which has no leads', async () => {
    const { stderr, stdout, exitCode } = await score([line('a'), line('b', { leads })]);

    expect(stdout.split('\n')).toHaveLength(2);
    expect(stderr).toContain('-:2: leads: found a list, expected none, since b2b-default scores leads');
    expect(exitCode).toBe(2);
  });
});

describe('model check', () => {
  it('prints the model with its warnings, as JSON if asked', async () => {
    const { stdout, exitCode } = await scorewireHere(['model', 'check', MODEL, '--json']);

    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ name: 'b2b-default', version: 1, rules: 17, warnings: [] });
  });

  it('ends with 2 and one line a fault', async () => {
    const file = path.join(folder, 'bad.yaml');
    writeFileSync(file, 'name: bad\nversion: x\n');
    const { stderr, stdout, exitCode } = await scorewireHere(['model', 'check', file]);

    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`${file}:2:10: found version: "x", expected a number`);
  });
});

describe('linesOf', () => {
  it('splits at line feeds alone, wherever the chunks end', async () => {
    const bytes = new TextEncoder().encode('\ufeff{"a":"é\u2028ü"}\n\n{"b":1}');
    const chunks = (async function* () {
      for (const byte of bytes) yield Uint8Array.of(byte);
    })();

    expect(await Array.fromAsync(linesOf(chunks))).toEqual(['{"a":"é\u2028ü"}', '', '{"b":1}']);
  });
});
