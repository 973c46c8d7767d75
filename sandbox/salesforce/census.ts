import type { World } from '../world/world.ts';
import { activityRowsOf } from './activity-map.ts';
import { secondsOf } from './value.ts';

const IS_CONTACT = 1;
const HAS_DEAL = 2;

/**
 * What must be known of everybody before one row can be numbered: one pass over the world, kept in typed arrays
 * (about 20 bytes a person and 4 an activity).
 */
export class Census {
  readonly size: number;
  readonly #flags: Uint8Array;
  /** Last thing that happened to the person, in seconds since 1970. */
  readonly #stamps: Uint32Array;
  readonly tasks: ActivityNumbers;
  readonly events: ActivityNumbers;
  readonly memberships: ActivityNumbers;
  #contacts = 0;
  #leads = 0;
  #deals = 0;

  constructor(world: World) {
    this.size = world.size;
    this.#flags = new Uint8Array(world.size);
    this.#stamps = new Uint32Array(world.size);
    this.tasks = new ActivityNumbers(world.size);
    this.events = new ActivityNumbers(world.size);
    this.memberships = new ActivityNumbers(world.size);
    for (let n = 0; n < world.size; n++) this.#count(world, n);
  }

  /** A Contact from the start: without a Lead. */
  isOnlyContact(n: number): boolean {
    return (this.#flags[n]! & IS_CONTACT) !== 0;
  }

  hasDeal(n: number): boolean {
    return (this.#flags[n]! & HAS_DEAL) !== 0;
  }

  /** A Lead that was converted because the person has a deal. */
  isConverted(n: number): boolean {
    return this.#flags[n]! === HAS_DEAL;
  }

  /** Whether a Contact stands for the person. */
  hasContact(n: number): boolean {
    return this.#flags[n]! !== 0;
  }

  stampOf(n: number): number {
    return this.#stamps[n]!;
  }

  get counts(): { readonly leads: number; readonly contacts: number; readonly deals: number } {
    return { leads: this.#leads, contacts: this.#contacts, deals: this.#deals };
  }

  #count(world: World, n: number): void {
    const person = world.person(n);
    const { tasks, events, memberships } = activityRowsOf(person.activities);
    const flags = (person.isContact ? IS_CONTACT : 0) | (person.deal === null ? 0 : HAS_DEAL);
    this.#flags[n] = flags;
    if (!person.isContact) this.#leads += 1;
    if (flags !== 0) this.#contacts += 1;
    if (person.deal !== null) this.#deals += 1;
    const lastActivityAt = person.activities.at(-1)?.at ?? person.createdAt;
    this.#stamps[n] = Math.max(
      secondsOf(person.createdAt),
      secondsOf(lastActivityAt),
      secondsOf(person.deal?.createdAt ?? person.createdAt),
    );
    this.tasks.add(
      n,
      tasks.map(({ at }) => secondsOf(at)),
    );
    this.events.add(
      n,
      events.map(({ at }) => secondsOf(at)),
    );
    this.memberships.add(
      n,
      memberships.map(({ changedAt }) => secondsOf(changedAt)),
    );
  }
}

/** Numbers the activities of one kind through, person after person. */
export class ActivityNumbers {
  /** First row of each person, and one past the last row at the end. */
  readonly #first: Uint32Array;
  #stamps = new Uint32Array(1024);
  #count = 0;

  constructor(people: number) {
    this.#first = new Uint32Array(people + 1);
  }

  /** Adds the rows of person `n`; people come in order. */
  add(n: number, stamps: readonly number[]): void {
    if (this.#count + stamps.length > this.#stamps.length) {
      const larger = new Uint32Array(2 * (this.#stamps.length + stamps.length));
      larger.set(this.#stamps);
      this.#stamps = larger;
    }
    this.#stamps.set(stamps, this.#count);
    this.#count += stamps.length;
    this.#first[n + 1] = this.#count;
  }

  get count(): number {
    return this.#count;
  }

  stampOf(row: number): number {
    return this.#stamps[row]!;
  }

  /** Rows of a person. */
  rowsOf(n: number): readonly number[] {
    const first = this.#first[n] ?? 0;
    const end = this.#first[n + 1] ?? first;
    return Array.from({ length: end - first }, (_, place) => first + place);
  }

  /** Whose row it is, and which of that person's rows. */
  ownerOf(row: number): { readonly person: number; readonly place: number } {
    let low = 0;
    let high = this.#first.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#first[middle]! <= row) low = middle;
      else high = middle - 1;
    }
    return { person: low, place: row - this.#first[low]! };
  }
}
