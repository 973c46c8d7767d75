import { spawn } from 'node:child_process';
import path from 'node:path';
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
const LIMIT_MS = 30_000;

/** Runs `scorewire …` as a person does: a process of its own that knows nothing but these settings. */
export async function scorewire(args: readonly string[], settings: Settings = {}): Promise<Ended> {
  return nodeProgram('src/main.ts', args, settings);
}

/** Runs `npm run sandbox -- …` in the same way. */
export async function sandboxCommand(args: readonly string[]): Promise<Ended> {
  return nodeProgram('sandbox/main.ts', args, {});
}

async function nodeProgram(file: string, args: readonly string[], settings: Settings): Promise<Ended> {
  const child = spawn(process.execPath, [file, ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  const ended = Promise.withResolvers<number | null>();
  child.once('exit', ended.resolve);
  child.once('error', ended.reject);
  const [exitCode, stdout, stderr] = await Promise.all([ended.promise, text(child.stdout), text(child.stderr)]);
  return { exitCode, stdout, stderr };
}
