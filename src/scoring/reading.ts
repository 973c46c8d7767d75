import type { AttributeValue } from '../domain/lead.ts';
import { isMissing, numberOf } from '../domain/values.ts';
import { fold } from './fold.ts';

/** An attribute's value in the forms that comparisons ask for; each is made once, however many ask. */
export class Reading {
  value: AttributeValue | undefined;
  /** See {@link isMissing}. */
  isMissing = true;
  #folded: string | undefined;
  #number: number | undefined;
  #isNumberKnown = false;

  take(value: AttributeValue | undefined): void {
    this.value = value;
    this.isMissing = isMissing(value);
    this.#folded = undefined;
    this.#isNumberKnown = false;
  }

  /** The text in the form in which it is compared; `undefined` where the value is no text. */
  get folded(): string | undefined {
    if (typeof this.value === 'string') this.#folded ??= fold(this.value);
    return this.#folded;
  }

  /** The number that the value is or, as text, spells; `undefined` where it is none. */
  get number(): number | undefined {
    if (typeof this.value === 'number') return this.value;
    if (this.#isNumberKnown) return this.#number;
    this.#isNumberKnown = true;
    this.#number = numberOf(this.value);
    return this.#number;
  }
}

/** How to find the value of a named attribute in a subject. */
export type Finder<S> = (name: string) => (subject: S) => AttributeValue | undefined;

/** The attributes that some conditions name, read from one subject after another into the same places. */
export class Readings<S> {
  readonly #finder: Finder<S>;
  readonly #slots = new Map<string, number>();
  readonly #finds: ((subject: S) => AttributeValue | undefined)[] = [];
  readonly #readings: Reading[] = [];

  constructor(finder: Finder<S>) {
    this.#finder = finder;
  }

  /** Place of the reading of a name, which is new if the name is. */
  slotOf(name: string): number {
    const known = this.#slots.get(name);
    if (known !== undefined) return known;
    this.#slots.set(name, this.#finds.length);
    this.#readings.push(new Reading());
    return this.#finds.push(this.#finder(name)) - 1;
  }

  /** The readings of a subject, valid until the next one is taken. */
  take(subject: S): readonly Reading[] {
    const [readings, finds] = [this.#readings, this.#finds];
    for (let slot = 0; slot < readings.length; slot += 1) readings[slot]!.take(finds[slot]!(subject));
    return readings;
  }
}
