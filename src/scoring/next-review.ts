import type { CompiledModel } from './compile-model.ts';
import { type Bounds, LAST_MS, type Outlook, type Span } from './outlook.ts';
import type { ScoreCard, ScoringInput } from './score-card.ts';
import { ScoreOutlook } from './score-outlook.ts';
import { scoreTimeline } from './score-timeline.ts';
import { timelineOf } from './timeline.ts';

/**
 * The earliest instant after `asOf` at which, with no new input, the band changes or the score has moved by the
 * model's `writeBack.minDelta` points; `null` if never. A move that lasts under a minute may be passed over.
 *
 * Over any time the score lies between two bounds. A time whose bounds leave nothing to do is skipped whole, any other
 * is halved: between two turns (instants at which a line comes or goes), and where there is none, in its middle.
 */
export function nextReviewAtOf(compiled: CompiledModel, input: ScoringInput): Date | null {
  const timeline = timelineOf(input.engagements);
  const calm = calmOf(compiled, scoreTimeline(compiled, input, timeline));
  const everything = compiled.sight.turnTo(input.lead, timeline, Number.POSITIVE_INFINITY);
  const asOfMs = input.asOf.getTime();
  const outlook = new ScoreOutlook(compiled, everything, asOfMs);
  const foundMs = new Search(outlook, calm).firstUnrestAmong(stretchesOf(outlook, asOfMs));
  return foundMs === null ? null : new Date(foundMs);
}

const MINUTE_MS = 60_000;

/** Whole scores at which neither the band nor the score asks for a review. */
function calmOf({ model: { bands, hysteresis, writeBack } }: CompiledModel, { band, score }: ScoreCard): Bounds {
  const index = bands.findIndex(({ name }) => name === band);
  const isLast = index === bands.length - 1;
  const leavesBelow = isLast ? Number.NEGATIVE_INFINITY : bands[index]!.from - hysteresis;
  const leavesFrom = bands[index - 1]?.from ?? Number.POSITIVE_INFINITY;
  return {
    low: Math.max(Math.ceil(leavesBelow), Math.floor(score - writeBack.minDelta) + 1),
    high: Math.min(Math.ceil(leavesFrom) - 1, Math.ceil(score + writeBack.minDelta) - 1),
  };
}

/** The times after `asOf` in which lines only fade; what happens between turns within a minute is passed over. */
function stretchesOf({ turnsMs, stillFromMs }: Outlook, asOfMs: number): readonly Span[] {
  const stretches: Span[] = [];
  let [fromMs, firstTurnMs] = [asOfMs, Number.NEGATIVE_INFINITY];
  for (const turnMs of turnsMs) {
    if (turnMs - firstTurnMs >= MINUTE_MS) {
      stretches.push({ fromMs, untilMs: turnMs });
      firstTurnMs = turnMs;
    }
    fromMs = turnMs;
  }
  stretches.push({ fromMs, untilMs: Math.min(LAST_MS, Math.max(fromMs, stillFromMs)) + 1 });
  return stretches;
}

class Search {
  readonly #outlook: Outlook;
  readonly #calm: Bounds;

  constructor(outlook: Outlook, calm: Bounds) {
    this.#outlook = outlook;
    this.#calm = calm;
  }

  firstUnrestAmong(stretches: readonly Span[]): number | null {
    const [first, last] = [stretches[0]!, stretches.at(-1)!];
    if (this.#isCalm(first.fromMs, last.untilMs - 1)) return null;
    if (stretches.length === 1) return this.#firstUnrest(first.fromMs, first.untilMs - 1);
    const half = Math.floor(stretches.length / 2);
    return this.firstUnrestAmong(stretches.slice(0, half)) ?? this.firstUnrestAmong(stretches.slice(half));
  }

  /** Within one stretch; both ends included, and known not to be calm throughout. */
  #firstUnrest(fromMs: number, untilMs: number): number | null {
    if (untilMs - fromMs < MINUTE_MS) return this.#unrestWithinMinute(fromMs, untilMs);
    const middleMs = Math.floor((fromMs + untilMs) / 2);
    const before = this.#isCalm(fromMs, middleMs) ? null : this.#firstUnrest(fromMs, middleMs);
    if (before !== null) return before;
    return this.#isCalm(middleMs, untilMs) ? null : this.#firstUnrest(middleMs, untilMs);
  }

  /** Where calm ends for good before the end of a minute; a move that has ended by then is passed over. */
  #unrestWithinMinute(fromMs: number, untilMs: number): number | null {
    if (!this.#isCalm(fromMs, fromMs)) return fromMs;
    if (this.#isCalm(untilMs, untilMs)) return null;
    let [calmMs, unrestMs] = [fromMs, untilMs];
    while (unrestMs - calmMs > 1) {
      const middleMs = Math.floor((calmMs + unrestMs) / 2);
      if (this.#isCalm(middleMs, middleMs)) calmMs = middleMs;
      else unrestMs = middleMs;
    }
    return unrestMs;
  }

  #isCalm(fromMs: number, untilMs: number): boolean {
    const { low, high } = this.#outlook.boundsOver(fromMs, untilMs);
    return low >= this.#calm.low && high <= this.#calm.high;
  }
}
