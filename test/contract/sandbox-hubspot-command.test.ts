import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { aPortal } from './sandbox-hubspot-portal.ts';

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

/** Runs the command; `firstLines` resolves when it says that Ctrl-C ends it, or when it has ended. */
function run(...args: readonly string[]) {
  const child = spawn(process.execPath, ['sandbox/main.ts', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  let text = '';
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, text }));
  const announced = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        text += chunk;
        if (text.includes('Ctrl-C')) resolve(text);
      });
    }
    child.on('close', () => resolve(text));
  });
  return { child, ended, announced };
}

describe('npm run sandbox', () => {
  it('tells where both CRMs are and how to connect, and ends on SIGTERM', async () => {
    const { child, announced, ended } = run('--leads', '20', '--seed', '3');

    const text = await announced;
    const url = /hubspot +(http:\/\/127\.0\.0\.1:\d+)/.exec(text)?.[1];
    const answer = await fetch(`${url}/crm/objects/2026-09/contacts?limit=100`, {
      headers: { authorization: 'Bearer pat-sandbox' },
    });

    expect(text).toMatch(/HUBSPOT_TOKEN=pat-sandbox[\s\S]*salesforce +http:[\s\S]*people +20/);
    expect(((await answer.json()) as { results: unknown[] }).results).toHaveLength(20);
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
  });

  it.each([
    ['an unknown option', ['--nonsense']],
    ['a number that is none', ['--leads', 'many']],
    ['a CSV file that is not there', ['--data', '/nowhere.csv']],
    ['a fault file that is not there', ['--faults', '/nowhere.yaml']],
  ])('exits with 2 on %s', async (_what, args) => {
    expect((await run(...args).ended).code).toBe(2);
  });

  it('exits with 1 and names the port that is taken', async () => {
    const { sandbox } = await aPortal();
    const { port } = new URL(sandbox.hubspotUrl);

    const { code, text } = await run('--leads', '5', '--hubspot-port', port).ended;

    expect([code, text.includes(`Port ${port} is taken`)]).toEqual([1, true]);
  });

  it('explains itself with --help', async () => {
    const { code, text } = await run('--help').ended;

    expect([code, /--faults <file\.yaml>/.test(text)]).toEqual([0, true]);
  });
});
