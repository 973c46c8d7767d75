import type { World } from '../world/world.ts';

const EMPTY = -1;

/**
 * Person by e-mail address: an open-addressing hash table of person numbers, eight bytes a person.
 *
 * The addresses themselves are not kept; a hit is proved against the person.
 */
export class EmailIndex {
  readonly #world: World;
  #slots: Int32Array | null = null;
  readonly #written = new Map<string, number>();

  constructor(world: World) {
    this.#world = world;
  }

  /** The person with the address in lower case, `null` if nobody has it. */
  find(email: string): number | null {
    const slots = this.#built();
    for (let at = slotOf(email, slots.length); slots[at] !== EMPTY; at = (at + 1) % slots.length) {
      const n = slots[at]!;
      if (this.#world.person(n).email.toLowerCase() === email) return n;
    }
    return null;
  }

  /** The contact that the address was last written to, `null` if it never was; the contact may have another by now. */
  written(email: string): number | null {
    return this.#written.get(email) ?? null;
  }

  noteWritten(email: string, contactId: number): void {
    this.#written.set(email, contactId);
  }

  #built(): Int32Array {
    if (this.#slots) return this.#slots;
    const slots = new Int32Array(2 * this.#world.size + 1).fill(EMPTY);
    for (let n = 0; n < this.#world.size; n++) {
      let at = slotOf(this.#world.person(n).email.toLowerCase(), slots.length);
      while (slots[at] !== EMPTY) at = (at + 1) % slots.length;
      slots[at] = n;
    }
    this.#slots = slots;
    return slots;
  }
}

/** FNV-1a over UTF-16 units. */
function slotOf(text: string, slots: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % slots;
}
