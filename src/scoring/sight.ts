import type { Attributes, Lead } from '../domain/lead.ts';
import type { Asking } from './compile-condition.ts';
import { isKnownType } from './model.ts';
import { Tally } from './tally.ts';
import type { Moment } from './timeline.ts';

/** What the rules may look at: one lead and its past, as of one instant. */
export class Sight implements Asking {
  readonly attributes: Attributes;
  readonly createdAtMs: number;
  readonly asOfMs: number;
  readonly tally = new Tally();
  readonly #byType: (Moment[] | undefined)[] = [];

  constructor(lead: Lead, timeline: readonly Moment[], asOfMs: number, types: TypeIndex) {
    this.attributes = lead.attributes;
    this.createdAtMs = lead.createdAt.getTime();
    this.asOfMs = asOfMs;
    for (const moment of timeline) {
      if (moment.atMs > asOfMs) break;
      const { type } = moment.engagement;
      const index = types.find(type);
      if (index !== undefined) this.#put(index, moment);
      else if (!isKnownType(type)) this.tally.unknownType(type);
    }
  }

  /** Engagements of the type numbered `index` up to `asOf`, earliest first. */
  ofType(index: number): readonly Moment[] {
    return this.#byType[index] ?? NOTHING;
  }

  wrongType(attribute: string): void {
    this.tally.wrongType(attribute);
  }

  #put(index: number, moment: Moment): void {
    const moments = this.#byType[index];
    if (moments === undefined) this.#byType[index] = [moment];
    else moments.push(moment);
  }
}

const NOTHING: readonly Moment[] = [];

/** Numbers the engagement types that a model names, from 0. */
export class TypeIndex {
  readonly #numbers = new Map<string, number>();

  find(type: string): number | undefined {
    return this.#numbers.get(type);
  }

  /** The number of a type, which is new if the type is. */
  numberOf(type: string): number {
    const known = this.#numbers.get(type) ?? this.#numbers.size;
    this.#numbers.set(type, known);
    return known;
  }
}
