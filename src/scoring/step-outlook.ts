import { type Bounds, type Outlook, piecesOf, type Span } from './outlook.ts';

/** A worth that holds from an instant until the next step. */
interface Step {
  readonly fromMs: number;
  readonly cp: number;
}

/** The outlook of what never fades and only jumps. */
class StepOutlook implements Outlook {
  readonly turnsMs: readonly number[];
  readonly stillFromMs = Number.NEGATIVE_INFINITY;
  readonly #steps: readonly Step[];

  /** @param steps - In order; the first holds from the start. */
  constructor(steps: readonly Step[]) {
    this.#steps = steps;
    this.turnsMs = steps.slice(1).map(({ fromMs }) => fromMs);
  }

  boundsOver(fromMs: number, untilMs: number): Bounds {
    const steps = this.#steps;
    let index = steps.length - 1;
    while (index > 0 && steps[index]!.fromMs > untilMs) index -= 1;
    let [low, high] = [steps[index]!.cp, steps[index]!.cp];
    while (index > 0 && steps[index]!.fromMs > fromMs) {
      index -= 1;
      low = Math.min(low, steps[index]!.cp);
      high = Math.max(high, steps[index]!.cp);
    }
    return { low, high };
  }
}

/** The outlook of a worth that may change at some turns and is asked anew at each. */
export function askedAtTurns(asOfMs: number, turnsMs: readonly number[], cpAt: (atMs: number) => number): Outlook {
  const pieces = piecesOf({ fromMs: asOfMs, untilMs: Number.POSITIVE_INFINITY }, turnsMs);
  return new StepOutlook(pieces.map(({ fromMs }) => ({ fromMs, cp: cpAt(fromMs) })));
}

/** The outlook of a worth that stands while as many spans overlap as `suffices` asks; all of them end after `asOf`. */
export function whileOverlapping(
  spans: readonly Span[],
  asOfMs: number,
  cp: number,
  suffices: (overlapping: number) => boolean,
): Outlook {
  const changes = new Map([[asOfMs, 0]]);
  const change = (atMs: number, by: number) => changes.set(atMs, (changes.get(atMs) ?? 0) + by);
  for (const { fromMs, untilMs } of spans) {
    change(Math.max(fromMs, asOfMs), 1);
    change(untilMs, -1);
  }
  const steps: Step[] = [];
  let overlapping = 0;
  for (const [fromMs, by] of [...changes].sort(([a], [b]) => a - b)) {
    overlapping += by;
    const worth = suffices(overlapping) ? cp : 0;
    if (steps.at(-1)?.cp !== worth) steps.push({ fromMs, cp: worth });
  }
  return new StepOutlook(steps);
}
