import type { ScoreWarnings } from './score-card.ts';

/** Counts what one scoring after another could not understand. Empty, as nearly always, it costs nothing. */
export class Tally {
  #unknownTypes: Map<string, number> | undefined;
  #wrongTypes: Map<string, number> | undefined;

  begin(): void {
    this.#unknownTypes = undefined;
    this.#wrongTypes = undefined;
  }

  unknownType(type: string): void {
    this.#unknownTypes ??= new Map();
    this.#unknownTypes.set(type, (this.#unknownTypes.get(type) ?? 0) + 1);
  }

  wrongType(attribute: string): void {
    this.#wrongTypes ??= new Map();
    this.#wrongTypes.set(attribute, (this.#wrongTypes.get(attribute) ?? 0) + 1);
  }

  warnings(): ScoreWarnings {
    if (this.#unknownTypes === undefined && this.#wrongTypes === undefined) return NONE;
    return {
      unknownTypes: Object.fromEntries(this.#unknownTypes ?? []),
      wrongTypes: Object.fromEntries(this.#wrongTypes ?? []),
    };
  }
}

const NONE: ScoreWarnings = Object.freeze({ unknownTypes: Object.freeze({}), wrongTypes: Object.freeze({}) });
