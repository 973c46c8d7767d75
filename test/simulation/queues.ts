import { DelayedError, type Processor, UnrecoverableError, WaitingError } from 'bullmq';
import type { JobQueue, Queues, QueueWorker, WorkerSettings } from '../../jobs/queue.ts';
import { pick, type Random } from '../../sandbox/random.ts';
import type { Conductor } from './conductor.ts';

/** As {@link WorkerSettings.lockDuration}, where a worker sets none. */
const LOCK_MS = 30_000;

/** A job of the queue, as far as the product looks at it. */
export interface QueuedJob {
  readonly id: string;
  readonly name: string;
  readonly data: unknown;
  readonly attempts: number;
  readonly key: string | undefined;
  readyAtMs: number;
  attemptsMade: number;
  attemptsStarted: number;
}

type Listener = (...args: readonly unknown[]) => void;

interface Desk {
  readonly processor: Processor;
  readonly settings: WorkerSettings;
  readonly listeners: readonly { readonly event: string; readonly listener: Listener }[];
}

function byContent(one: QueuedJob, other: QueuedJob): number {
  return contentOf(one) < contentOf(other) ? -1 : 1;
}

const contentOf = ({ name, data }: QueuedJob): string => `${name} ${JSON.stringify(data)}`;

/**
 * BullMQ's queues in memory, with the order of the jobs left to chance: any that is ready may be next, as with any
 * number of workers. What is kept here outlives a killed process, as Redis does.
 */
export class MemoryQueues implements Queues {
  readonly keptIn = 'redis';
  readonly #conductor: Conductor;
  readonly #chance: Random;
  readonly #desks = new Map<string, Desk>();
  #jobs: QueuedJob[] = [];
  #active: QueuedJob | null = null;
  #latest: QueuedJob | null = null;
  #latestResult: unknown;
  #added = 0;

  constructor(conductor: Conductor, chance: Random) {
    this.#conductor = conductor;
    this.#chance = chance;
  }

  readonly nowMs = (): number => this.#conductor.now().getTime();

  queue(name: string): JobQueue {
    const add: JobQueue['add'] = async (_name, data, options = {}) =>
      this.#conductor.effect(`add ${name}`, async () => {
        const key = options.deduplication?.id;
        const known =
          key === undefined ? undefined : this.#unended().find((job) => job.name === name && job.key === key);
        if (known === undefined) this.#put(name, data, { attempts: options.attempts ?? 1, key });
        return undefined as never; // nobody looks at the job that was added
      });
    return { name, add } as unknown as JobQueue; // the rest is for schedules and for looking on
  }

  worker(name: string, processor: Processor, settings: WorkerSettings): QueueWorker {
    const listeners: { readonly event: string; readonly listener: Listener }[] = [];
    this.#desks.set(name, { processor, settings, listeners });
    return {
      on: (event, listener) => listeners.push({ event, listener: listener as Listener }),
      waitUntilReady: async () => {},
      close: async () => {},
      cancelJob: () => false,
      cancelAllJobs: () => {},
    };
  }

  async close(): Promise<void> {}

  /** When the next job is ready, in milliseconds since 1970; `null` if there is none. */
  get nextAtMs(): number | null {
    return this.#jobs.length === 0 ? null : Math.min(...this.#jobs.map(({ readyAtMs }) => readyAtMs));
  }

  /** Starts one of the jobs that are ready. */
  takeOne(): Promise<void> {
    // Sorted, since rows that were asked for without an order become jobs in an order that no seed decides.
    const ready = this.#jobs.filter(({ readyAtMs }) => readyAtMs <= this.nowMs()).toSorted(byContent);
    const job = pick(this.#chance, ready);
    this.#jobs = this.#jobs.filter((each) => each !== job);
    this.#active = job;
    return this.#work(job);
  }

  /** The process died: after a while its job is given to another. */
  stall(): void {
    const job = this.#active;
    this.#active = null;
    const lockMs = this.#desks.get(job?.name ?? '')?.settings.lockDuration ?? LOCK_MS;
    if (job !== null) this.#jobs.push({ ...job, readyAtMs: this.nowMs() + lockMs });
    this.#desks.clear();
  }

  /** The job that was done last comes once more: its worker was slow, and another has taken it for dead. */
  repeatLatest(): void {
    const job = this.#latest;
    if (job !== null) this.#put(job.name, job.data, { attempts: job.attempts, key: undefined });
  }

  /** What the job that was done last answered. */
  get latestResult(): unknown {
    return this.#latestResult;
  }

  /** Redis lost everything. */
  lose(): void {
    this.#jobs = [];
    this.#active = null;
  }

  #unended(): readonly QueuedJob[] {
    return this.#active === null ? this.#jobs : [...this.#jobs, this.#active];
  }

  #put(name: string, data: unknown, { attempts, key }: Pick<QueuedJob, 'attempts' | 'key'>): void {
    this.#added += 1;
    const job = { id: String(this.#added), name, data, attempts, key };
    this.#jobs.push({ ...job, readyAtMs: this.nowMs(), attemptsMade: 0, attemptsStarted: 0 });
  }

  async #work(job: QueuedJob): Promise<void> {
    const { processor, settings, listeners } = this.#desks.get(job.name)!; // a worker takes jobs of every kind
    job.attemptsStarted += 1;
    const later = (atMs: number) => {
      this.#jobs.push({ ...job, readyAtMs: atMs });
    };
    const tell = (event: string, ...what: readonly unknown[]) => {
      for (const each of listeners) if (each.event === event) each.listener(...what);
    };
    const bullJob = {
      ...job,
      moveToDelayed: async (atMs: number) => later(atMs),
      moveToWait: async () => later(this.nowMs()),
    };
    try {
      const given = bullJob as unknown as Parameters<Processor>[0]; // the rest of it is never asked for
      this.#latestResult = await processor(given, 'token', new AbortController().signal);
      this.#latest = job;
      tell('completed', bullJob);
    } catch (error) {
      if (error instanceof DelayedError || error instanceof WaitingError) return;
      job.attemptsMade += 1;
      const isOver = error instanceof UnrecoverableError || job.attemptsMade >= job.attempts;
      if (!isOver) later(this.nowMs() + (settings.settings?.backoffStrategy?.(job.attemptsMade, 'custom') as number));
      tell('failed', { ...bullJob, ...(isOver && { finishedOn: this.nowMs() }) }, error);
    } finally {
      this.#active = null;
    }
  }
}
