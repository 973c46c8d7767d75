import type { Attributes, Engagement, Lead } from '../domain/lead.ts';
import { type Asking, leadFinder } from './compile-condition.ts';
import { isKnownType } from './model.ts';
import { type Reading, Readings } from './reading.ts';
import { Tally } from './tally.ts';

/** What the rules of a model name, numbered from 0 while they are compiled. */
export class Names {
  readonly attributes = new Readings<Attributes>(leadFinder);
  readonly #types = new Map<string, number>();

  /** The number of an engagement type, which is new if the type is. */
  numberOf(type: string): number {
    const known = this.#types.get(type) ?? this.#types.size;
    this.#types.set(type, known);
    return known;
  }

  /** In the order of their numbers. */
  types(): readonly string[] {
    return [...this.#types.keys()];
  }
}

/**
 * What the rules look at: one lead and its past, as of one instant.
 *
 * It turns from one lead to the next and keeps its arrays, so that scoring allocates little besides its answer.
 */
export class Sight implements Asking {
  /** What the rules ask of the lead's attributes. */
  attributes: readonly Reading[] = [];
  timeline: readonly Engagement[] = [];
  createdAtMs = Number.NaN;
  asOfMs = Number.NaN;
  readonly tally = new Tally();
  readonly #names: Names;
  readonly #strands: readonly Strand[];
  readonly #strandOf: ReadonlyMap<string, Strand>;

  constructor(names: Names) {
    this.#names = names;
    this.#strandOf = new Map(names.types().map((type) => [type, new Strand(this)]));
    this.#strands = [...this.#strandOf.values()];
  }

  /** Turns to a lead; the timeline may reach beyond `asOf`. */
  turnTo({ attributes, createdAt }: Lead, timeline: readonly Engagement[], asOfMs: number): this {
    this.attributes = this.#names.attributes.take(attributes);
    this.timeline = timeline;
    this.createdAtMs = createdAt.getTime();
    this.asOfMs = asOfMs;
    this.tally.begin();
    for (const strand of this.#strands) strand.count = 0;
    for (let place = 0; place < timeline.length; place += 1) {
      const { type, occurredAt } = timeline[place]!;
      if (occurredAt.getTime() > asOfMs) break;
      const strand = this.#strandOf.get(type);
      if (strand !== undefined) strand.add(place);
      else if (!isKnownType(type)) this.tally.unknownType(type);
    }
    return this;
  }

  /** Engagements of the type with a number, up to `asOf`. */
  ofType(number: number): Strand {
    return this.#strands[number]!;
  }

  wrongType(attribute: string): void {
    this.tally.wrongType(attribute);
  }
}

/** The engagements of one type, earliest first. */
export class Strand {
  count = 0;
  /** Places in the timeline. */
  readonly #places: number[] = [];
  readonly #sight: Sight;

  constructor(sight: Sight) {
    this.#sight = sight;
  }

  add(place: number): void {
    this.#places[this.count] = place;
    this.count += 1;
  }

  *[Symbol.iterator](): Generator<Engagement> {
    for (let index = 0; index < this.count; index += 1) yield this.at(index);
  }

  /** The engagement with `index` others of its type before it; `index` is below `count`. */
  at(index: number): Engagement {
    return this.#sight.timeline[this.#places[index]!]!;
  }
}
