import type { Fate } from './conductor.ts';
import type { Act, Interruption } from './story.ts';
import { isOfKind } from './troubles.ts';

type Crash = Extract<Interruption, { crash: string }>;

/** Counts the steps of a run and strikes where the story says, each interruption once. */
export class Interruptions {
  readonly #perform: (act: Act) => void;
  #ahead: { readonly interruption: Interruption; left: number }[];
  #crash: Crash | null = null;

  constructor(interruptions: readonly Interruption[], perform: (act: Act) => void) {
    this.#ahead = interruptions.map((interruption) => ({ interruption, left: interruption.nth }));
    this.#perform = perform;
  }

  /** The crash that struck last. */
  readonly crash = (): Crash | null => this.#crash;

  readonly watch = (label: string): Fate => {
    let fate: Fate = 'happens';
    for (const each of this.#ahead.filter(({ interruption }) => isOfKind(label, interruption.at))) {
      each.left -= 1;
      if (each.left > 0) continue;
      this.#ahead = this.#ahead.filter((other) => other !== each);
      if ('act' in each.interruption) this.#perform(each.interruption.act);
      else {
        fate = `killed ${each.interruption.crash}`;
        this.#crash = each.interruption;
      }
    }
    return fate;
  };
}
