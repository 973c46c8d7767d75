import { setImmediate } from 'node:timers/promises';

/** Works through some inputs. */
export type Contender<T> = (inputs: readonly T[]) => void | Promise<void>;

const TURN_MS = 50;
const SLICES = 25;

/**
 * Inputs per second of contenders that take turns on the same inputs, so that whatever else the machine does hits all.
 *
 * A turn is as many passes over the inputs as fit into {@link TURN_MS}, at least one. The inputs are cut into slices, and
 * of each slice the best pass counts: what the machine can do, not what kept it from doing so.
 */
export async function race<T, Name extends string>(
  inputs: readonly T[],
  turns: number,
  contenders: Readonly<Record<Name, Contender<T>>>,
): Promise<Readonly<Record<Name, number>>> {
  const slices = slicesOf(inputs);
  const names = Object.keys(contenders) as Name[]; // Object.keys forgets the literal names
  const bestMs = new Map(names.map((name) => [name, slices.map(() => Number.POSITIVE_INFINITY)]));
  for (let turn = 0; turn < turns; turn += 1) {
    for (const name of names) await takeTurn(slices, contenders[name], bestMs.get(name)!);
  }
  const rates = names.map((name) => [name, (inputs.length * 1000) / sum(bestMs.get(name)!)]);
  return Object.fromEntries(rates) as Record<Name, number>; // one for each name
}

async function takeTurn<T>(
  slices: readonly (readonly T[])[],
  contender: Contender<T>,
  bestMs: number[],
): Promise<void> {
  const endsAt = performance.now() + TURN_MS;
  do {
    await setImmediate(); // lets other work of the process go between passes, not within one
    for (const [index, slice] of slices.entries()) {
      const startedAt = performance.now();
      const done = contender(slice);
      if (done !== undefined) await done;
      bestMs[index] = Math.min(bestMs[index]!, performance.now() - startedAt);
    }
  } while (performance.now() < endsAt);
}

function slicesOf<T>(inputs: readonly T[]): readonly (readonly T[])[] {
  const size = Math.ceil(inputs.length / SLICES);
  return Array.from({ length: Math.ceil(inputs.length / size) }, (_, n) => inputs.slice(n * size, (n + 1) * size));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
