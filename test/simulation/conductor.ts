import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate } from 'node:timers/promises';
import type { SandboxClock } from '../../sandbox/clock.ts';
import type { Random } from '../../sandbox/random.ts';
import type { Clock } from '../../src/domain/clock.ts';

/** What becomes of an effect: it happens, or the process that asks for it dies before or after it. */
export type Fate = 'happens' | 'killed before' | 'killed after';

/** A process of the product. Only which one it is matters here. */
export type Actor = object;

/** How a play is played. */
export interface Direction {
  /** Whether everything is done; asked when nothing is left that could happen. */
  isDone(): boolean;
  /** Told of each step of a process before it happens. */
  watch(label: string): Fate;
  /** Told of a process that has just been killed. */
  bury(actor: Actor): Promise<void>;
}

/** An effect that may have to wait for another process, as a statement waits for a lock. */
export interface Waiting {
  isBlocked(): Promise<boolean>;
}

interface Step {
  readonly actor: Actor | undefined;
  readonly label: string;
  begin(): Promise<void>;
  /** Gives the outcome to whoever waits for it. */
  tell(): void;
  readonly waiting: Waiting | undefined;
}

interface Begun extends Step {
  readonly end: Promise<void>;
}

interface Timer {
  readonly actor: Actor | undefined;
  readonly atMs: number;
  ring(): void;
}

/** So long an effect may take before it is asked whether it waits for somebody; real milliseconds. */
const PATIENCE_MS = 5;

/**
 * Lets one effect (a statement, a call, a job added to the queue) happen at a time, on a clock that moves only here.
 *
 * Whenever every process waits, one of the effects that they have asked for is chosen; only where there is none does
 * time pass, up to the next timer. So the same choices give the same run, whatever the processes do side by side, and
 * one can be killed between two effects: it is left waiting for ever.
 */
export class Conductor implements Clock {
  readonly #time: SandboxClock;
  readonly #choose: Random;
  readonly #actors = new AsyncLocalStorage<Actor>();
  readonly #dead = new WeakSet<Actor>();
  #steps: Step[] = [];
  #timers: Timer[] = [];
  /** Effects that have begun and wait for another process. */
  #blocked: Begun[] = [];
  readonly #over = new AbortController();
  /** What happened, for comparing two plays. */
  readonly trace: string[] = [];

  /** @param time - A clock that stands still; it is moved here and by nobody else. */
  constructor(time: SandboxClock, choose: Random) {
    this.#time = time;
    this.#choose = choose;
  }

  /** Begins `work` as a process: all that it asks for is asked by that process. */
  as<T>(actor: Actor, work: () => T): T {
    return this.#actors.run(actor, work);
  }

  /** Begins `work` as the world around the processes, which is never watched and never dies. */
  asWorld<T>(work: () => T): T {
    return this.#actors.exit(work);
  }

  isDead(actor: Actor | undefined): boolean {
    return actor !== undefined && this.#dead.has(actor);
  }

  /** The process that is asking; `undefined`: the world. */
  get actor(): Actor | undefined {
    return this.#actors.getStore();
  }

  now(): Date {
    return this.#time.now();
  }

  /** Lets time pass without letting anything happen. */
  pass(ms: number): void {
    this.#time.advance(ms);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const giveUp = () => {
        this.#timers = this.#timers.filter((each) => each !== timer);
        reject(signal?.reason);
      };
      const ring = () => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      };
      const atMs = Math.ceil(this.#time.now().getTime() + Math.max(0, ms));
      const timer = { actor: this.actor, atMs, ring };
      this.#timers.push(timer);
      signal?.addEventListener('abort', giveUp, { once: true, signal: this.over });
    });
  }

  /** Aborts at the end of everything: what a process that died still listened to would keep this world in memory. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  end(): void {
    this.#over.abort();
  }

  /** Asks for an effect; its outcome comes when the effect has been chosen and has happened. */
  effect<T>(label: string, happen: () => Promise<T>, waiting?: Waiting): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let tell = () => {};
      const begin = async () => {
        try {
          const outcome = await happen();
          tell = () => resolve(outcome);
        } catch (error) {
          tell = () => reject(error);
        }
      };
      this.#steps.push({ actor: this.actor, label, begin, tell: () => tell(), waiting });
    });
  }

  /**
   * Plays until nothing is left that could happen.
   *
   * @throws {Error} if not everything is done by then: the program waits for something that nobody will do.
   */
  async play(direction: Direction): Promise<void> {
    for (;;) {
      await setImmediate(); // whatever can go on without an effect has gone on by then
      const nowMs = this.#time.now().getTime();
      const due = this.#timers.filter(({ atMs }) => atMs <= nowMs);
      const choices = this.#steps.length + due.length;
      if (choices > 0) {
        const chosen = choices === 1 ? 0 : Math.floor(this.#choose() * choices);
        const timer = due[chosen - this.#steps.length];
        if (timer === undefined) await this.#take(chosen, direction);
        else this.#ring(timer);
      } else if (this.#blocked.length > 0) {
        await this.#unblock(); // they wait for each other: the database will find out
      } else if (this.#timers.length > 0) {
        this.#time.set(new Date(Math.min(...this.#timers.map(({ atMs }) => atMs))));
      } else if (direction.isDone()) return;
      else throw new Error('The program waits for something that nobody will do');
    }
  }

  async #take(chosen: number, { watch, bury }: Direction): Promise<void> {
    const [step] = this.#steps.splice(chosen, 1) as [Step]; // the choice is within the list
    const fate = step.actor === undefined ? 'happens' : watch(step.label);
    this.trace.push(`${this.now().getTime()} ${step.label}${fate === 'happens' ? '' : ` ${fate}`}`);
    if (fate !== 'killed before') {
      const begun = { ...step, end: step.begin() };
      if (!(await hasEnded(begun))) this.#blocked.push(begun);
      else if (fate === 'happens') step.tell();
    }
    if (fate !== 'happens' && step.actor !== undefined) {
      this.#forget(step.actor);
      await bury(step.actor);
    }
    await this.#unblock();
  }

  #ring(timer: Timer): void {
    this.#timers = this.#timers.filter((each) => each !== timer);
    timer.ring();
  }

  /** Whoever has waited long enough goes on. */
  async #unblock(): Promise<void> {
    for (const begun of this.#blocked) {
      if (!(await hasEnded(begun))) continue;
      this.#blocked = this.#blocked.filter((each) => each !== begun);
      begun.tell();
    }
  }

  #forget(actor: Actor): void {
    this.#dead.add(actor);
    this.#steps = this.#steps.filter((each) => each.actor !== actor);
    this.#timers = this.#timers.filter((each) => each.actor !== actor);
    this.#blocked = this.#blocked.filter((each) => each.actor !== actor);
  }
}

/** Waits for the end of an effect; `false` once it is clear that it waits for another process. */
async function hasEnded({ end, waiting }: Begun): Promise<boolean> {
  if (waiting === undefined) return end.then(() => true);
  for (;;) {
    const isOver = await new Promise<boolean>((resolve) => {
      const timer = setTimeout(resolve, PATIENCE_MS, false);
      end.then(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
    if (isOver) return true;
    if (await waiting.isBlocked()) return false;
  }
}
