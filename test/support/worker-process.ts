import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';

/** A worker of the product as a process of its own: the command that an operator starts. */
export interface WorkerProcess {
  /** Resolves when it takes jobs; rejects with its log if it ends before. */
  readonly ready: Promise<void>;
  /** Its exit code (`null` after a kill) and all that it logged, once it is gone. */
  readonly ended: Promise<{ readonly exitCode: number | null; readonly log: string }>;
  /** Ends it as the power would: nothing of it runs any more, nothing is told. */
  kill(): void;
  /** Asks it to stop, as an orchestrator does. */
  terminate(): void;
}

const MAIN = path.join(import.meta.dirname, '..', '..', 'src', 'main.ts');

/** Starts a worker that knows nothing but these settings. */
export function startWorkerProcess(settings: Readonly<Record<string, string>>): WorkerProcess {
  const child = fork(MAIN, ['worker'], {
    env: { PATH: process.env.PATH, ...settings },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [],
  });
  if (child.stderr === null) throw new Error('a piped stream is never null');
  const exit = once(child, 'exit') as Promise<[number | null]>;
  const ended = Promise.all([exit, text(child.stderr)]).then(([[exitCode], log]) => ({ exitCode, log }));
  const endedTooEarly = ended.then(({ exitCode, log }) => {
    throw new Error(`A worker ended with exit code ${exitCode}: ${log}`);
  });
  const ready = Promise.race([once(child, 'message').then(() => {}), endedTooEarly]);
  ready.catch(() => {}); // told to those who wait for it
  return { ready, ended, kill: () => void child.kill('SIGKILL'), terminate: () => void child.kill('SIGTERM') };
}
