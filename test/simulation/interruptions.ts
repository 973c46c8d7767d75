import type { Fate, Watch } from './conductor.ts';
import type { Act, Interruption } from './story.ts';
import { isOfKind } from './troubles.ts';

/** Counts the steps of a run and strikes where the story says, each interruption once. */
export class Interruptions {
  readonly #perform: (act: Act) => void;
  #ahead: { readonly interruption: Interruption; left: number }[];
  /** The crash that struck last. */
  losesQueue = false;

  constructor(interruptions: readonly Interruption[], perform: (act: Act) => void) {
    this.#ahead = interruptions.map((interruption) => ({ interruption, left: interruption.nth }));
    this.#perform = perform;
  }

  readonly watch: Watch = (_step, label) => {
    let fate: Fate = 'happens';
    for (const each of this.#ahead.filter(({ interruption }) => isOfKind(label, interruption.at))) {
      each.left -= 1;
      if (each.left > 0) continue;
      this.#ahead = this.#ahead.filter((other) => other !== each);
      if ('act' in each.interruption) this.#perform(each.interruption.act);
      else {
        fate = `killed ${each.interruption.crash}`;
        this.losesQueue = each.interruption.losesQueue;
      }
    }
    return fate;
  };
}
