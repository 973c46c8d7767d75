import type { Activity, Person, World } from '../world/world.ts';
import { contactIdOf, personOfContactId } from './ids.ts';

const CACHED = 512;
const NO_DEAL = Number.NEGATIVE_INFINITY;

/** The world's people as this portal knows them: with what they did since, and under the contact they merged into. */
export class People {
  readonly world: World;
  readonly #cache: (Person | undefined)[] = new Array(CACHED);
  readonly #added = new Map<number, Activity[]>();
  /** Contact → the contact it was merged into. */
  readonly #mergedInto = new Map<number, number>();
  /** Contact made by a merge → every contact that went into it, winner first, those of earlier merges included. */
  readonly #absorbed = new Map<number, readonly number[]>();
  /** Epoch ms of the last thing that happened to each person, and of the deal; NaN until asked for. */
  readonly #changedMs: Float64Array;
  readonly #dealMs: Float64Array;

  constructor(world: World) {
    this.world = world;
    this.#changedMs = new Float64Array(world.size).fill(Number.NaN);
    this.#dealMs = new Float64Array(world.size).fill(Number.NaN);
  }

  isPerson(n: number): boolean {
    return Number.isInteger(n) && n >= 0 && n < this.world.size;
  }

  person(n: number): Person {
    const cached = this.#cache[n % CACHED];
    if (cached?.n === n) return cached;
    const known = this.world.person(n);
    const added = this.#added.get(n);
    const person = added ? { ...known, activities: [...known.activities, ...added] } : known;
    this.#cache[n % CACHED] = person;
    return person;
  }

  addActivity(n: number, activity: Omit<Activity, 'n'>): Activity {
    const numbered = { n: this.person(n).activities.length, ...activity };
    this.#added.set(n, [...(this.#added.get(n) ?? []), numbered]);
    this.#cache[n % CACHED] = undefined;
    return numbered;
  }

  /** When the world last changed a person, before anybody used the portal. */
  changedMs(n: number): number {
    const known = this.#changedMs[n]!;
    if (!Number.isNaN(known)) return known;
    const { createdAt, activities, deal } = this.world.person(n);
    const stamp = Math.max(createdAt.getTime(), activities.at(-1)?.at.getTime() ?? 0, deal?.createdAt.getTime() ?? 0);
    this.#changedMs[n] = stamp;
    return stamp;
  }

  /** When the world last changed a person's deal, `-Infinity` for a person without one. */
  dealChangedMs(n: number): number {
    const known = this.#dealMs[n]!;
    if (!Number.isNaN(known)) return known;
    const { deal } = this.person(n);
    const stamp = deal ? (deal.closedAt ?? deal.createdAt).getTime() : NO_DEAL;
    this.#dealMs[n] = stamp;
    return stamp;
  }

  /** Whether the person did something after the world was made. */
  hasNews(n: number): boolean {
    return this.#added.has(n);
  }

  /** The contact that stands for a contact now: itself, unless it was merged away. */
  standingFor(contactId: number): number {
    const into = this.#mergedInto.get(contactId);
    return into === undefined ? contactId : this.standingFor(into);
  }

  /** The contact that shows the person now. */
  contactOf(n: number): number {
    return this.standingFor(contactIdOf(n));
  }

  /** Contacts that were merged into this one, winner first. */
  absorbedBy(contactId: number): readonly number[] {
    return this.#absorbed.get(contactId) ?? [];
  }

  /** The people that a contact shows: one, several after a merge, none for a contact created through the API. */
  peopleOf(contactId: number): readonly number[] {
    const contacts = this.#absorbed.get(contactId) ?? [contactId];
    return contacts.map(personOfContactId).filter((n) => this.isPerson(n));
  }

  /** Makes `contactId` stand for winner and loser. */
  merge(contactId: number, winner: number, loser: number): void {
    const lineage = [winner, loser].flatMap((id) => [id, ...this.absorbedBy(id)]);
    this.#absorbed.set(contactId, lineage);
    this.#mergedInto.set(winner, contactId);
    this.#mergedInto.set(loser, contactId);
  }
}
