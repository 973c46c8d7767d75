import type { SandboxClock } from '../clock.ts';
import type { Fields } from './record.ts';

/** A record before a change, as far as the change touched it. */
export interface Before {
  readonly isLive: boolean;
  readonly modifiedMs: number;
  /** Values that the change replaced. */
  readonly fields: Fields;
}

interface Change extends Before {
  readonly atMs: number;
}

/** The changes that search has not seen yet: it runs `lagMs` of sandbox time behind. */
export class ChangeLog {
  readonly #clock: SandboxClock;
  readonly #lagMs: number;
  readonly #changes = new Map<number, Change[]>();

  constructor(clock: SandboxClock, lagMs: number) {
    this.#clock = clock;
    this.#lagMs = lagMs;
  }

  add(id: number, before: Before): void {
    if (this.#lagMs === 0) return;
    this.#forgetSeen();
    const changes = this.#changes.get(id) ?? [];
    changes.push({ ...before, atMs: this.#clock.now().getTime() });
    this.#changes.delete(id); // so that the map stays ordered by the latest change
    this.#changes.set(id, changes);
  }

  /** Whether search has seen every change. */
  get isEmpty(): boolean {
    this.#forgetSeen();
    return this.#changes.size === 0;
  }

  /** The record before everything that search has not seen yet, `null` if search has seen all. */
  before(id: number): Before | null {
    const unseen = this.#changes.get(id)?.filter((change) => !this.#isSeen(change)) ?? [];
    const [first] = unseen;
    if (!first) return null;
    const fields = Object.assign({}, ...unseen.toReversed().map((change) => change.fields)) as Fields; // of Fields only
    return { ...first, fields };
  }

  #isSeen(change: Change): boolean {
    return change.atMs + this.#lagMs <= this.#clock.now().getTime();
  }

  #forgetSeen(): void {
    for (const [id, changes] of this.#changes) {
      if (!this.#isSeen(changes.at(-1)!)) return;
      this.#changes.delete(id);
    }
  }
}
