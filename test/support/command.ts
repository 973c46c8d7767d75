import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** How a command ended. */
export interface Ended {
  /** `null` if a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Settings = Readonly<Record<string, string>>;

const ROOT = path.join(import.meta.dirname, '..', '..');
const LIMIT_MS = 120_000;

/**
 * Runs `scorewire …` as a person does: a process of its own that knows nothing but these settings.
 *
 * @param input - Pieces of its standard input, taken as fast as it reads.
 */
export async function scorewire(
  args: readonly string[],
  settings: Settings = {},
  input: Iterable<string> = [],
): Promise<Ended> {
  return nodeProgram('src/main.ts', args, { settings, input });
}

/** Runs `npm run sandbox -- …` in the same way. */
export async function sandboxCommand(args: readonly string[]): Promise<Ended> {
  return nodeProgram('sandbox/main.ts', args, { settings: {}, input: [] });
}

interface Surroundings {
  readonly settings: Settings;
  readonly input: Iterable<string>;
}

async function nodeProgram(file: string, args: readonly string[], { settings, input }: Surroundings): Promise<Ended> {
  const child = spawn(process.execPath, [file, ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...settings },
    stdio: 'pipe',
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  const ended = Promise.withResolvers<number | null>();
  child.once('exit', ended.resolve);
  child.once('error', ended.reject);
  const answers = Promise.all([ended.promise, text(child.stdout), text(child.stderr)]);
  await feed(child.stdin, input, ended.promise);
  const [exitCode, stdout, stderr] = await answers;
  return { exitCode, stdout, stderr };
}

/** Writes as fast as the process reads; it may end before it has read everything. */
async function feed(stdin: Writable, input: Iterable<string>, ended: Promise<unknown>): Promise<void> {
  let hasEnded = false;
  void ended.then(() => {
    hasEnded = true;
  });
  stdin.on('error', () => undefined);
  for (const chunk of input) {
    if (hasEnded) break;
    if (!stdin.write(chunk)) await Promise.race([ended, once(stdin, 'drain').catch(() => undefined)]);
  }
  stdin.end();
}
