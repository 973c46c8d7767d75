/** A stream of numbers in [0, 1), the same for the same seed. */
export type Random = () => number;

/**
 * The mulberry32 generator: 32 bits of state, a few nanoseconds a number.
 *
 * @see https://github.com/cprosche/mulberry32 (public domain; period about 2³², plenty for one person)
 */
export function random(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A seed made of several numbers, so that neighbours get unrelated streams. */
export function seedOf(...parts: readonly number[]): number {
  let hash = 0x9e3779b9;
  for (const part of parts) {
    hash = Math.imul(hash ^ (part | 0), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13) ^ Math.floor(part / 4_294_967_296), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash >>> 0;
}

/** One of the choices, each as likely as the others. */
export function pick<T>(next: Random, choices: readonly T[]): T {
  return choices[Math.floor(next() * choices.length)]!;
}
