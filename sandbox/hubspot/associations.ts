import { associationType } from './association-types.ts';
import { objectOf } from './event-types.ts';
import { companyIdOf, companyOfId, dealIdOf, engagementIdOf, personOfDealId, placeOfEngagement } from './ids.ts';
import type { ObjectType } from './object-types.ts';
import type { People } from './people.ts';

/** A link to a record. */
export interface Link {
  readonly id: number;
  readonly isPrimary: boolean;
}

/** Who belongs to whom: computed from the world, and over it what the API linked. */
export class Associations {
  readonly #people: People;
  /** `contacts>tasks` → from → to. */
  readonly #added = new Map<string, Map<number, Set<number>>>();
  /** People of each company: those of company c are `#staff.people[starts[c]…starts[c + 1]]`. */
  #staff: { readonly starts: Int32Array; readonly people: Int32Array } | null = null;

  constructor(people: People) {
    this.#people = people;
  }

  /** Linked records, the primary one first, then by id. Links to a merged contact lead to what stands for it. */
  links(from: ObjectType, fromId: number, to: ObjectType): Link[] {
    const lineage = from === 'contacts' ? [fromId, ...this.#people.absorbedBy(fromId)] : [fromId];
    const found = new Map<number, Link>();
    for (const link of this.#worldLinks(from, fromId, to)) {
      const isFirst = ![...found.values()].some(({ isPrimary }) => isPrimary);
      if (!found.has(link.id)) found.set(link.id, { id: link.id, isPrimary: link.isPrimary && isFirst });
    }
    for (const id of lineage.flatMap((each) => [...(this.#added.get(`${from}>${to}`)?.get(each) ?? [])])) {
      const standing = to === 'contacts' ? this.#people.standingFor(id) : id;
      if (!found.has(standing)) found.set(standing, { id: standing, isPrimary: false });
    }
    return [...found.values()].sort((a, b) => Number(b.isPrimary) - Number(a.isPrimary) || a.id - b.id);
  }

  /** Links two records in both directions. */
  add(from: ObjectType, fromId: number, to: ObjectType, toId: number): void {
    this.#addOneWay(`${from}>${to}`, fromId, toId);
    this.#addOneWay(`${to}>${from}`, toId, fromId);
  }

  #addOneWay(way: string, fromId: number, toId: number): void {
    const links = this.#added.get(way) ?? new Map<number, Set<number>>();
    this.#added.set(way, links);
    links.set(fromId, (links.get(fromId) ?? new Set()).add(toId));
  }

  #worldLinks(from: ObjectType, fromId: number, to: ObjectType): Link[] {
    if (from === 'contacts') return this.#people.peopleOf(fromId).flatMap((n) => this.#fromPerson(n, to));
    if (from === 'companies') return this.#fromCompany(companyOfId(fromId), to);
    const person = from === 'deals' ? this.#personOfDeal(fromId) : this.#personOfEngagement(from, fromId);
    if (person === null) return [];
    if (to === 'contacts') return [{ id: this.#people.contactOf(person), isPrimary: false }];
    if (from === 'deals' && to === 'companies') return this.#fromPerson(person, to);
    return [];
  }

  #fromPerson(n: number, to: ObjectType): Link[] {
    const { company, deal, activities } = this.#people.person(n);
    if (to === 'companies') return company === null ? [] : [{ id: companyIdOf(company), isPrimary: true }];
    if (to === 'deals') return deal ? [{ id: dealIdOf(n), isPrimary: false }] : [];
    return activities
      .filter(({ type }) => objectOf(type) === to)
      .map((activity) => ({ id: engagementIdOf(n, activity.n), isPrimary: false }));
  }

  #fromCompany(c: number, to: ObjectType): Link[] {
    const { companyCount } = this.#people.world;
    if ((to !== 'contacts' && to !== 'deals') || c < 0 || c >= companyCount) return [];
    const { starts, people } = this.#staffIndex();
    const staff = [...people.subarray(starts[c], starts[c + 1])];
    if (to === 'contacts') return staff.map((n) => ({ id: this.#people.contactOf(n), isPrimary: false }));
    return staff.filter((n) => this.#people.person(n).deal).map((n) => ({ id: dealIdOf(n), isPrimary: true }));
  }

  #personOfDeal(id: number): number | null {
    const n = personOfDealId(id);
    return this.#people.isPerson(n) && this.#people.person(n).deal ? n : null;
  }

  #personOfEngagement(type: ObjectType, id: number): number | null {
    const { person, activity } = placeOfEngagement(id);
    if (!this.#people.isPerson(person)) return null;
    const found = this.#people.person(person).activities[activity];
    return found && objectOf(found.type) === type ? person : null;
  }

  #staffIndex(): { readonly starts: Int32Array; readonly people: Int32Array } {
    if (this.#staff) return this.#staff;
    const { world } = this.#people;
    const employers = new Int32Array(world.size);
    const starts = new Int32Array(world.companyCount + 1);
    for (let n = 0; n < world.size; n++) {
      const company = world.person(n).company ?? -1;
      employers[n] = company;
      if (company >= 0) starts[company + 1]! += 1;
    }
    for (let c = 0; c < world.companyCount; c++) starts[c + 1]! += starts[c]!;
    const next = starts.slice();
    const people = new Int32Array(starts[world.companyCount]!);
    for (let n = 0; n < world.size; n++) {
      const company = employers[n]!;
      if (company < 0) continue;
      people[next[company]!] = n;
      next[company]! += 1;
    }
    this.#staff = { starts, people };
    return this.#staff;
  }
}

/** The type ids that a link bears. */
export function typeIdsOf(from: ObjectType, to: ObjectType, { isPrimary }: Link): number[] {
  const type = associationType(from, to);
  if (!type) return [];
  return isPrimary && type.primaryTypeId !== null ? [type.primaryTypeId, type.typeId] : [type.typeId];
}
