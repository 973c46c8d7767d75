import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { LeadScoringError } from './errors.ts';

const MAIN = path.join(import.meta.dirname, 'main.ts');
const STOP_LIMIT_MS = 20_000;

/** Worker processes of the demo: the same command that a person would start. */
export class DemoWorkers {
  readonly #children: readonly ChildProcess[];
  readonly #ready: Promise<unknown>;

  constructor(count: number, env: NodeJS.ProcessEnv) {
    this.#children = Array.from({ length: count }, () => fork(MAIN, ['worker'], { env }));
    this.#ready = Promise.all(this.#children.map(started));
    this.#ready.catch(() => {}); // told by ready()
  }

  /** @throws {LeadScoringError} `INTERNAL` if a worker ends before it is ready. */
  async ready(): Promise<void> {
    await this.#ready;
  }

  /** The most memory that any worker has used so far, in MiB. */
  async peakRssMb(): Promise<number> {
    const peaks = this.#children.map(async (child) => {
      child.send('memory');
      const [answer] = (await once(child, 'message')) as [{ peakRssMb?: number }];
      return answer.peakRssMb ?? 0;
    });
    return Math.max(...(await Promise.all(peaks)));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#children.map(stopped));
  }
}

async function started(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new LeadScoringError('INTERNAL', `A worker ended with exit code ${code}`);
  });
  await Promise.race([once(child, 'message'), ended]);
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  child.kill('SIGTERM');
  await ended;
  clearTimeout(timer);
}
