import { setImmediate } from 'node:timers/promises';

/** Works through some inputs. */
export type Contender<T> = (inputs: readonly T[]) => void | Promise<void>;

const TURN_MS = 50;

/**
 * Inputs per second of a core, of contenders that take turns on the same inputs.
 *
 * A turn is as many passes over the inputs as fit into {@link TURN_MS}, at least one. What counts is the processor time
 * of the main thread, which is what a clock would show if nothing else ran: other programs are not in it, the garbage
 * is where the thread collects it itself. Of the turns the best counts, since those programs still crowd the caches.
 */
export async function race<T, Name extends string>(
  inputs: readonly T[],
  turns: number,
  contenders: Readonly<Record<Name, Contender<T>>>,
): Promise<Readonly<Record<Name, number>>> {
  const names = Object.keys(contenders) as Name[]; // Object.keys forgets the literal names
  const best = new Map(names.map((name) => [name, 0]));
  for (let turn = 0; turn < turns; turn += 1) {
    for (const name of names) {
      await setImmediate(); // lets other work of the process go between turns, not within one
      best.set(name, Math.max(best.get(name)!, await rateOf(inputs, contenders[name])));
    }
  }
  return Object.fromEntries(best) as Record<Name, number>; // one for each name
}

async function rateOf<T>(inputs: readonly T[], contender: Contender<T>): Promise<number> {
  const before = process.threadCpuUsage();
  let passes = 0;
  let tookMs = 0;
  do {
    const done = contender(inputs);
    if (done !== undefined) await done;
    passes += 1;
    const { user, system } = process.threadCpuUsage(before);
    tookMs = (user + system) / 1000;
  } while (tookMs < TURN_MS);
  return (passes * inputs.length * 1000) / tookMs;
}
