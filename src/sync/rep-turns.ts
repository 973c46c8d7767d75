import type { TaskPolicy } from '../domain/mapping.ts';

type Rep = TaskPolicy['reps'][number];

/** Who may own a task, and whose turn it is. */
export interface RepState {
  readonly ownerId: string;
  readonly isActive: boolean;
  /** Credit of the round robin: who has most is next. */
  readonly turns: number;
}

/**
 * Deals tasks out to reps: the lead's own owner if active, else the next of the round robin.
 *
 * Smooth weighted round robin: each deal gives every present rep its weight in credit, takes the one with most, and
 * charges it the sum of the weights. So weights 2 and 1 give A B A, not A A B. Absent and inactive reps gain nothing
 * meanwhile, and are not flooded when they return.
 */
export class RepTurns {
  readonly #present: readonly Rep[];
  readonly #active: ReadonlySet<string>;
  readonly #credit: Map<string, number>;

  /** @param on - Calendar day of the deal, `YYYY-MM-DD` in the business hours' zone. */
  constructor(reps: readonly Rep[], states: readonly RepState[], on: string) {
    this.#active = new Set(states.filter(({ isActive }) => isActive).map(({ ownerId }) => ownerId));
    this.#present = reps.filter((rep) => this.#active.has(rep.ownerId) && !isAbsent(rep, on));
    this.#credit = new Map(states.map(({ ownerId, turns }) => [ownerId, turns]));
  }

  /** The owner of the next task; `null` if there is neither an active owner nor a rep present. */
  next(leadOwnerId: string | null): string | null {
    if (leadOwnerId !== null && this.#active.has(leadOwnerId)) return leadOwnerId;
    let best: Rep | undefined;
    let sum = 0;
    for (const rep of this.#present) {
      sum += rep.weight;
      this.#credit.set(rep.ownerId, this.#of(rep) + rep.weight);
      if (best === undefined || this.#of(rep) > this.#of(best)) best = rep;
    }
    if (best === undefined) return null;
    this.#credit.set(best.ownerId, this.#of(best) - sum);
    return best.ownerId;
  }

  /** The credit after the deals, to be stored. */
  get credit(): ReadonlyMap<string, number> {
    return this.#credit;
  }

  #of({ ownerId }: Rep): number {
    return this.#credit.get(ownerId) ?? 0;
  }
}

/** Both ends count; an open end lasts. */
function isAbsent({ absentFrom, absentUntil }: Rep, on: string): boolean {
  if (absentFrom === undefined && absentUntil === undefined) return false;
  return (absentFrom ?? '') <= on && on <= (absentUntil ?? '9999-12-31');
}
