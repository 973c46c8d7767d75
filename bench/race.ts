import { setImmediate } from 'node:timers/promises';

/** Works through some inputs. */
export type Contender<T> = (inputs: readonly T[]) => void | Promise<void>;

const SLICES = 25;

/**
 * Inputs per second of contenders that take turns on the same inputs, so that whatever else the machine does hits all.
 *
 * The inputs are cut into slices, and of each slice the best round counts: what the machine can do, not what kept it.
 */
export async function race<T, Name extends string>(
  inputs: readonly T[],
  rounds: number,
  contenders: Readonly<Record<Name, Contender<T>>>,
): Promise<Readonly<Record<Name, number>>> {
  const slices = slicesOf(inputs);
  const names = Object.keys(contenders) as Name[]; // Object.keys forgets the literal names
  const bestMs = new Map(names.map((name) => [name, slices.map(() => Number.POSITIVE_INFINITY)]));
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) {
      await setImmediate(); // lets other work of the process go between rounds, not within one
      const best = bestMs.get(name)!;
      for (const [index, slice] of slices.entries()) {
        best[index] = Math.min(best[index]!, await millisecondsOf(() => contenders[name](slice)));
      }
    }
  }
  const rates = names.map((name) => [name, (inputs.length * 1000) / sum(bestMs.get(name)!)]);
  return Object.fromEntries(rates) as Record<Name, number>; // one for each name
}

async function millisecondsOf(work: () => void | Promise<void>): Promise<number> {
  const startedAt = performance.now();
  const done = work();
  if (done !== undefined) await done;
  return performance.now() - startedAt;
}

function slicesOf<T>(inputs: readonly T[]): readonly (readonly T[])[] {
  const size = Math.ceil(inputs.length / SLICES);
  return Array.from({ length: Math.ceil(inputs.length / size) }, (_, n) => inputs.slice(n * size, (n + 1) * size));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
