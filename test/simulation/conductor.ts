import { setImmediate } from 'node:timers/promises';
import type { SandboxClock } from '../../sandbox/clock.ts';
import type { Random } from '../../sandbox/random.ts';
import type { Clock } from '../../src/domain/clock.ts';

/** What becomes of an effect: it happens, or the process dies before or after it. */
export type Fate = 'happens' | 'killed before' | 'killed after';

/** Told of each step before it happens, by its number within the play and what it does. */
export type Watch = (step: number, label: string) => Fate;

/** How a play ended. */
export type Ending = 'settled' | 'killed';

interface Step {
  readonly label: string;
  happen(): Promise<void>;
  /** Gives the outcome to whoever waits for it. */
  tell(): void;
}

interface Timer {
  readonly atMs: number;
  ring(): void;
}

/**
 * Lets one effect (a statement, a call, a job added to the queue) happen at a time, on a clock that moves only here.
 *
 * Whenever the program waits, one of the effects that it has asked for is chosen; only where there is none does time
 * pass, up to the next timer. So the same choices give the same run, and a process can be killed between two effects:
 * it is left waiting for ever.
 */
export class Conductor implements Clock {
  readonly #time: SandboxClock;
  readonly #choose: Random;
  #steps: Step[] = [];
  #timers: Timer[] = [];
  /** What happened, for comparing two plays. */
  readonly trace: string[] = [];

  /** @param time - A clock that stands still; it is moved here and by nobody else. */
  constructor(time: SandboxClock, choose: Random) {
    this.#time = time;
    this.#choose = choose;
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
      const timer = { atMs: Math.ceil(this.#time.now().getTime() + Math.max(0, ms)), ring };
      this.#timers.push(timer);
      signal?.addEventListener('abort', giveUp, { once: true });
    });
  }

  /** Asks for an effect; its outcome comes when the effect has been chosen and has happened. */
  effect<T>(label: string, happen: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let tell = () => {};
      this.#steps.push({
        label,
        happen: async () => {
          try {
            const outcome = await happen();
            tell = () => resolve(outcome);
          } catch (error) {
            tell = () => reject(error);
          }
        },
        tell: () => tell(),
      });
    });
  }

  /**
   * Plays until nothing is left to do.
   *
   * @throws {Error} if `work` is not done by then: the program waits for something that nobody will do.
   */
  async play(work: Promise<unknown>, watch: Watch): Promise<Ending> {
    let isDone = false;
    const finish = () => {
      isDone = true;
    };
    work.then(finish, finish);
    for (let count = 1; ; ) {
      await setImmediate(); // whatever can go on without an effect has gone on by then
      const nowMs = this.#time.now().getTime();
      const due = this.#timers.filter(({ atMs }) => atMs <= nowMs);
      const choices = this.#steps.length + due.length;
      if (choices === 0) {
        if (this.#timers.length === 0) {
          if (isDone) return 'settled';
          throw new Error('The program waits for something that nobody will do');
        }
        this.#time.set(new Date(Math.min(...this.#timers.map(({ atMs }) => atMs))));
        continue;
      }
      const chosen = choices === 1 ? 0 : Math.floor(this.#choose() * choices);
      const timer = due[chosen - this.#steps.length];
      if (timer !== undefined) {
        this.#timers = this.#timers.filter((each) => each !== timer);
        timer.ring();
        continue;
      }
      const [step] = this.#steps.splice(chosen, 1) as [Step]; // the choice is within the list
      const fate = watch(count, step.label);
      this.trace.push(`${nowMs} ${step.label}${fate === 'happens' ? '' : ` ${fate}`}`);
      count += 1;
      if (fate !== 'killed before') await step.happen();
      if (fate !== 'happens') {
        this.#steps = [];
        this.#timers = [];
        return 'killed';
      }
      step.tell();
    }
  }
}
