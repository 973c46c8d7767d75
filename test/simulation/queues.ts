import { DelayedError, type Processor, UnrecoverableError, WaitingError } from 'bullmq';
import type { JobQueue, Queues, QueueWorker, WorkerSettings } from '../../jobs/queue.ts';
import { pick, type Random } from '../../sandbox/random.ts';
import type { Actor, Conductor } from './conductor.ts';

/** As {@link WorkerSettings.lockDuration}, where a worker sets none. */
const LOCK_MS = 30_000;
/** The share of jobs that come once more, where jobs come twice. */
const REPEATED_SHARE = 0.15;

/** A job of the queue, as far as the product looks at it. */
interface QueuedJob {
  readonly id: string;
  readonly name: string;
  readonly data: unknown;
  readonly attempts: number;
  key: string | undefined;
  readyAtMs: number;
  attemptsMade: number;
  attemptsStarted: number;
}

interface Desk {
  readonly processor: Processor;
  readonly settings: WorkerSettings;
  readonly listeners: { readonly event: string; readonly listener: (...what: readonly unknown[]) => void }[];
}

/**
 * BullMQ's queues in memory, with the order of the jobs left to chance: any that is ready may be next, as with any
 * number of workers. What is kept here outlives a killed process, as Redis does.
 */
export class MemoryQueues implements Queues {
  readonly keptIn = 'redis';
  /** Whether a job that is done comes once more now and then: its worker was slow, another took it for dead. */
  repeats = false;
  readonly #conductor: Conductor;
  readonly #chance: Random;
  readonly #desks = new Map<Actor, Map<string, Desk>>();
  #jobs: QueuedJob[] = [];
  readonly #active = new Map<QueuedJob, Actor>();
  #wakeUps: (() => void)[] = [];
  #added = 0;
  #started = 0;
  /** What the job that was done last answered. */
  latestResult: unknown;

  constructor(conductor: Conductor, chance: Random) {
    this.#conductor = conductor;
    this.#chance = chance;
  }

  readonly nowMs = (): number => this.#conductor.now().getTime();

  queue(name: string): JobQueue {
    const add: JobQueue['add'] = async (_name, data, { deduplication, attempts = 1, delay = 0 } = {}) =>
      this.#conductor.effect(`add ${name}`, async () => {
        const key = deduplication?.id;
        const unended = [...this.#jobs, ...this.#active.keys()];
        const isKnown = key !== undefined && unended.some((job) => job.name === name && job.key === key);
        if (!isKnown) this.#put({ name, data, attempts, key, readyAtMs: this.nowMs() + delay });
        return undefined as never; // nobody looks at the job that was added
      });
    return { name, add } as unknown as JobQueue; // the rest is for schedules and for looking on
  }

  worker(name: string, processor: Processor, settings: WorkerSettings): QueueWorker {
    const desk: Desk = { processor, settings, listeners: [] };
    const actor = this.#conductor.actor!; // workers are started by processes
    this.#desks.set(actor, (this.#desks.get(actor) ?? new Map()).set(name, desk));
    return {
      on: (event, listener) =>
        desk.listeners.push({ event, listener: listener as Desk['listeners'][number]['listener'] }),
      waitUntilReady: async () => {},
      close: async () => {},
      cancelJob: () => false,
      cancelAllJobs: () => {},
    };
  }

  async close(): Promise<void> {}

  get isEmpty(): boolean {
    return this.#jobs.length === 0 && this.#active.size === 0;
  }

  /** Jobs begun so far. */
  get started(): number {
    return this.#started;
  }

  /** Takes jobs as a process, one after the other, for as long as it lives. */
  async work(actor: Actor): Promise<void> {
    while (this.#desks.has(actor)) {
      const nextAtMs = Math.min(...this.#jobs.map(({ readyAtMs }) => readyAtMs));
      if (nextAtMs > this.nowMs()) await this.#changeBefore(nextAtMs);
      else {
        const job = await this.#conductor.effect('take a job', async () => this.#take(actor));
        if (job !== null) await this.#do(job, this.#desks.get(actor)!.get(job.name)!); // jobs of every kind are known
      }
    }
  }

  /** A process has died: after a while its jobs are given to others. */
  bury(actor: Actor, { losesQueue }: { readonly losesQueue: boolean }): void {
    for (const [job, holder] of this.#active) {
      if (holder !== actor) continue;
      const lockMs = this.#desks.get(actor)?.get(job.name)?.settings.lockDuration ?? LOCK_MS;
      this.#active.delete(job);
      this.#jobs.push({ ...job, readyAtMs: this.nowMs() + lockMs });
    }
    this.#desks.delete(actor);
    if (losesQueue) this.#lose();
    this.#wakeUp();
  }

  /** Nothing is known any more of what waits, nor of the keys of what others do at this moment. */
  #lose(): void {
    this.#jobs = [];
    for (const job of this.#active.keys()) job.key = undefined;
  }

  #take(actor: Actor): QueuedJob | null {
    // Sorted, since rows that were asked for without an order become jobs in an order that no seed decides.
    const ready = this.#jobs.filter(({ readyAtMs }) => readyAtMs <= this.nowMs()).toSorted(byContent);
    if (ready.length === 0) return null;
    const job = pick(this.#chance, ready);
    this.#jobs = this.#jobs.filter((each) => each !== job);
    this.#active.set(job, actor);
    this.#started += 1;
    return job;
  }

  async #do(job: QueuedJob, { processor, settings, listeners }: Desk): Promise<void> {
    job.attemptsStarted += 1;
    const later = (atMs: number) => this.#put({ ...job, readyAtMs: atMs });
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
      this.latestResult = await processor(given, 'token', new AbortController().signal);
      tell('completed', bullJob);
      if (this.repeats && this.#chance() < REPEATED_SHARE) later(this.nowMs());
    } catch (error) {
      if (error instanceof DelayedError || error instanceof WaitingError) return;
      job.attemptsMade += 1;
      const isOver = error instanceof UnrecoverableError || job.attemptsMade >= job.attempts;
      if (!isOver) later(this.nowMs() + (settings.settings?.backoffStrategy?.(job.attemptsMade, 'custom') as number));
      tell('failed', { ...bullJob, ...(isOver && { finishedOn: this.nowMs() }) }, error);
    } finally {
      this.#active.delete(job);
      this.#wakeUp();
    }
  }

  #put(job: Omit<QueuedJob, 'id' | 'attemptsMade' | 'attemptsStarted'> & Partial<QueuedJob>): void {
    this.#added += 1;
    this.#jobs.push({ id: String(this.#added), attemptsMade: 0, attemptsStarted: 0, ...job });
    this.#wakeUp();
  }

  /** Resolves when a job has come or gone, at the latest at an instant. */
  async #changeBefore(atMs: number): Promise<void> {
    const changed = new AbortController();
    const change = new Promise<void>((resolve) => this.#wakeUps.push(resolve));
    const waited = Number.isFinite(atMs)
      ? this.#conductor.sleep(atMs - this.nowMs(), changed.signal).catch(() => {})
      : change;
    await Promise.race([change, waited]);
    changed.abort('changed');
  }

  #wakeUp(): void {
    const wakeUps = this.#wakeUps;
    this.#wakeUps = [];
    for (const wakeUp of wakeUps) wakeUp();
  }
}

function byContent(one: QueuedJob, other: QueuedJob): number {
  return contentOf(one) < contentOf(other) ? -1 : 1;
}

const contentOf = ({ name, data }: QueuedJob): string => `${name} ${JSON.stringify(data)}`;
