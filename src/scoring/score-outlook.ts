import type { CompiledDimension, CompiledModel } from './compile-model.ts';
import { type Bounds, inOrder, type Outlook } from './outlook.ts';
import { clamp, roundHalfAway } from './points.ts';
import type { Sight } from './sight.ts';

/** The outlook of a whole score, in points: the outlooks of its rules, added up and capped as the score is. */
export class ScoreOutlook implements Outlook {
  readonly turnsMs: readonly number[];
  readonly stillFromMs: number;
  readonly #model: CompiledModel;
  readonly #dimensions: readonly DimensionOutlook[];

  constructor(model: CompiledModel, everything: Sight, asOfMs: number) {
    this.#model = model;
    this.#dimensions = model.dimensions.map((dimension) => outlookOf(dimension, everything, asOfMs));
    const changing = this.#dimensions.flatMap((dimension) => dimension.changing);
    this.turnsMs = inOrder(
      changing.flatMap(({ turnsMs }) => turnsMs),
      asOfMs,
    );
    this.stillFromMs = changing.reduce((latestMs, { stillFromMs }) => Math.max(latestMs, stillFromMs), asOfMs);
  }

  boundsOver(fromMs: number, untilMs: number): Bounds {
    let [lowCp, highCp] = [0, 0];
    for (const { constantCp, changing, minCp, maxCp } of this.#dimensions) {
      let [low, high] = [constantCp, constantCp];
      for (const outlook of changing) {
        const bounds = outlook.boundsOver(fromMs, untilMs);
        low += bounds.low;
        high += bounds.high;
      }
      lowCp += clamp(low, minCp, maxCp);
      highCp += clamp(high, minCp, maxCp);
    }
    return { low: this.#scoreOf(lowCp), high: this.#scoreOf(highCp) };
  }

  #scoreOf(cp: number): number {
    return roundHalfAway(clamp(cp, this.#model.totalMinCp, this.#model.totalMaxCp) / 100);
  }
}

interface DimensionOutlook {
  readonly minCp: number;
  readonly maxCp: number;
  /** What the rules that will not change any more are worth together. */
  readonly constantCp: number;
  readonly changing: readonly Outlook[];
}

function outlookOf({ minCp, maxCp, rules }: CompiledDimension, everything: Sight, asOfMs: number): DimensionOutlook {
  let constantCp = 0;
  const changing: Outlook[] = [];
  for (const outlook of rules.flatMap(({ rule }) => rule.outlooks(everything, asOfMs))) {
    const isConstant = outlook.stillFromMs <= asOfMs && outlook.turnsMs.length === 0;
    if (isConstant) constantCp += outlook.boundsOver(asOfMs, asOfMs).low;
    else changing.push(outlook);
  }
  return { minCp, maxCp, constantCp, changing };
}
