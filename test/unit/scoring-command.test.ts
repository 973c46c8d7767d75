import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import { linesOf } from '../../src/cli/lines.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const MODEL = path.join(ROOT, 'config', 'models', 'b2b-default.yaml');
const folder = mkdtempSync(path.join(tmpdir(), 'scorewire-score-'));
const runner = path.join(folder, 'run.mjs');
writeFileSync(
  runner,
  `import { Command } from '${ROOT}/node_modules/commander/index.js';
   import { modelCommand } from '${ROOT}/src/cli/model.ts';
   import { scoreCommand } from '${ROOT}/src/cli/score.ts';
   import { ERRORS } from '${ROOT}/src/errors.ts';
   try {
     await new Command().addCommand(scoreCommand()).addCommand(modelCommand()).parseAsync();
   } catch (error) {
     process.stderr.write(error.message);
     process.exitCode = ERRORS[error.code].exit;
   }`,
);
afterAll(() => rmSync(folder, { recursive: true }));

async function run(args: readonly string[], input: Iterable<string> = [], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [runner, ...args], { env: { ...process.env, ...env } });
  const answers = Promise.all([text(child.stdout), text(child.stderr)]);
  const ended = new Promise<number | null>((resolve) => void child.on('close', resolve));
  let hasEnded = false;
  void ended.then(() => {
    hasEnded = true;
  });
  child.stdin.on('error', () => undefined); // a command may end before it has read everything
  for (const chunk of input) {
    if (hasEnded) break;
    if (!child.stdin.write(chunk)) await Promise.race([ended, once(child.stdin, 'drain').catch(() => undefined)]);
  }
  child.stdin.end();
  const [stdout, stderr] = await answers;
  return { stdout, stderr, exit: await ended };
}

const score = (lines: readonly string[], ...more: readonly string[]) =>
  run(['score', '--model', MODEL, '--input', '-', '--as-of', '2026-06-15', ...more], [lines.join('\n')]);
const line = (id: string, rest: object = {}) =>
  JSON.stringify({
    lead: { id, createdAt: '2026-06-01', attributes: { jobTitle: 'Marketing Director' }, consent: { email: true } },
    engagements: [{ id: 'e1', type: 'demo_request', occurredAt: '2026-05-16T00:00:00+0000', properties: {} }],
    ...rest,
  });

describe('score', () => {
  it('answers each line in order with exactly the promised keys', async () => {
    const { stdout, exit } = await score([line('b'), line('a', { previousBand: 'hot' }), ''], '--ledger');
    const answers = stdout
      .trim()
      .split('\n')
      .map((answer) => JSON.parse(answer) as Record<string, unknown>);

    expect(exit).toBe(0);
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

    expect(JSON.parse(stdout)).toMatchObject({ text: 'Marketing director +20 · Demo request +20' });
    expect(JSON.parse(stdout)).not.toHaveProperty('ledger');
  });

  it('ends with 2 at an invalid line, naming it and no value; the answers before it stay', async () => {
    const wrong = '{"lead":{"id":"c","createdAt":"Anna Secret","attributes":{}}}';
    const { stdout, stderr, exit } = await score([line('a'), '', wrong, line('d')]);

    expect(exit).toBe(2);
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
    expect(await score([wrong])).toMatchObject({ exit: 2, stdout: '' });
  });

  it('ends with 2 for a file that is not there and an instant that is none', async () => {
    expect(await run(['score', '--model', MODEL, '--input', path.join(folder, 'none')])).toMatchObject({ exit: 2 });
    expect(await run(['score', '--model', path.join(folder, 'none.yaml'), '--input', '-'])).toMatchObject({ exit: 2 });
    expect(await score([line('a')], '--as-of', '2026-02-30')).toMatchObject({ exit: 2 });
  });

  it('scores a hundred thousand lines in a heap that could not hold them', { timeout: 120_000 }, async () => {
    const lines = (function* () {
      for (let n = 0; n < 100_000; n += 1) yield `${line(`lead ${n}`)}\n`;
    })();
    const args = ['score', '--model', MODEL, '--input', '-', '--as-of', '2026-06-15'];
    const { stdout, exit } = await run(args, lines, { NODE_OPTIONS: '--max-old-space-size=40' });

    expect(exit).toBe(0);
    expect(stdout.split('\n')).toHaveLength(100_001);
  });
});

describe('model check', () => {
  it('prints the model with its warnings, as JSON if asked', async () => {
    const { stdout, exit } = await run(['model', 'check', MODEL, '--json']);

    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ name: 'b2b-default', version: 1, rules: 17, warnings: [] });
  });

  it('ends with 2 and one line a fault', async () => {
    const file = path.join(folder, 'bad.yaml');
    writeFileSync(file, 'name: bad\nversion: x\n');
    const { stderr, stdout, exit } = await run(['model', 'check', file]);

    expect([exit, stdout]).toEqual([2, '']);
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
