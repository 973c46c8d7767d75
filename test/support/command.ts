import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { runCommand } from '../../src/run-command.ts';

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

/**
 * Runs `scorewire …` within this process, one after the other: nearly all of a short command's time is Node's start. For
 * all that does not depend on the process: signals, memory, and what else it writes besides (the log goes to stderr).
 */
export async function scorewireHere(
  args: readonly string[],
  settings: Settings = {},
  input: Iterable<string> = [],
): Promise<Ended> {
  const { stdin, exitCode } = process;
  const [stdout, stderr] = [heard(process.stdout), heard(process.stderr)];
  setStdin(Readable.from(input));
  process.exitCode = undefined;
  try {
    await runCommand(args, settings);
    return { exitCode: Number(process.exitCode ?? 0), stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    for (const stream of [stdout, stderr]) stream.giveBack();
    setStdin(stdin);
    process.exitCode = exitCode;
  }
}

/** Keeps what is written to a stream from now on, instead of writing it. */
function heard(stream: NodeJS.WriteStream): { text(): string; giveBack(): void } {
  const { write } = stream;
  const chunks: Buffer[] = [];
  stream.write = (chunk: string | Uint8Array, ...more: unknown[]) => {
    chunks.push(Buffer.from(chunk as string)); // text or bytes, both of which it takes
    const done = more.at(-1);
    if (typeof done === 'function') done();
    return true;
  };
  return {
    text: () => Buffer.concat(chunks).toString('utf8'),
    giveBack: () => {
      stream.write = write;
    },
  };
}

const setStdin = (stdin: Readable): void =>
  void Object.defineProperty(process, 'stdin', { value: stdin, configurable: true });

/** Runs `npm run sandbox -- …` as a process of its own. */
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
