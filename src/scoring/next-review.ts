import type { Engagement } from '../domain/lead.ts';
import type { CompiledModel } from './compile-model.ts';
import type { ScoreCard, ScoringInput } from './score-card.ts';
import { scoreTimeline } from './score-timeline.ts';
import { Sight } from './sight.ts';
import { type Stretch, stretchOf } from './stretch.ts';
import { timelineOf } from './timeline.ts';

/**
 * The earliest instant after `asOf` at which, with no new input, the band changes or the score has moved by the
 * model's `writeBack.minDelta` points; `null` if never. A move that lasts under a minute may be passed over.
 *
 * Between two turns (instants at which a window, an absence or an age condition changes the lines) every line only
 * fades. So over an interval the score lies between two bounds: an interval whose bounds leave nothing to do is
 * skipped whole, any other is halved.
 */
export function nextReviewAtOf(compiled: CompiledModel, input: ScoringInput): Date | null {
  const timeline = timelineOf(input.engagements);
  const calm = calmOf(compiled, scoreTimeline(compiled, input, timeline));
  let fromMs = input.asOf.getTime();
  for (const { firstMs, lastMs } of turnsAfter(fromMs, compiled, input, timeline)) {
    const card = scoreTimeline(compiled, { ...input, asOf: new Date(fromMs) }, timeline);
    const stretch = stretchOf(compiled, card, fromMs);
    const foundMs = firstUnrest(stretch, calm, fromMs, Math.min(firstMs - 1, stretch.stillFromMs));
    if (foundMs !== null) return new Date(foundMs);
    fromMs = lastMs;
  }
  return null;
}

/** The last instant that a `Date` can hold. */
const LAST_MS = 8.64e15;
const MINUTE_MS = 60_000;

/** Whole scores, both ends included, at which neither the band nor the score asks for a review. */
interface Calm {
  readonly min: number;
  readonly max: number;
}

function calmOf({ model: { bands, hysteresis, writeBack } }: CompiledModel, { band, score }: ScoreCard): Calm {
  const index = bands.findIndex(({ name }) => name === band);
  const isLast = index === bands.length - 1;
  const leavesBelow = isLast ? Number.NEGATIVE_INFINITY : bands[index]!.from - hysteresis;
  const leavesFrom = bands[index - 1]?.from ?? Number.POSITIVE_INFINITY;
  return {
    min: Math.max(Math.ceil(leavesBelow), Math.floor(score - writeBack.minDelta) + 1),
    max: Math.min(Math.ceil(leavesFrom) - 1, Math.ceil(score + writeBack.minDelta) - 1),
  };
}

/** Turns within one minute of the first: what happens between them may be passed over. */
interface Turns {
  readonly firstMs: number;
  lastMs: number;
}

/** Every turn after `asOf`, in order, and behind them all the end of time. */
function turnsAfter(
  asOfMs: number,
  { dimensions, types }: CompiledModel,
  { lead }: ScoringInput,
  timeline: readonly Engagement[],
): readonly Turns[] {
  const instants = new Set<number>();
  const everything = new Sight(lead, timeline, Number.POSITIVE_INFINITY, types);
  for (const { rules } of dimensions) {
    for (const rule of rules) {
      rule.turns(everything, (atMs) => {
        if (atMs > asOfMs && atMs <= LAST_MS) instants.add(atMs);
      });
    }
  }
  const turns: Turns[] = [];
  for (const atMs of [...instants].sort((a, b) => a - b)) {
    const latest = turns.at(-1);
    if (latest !== undefined && atMs - latest.firstMs < MINUTE_MS) latest.lastMs = atMs;
    else turns.push({ firstMs: atMs, lastMs: atMs });
  }
  turns.push({ firstMs: LAST_MS + 1, lastMs: LAST_MS + 1 });
  return turns;
}

function firstUnrest(stretch: Stretch, calm: Calm, fromMs: number, untilMs: number): number | null {
  if (isCalm(stretch, calm, fromMs, untilMs)) return null;
  if (untilMs - fromMs < MINUTE_MS) return unrestWithinMinute(stretch, calm, fromMs, untilMs);
  const middleMs = Math.floor((fromMs + untilMs) / 2);
  return firstUnrest(stretch, calm, fromMs, middleMs) ?? firstUnrest(stretch, calm, middleMs + 1, untilMs);
}

/** Where calm ends for good before the end of a minute; a move that has ended by then is passed over. */
function unrestWithinMinute(stretch: Stretch, calm: Calm, fromMs: number, untilMs: number): number | null {
  if (!isCalm(stretch, calm, fromMs, fromMs)) return fromMs;
  if (isCalm(stretch, calm, untilMs, untilMs)) return null;
  let [calmMs, unrestMs] = [fromMs, untilMs];
  while (unrestMs - calmMs > 1) {
    const middleMs = Math.floor((calmMs + unrestMs) / 2);
    if (isCalm(stretch, calm, middleMs, middleMs)) calmMs = middleMs;
    else unrestMs = middleMs;
  }
  return unrestMs;
}

function isCalm(stretch: Stretch, { min, max }: Calm, fromMs: number, untilMs: number): boolean {
  const { low, high } = stretch.boundsOver(fromMs, untilMs);
  return low >= min && high <= max;
}
