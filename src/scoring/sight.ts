import type { Attributes, Engagement, Lead } from '../domain/lead.ts';
import type { Asking } from './compile-condition.ts';
import { isKnownType } from './model.ts';
import { Tally } from './tally.ts';

/** What the rules may look at: one lead and its past, as of one instant. */
export class Sight implements Asking {
  readonly attributes: Attributes;
  readonly createdAtMs: number;
  readonly asOfMs: number;
  readonly tally = new Tally();
  readonly #byType: (Engagement[] | undefined)[] = [];

  constructor(lead: Lead, timeline: readonly Engagement[], asOfMs: number, types: TypeIndex) {
    this.attributes = lead.attributes;
    this.createdAtMs = lead.createdAt.getTime();
    this.asOfMs = asOfMs;
    for (const engagement of timeline) {
      if (engagement.occurredAt.getTime() > asOfMs) break;
      const { type } = engagement;
      const index = types.find(type);
      if (index !== undefined) this.#put(index, engagement);
      else if (!isKnownType(type)) this.tally.unknownType(type);
    }
  }

  /** Engagements of the type numbered `index` up to `asOf`, earliest first. */
  ofType(index: number): readonly Engagement[] {
    return this.#byType[index] ?? NOTHING;
  }

  wrongType(attribute: string): void {
    this.tally.wrongType(attribute);
  }

  #put(index: number, engagement: Engagement): void {
    const engagements = this.#byType[index];
    if (engagements === undefined) this.#byType[index] = [engagement];
    else engagements.push(engagement);
  }
}

const NOTHING: readonly Engagement[] = [];

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
