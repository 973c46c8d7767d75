import { type Limit, limiterOf } from './limiter.ts';
import { type Bounds, inOrder, type Outlook } from './outlook.ts';
import { DAY_MS, decayFactor, roundHalfAway } from './points.ts';
import type { Presence } from './presence.ts';

/** What the lines of a rule are subject to. */
export interface Fading {
  /** Worth of a fresh line. */
  readonly baseCp: number;
  /** `null`: no decay. */
  readonly halfLifeDays: number | null;
  /** Bound of the sum, of the sign of `baseCp`; `null`: none. */
  readonly maxCp: number | null;
  /** `undefined`: every line counts. */
  readonly limit?: Limit | undefined;
}

/** The outlook of lines that come, fade and go. They share one sign: inside, all is reckoned in magnitudes. */
export class FadingOutlook implements Outlook {
  /** In order, each once. */
  readonly turnsMs: readonly number[];
  readonly stillFromMs: number;
  readonly #lines: readonly Presence[];
  readonly #fading: Fading;
  readonly #baseCp: number;
  /** Whether the lines go in the order in which they come, so that a limit only ever loses the oldest. */
  readonly #isEachAWindow: boolean;
  /** What was asked last; halving an interval asks for its ends, and for its lines, again. */
  readonly #worths = new Map<number, number>();
  #latest: { readonly turns: number; readonly lines: readonly Presence[] } | undefined;

  /** @param lines - By their dates. */
  constructor(lines: readonly Presence[], fading: Fading, asOfMs: number) {
    this.#lines = lines;
    this.#fading = fading;
    this.#baseCp = Math.abs(fading.baseCp);
    this.#isEachAWindow = lines.every(isWindow);
    this.turnsMs = inOrder(
      lines.flatMap(({ fromMs, untilMs }) => [fromMs, untilMs]),
      asOfMs,
    );
    this.stillFromMs = this.#stillFromMs();
  }

  boundsOver(fromMs: number, untilMs: number): Bounds {
    const isSteady = this.#turnsBy(fromMs) === this.#turnsBy(untilMs);
    const least = isSteady ? this.#worthAt(untilMs) : this.#leastOver(fromMs, untilMs);
    const most = isSteady ? this.#worthAt(fromMs) : this.#mostOver(fromMs, untilMs);
    return this.#fading.baseCp < 0 ? { low: 0 - most, high: 0 - least } : { low: least, high: most };
  }

  #worthAt(atMs: number): number {
    const known = this.#worths.get(atMs);
    if (known !== undefined) return known;
    const worth = this.#capped(this.#sumAt(atMs, this.#linesAt(atMs)));
    this.#worths.set(atMs, worth);
    return worth;
  }

  #linesAt(atMs: number): readonly Presence[] {
    const turns = this.#turnsBy(atMs);
    if (this.#latest?.turns !== turns) {
      const present = this.#lines.filter(({ fromMs, untilMs }) => fromMs <= atMs && untilMs > atMs);
      this.#latest = { turns, lines: this.#admitted(present) };
    }
    return this.#latest.lines;
  }

  /** How many turns there are up to an instant. */
  #turnsBy(atMs: number): number {
    let [low, high] = [0, this.turnsMs.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.turnsMs[middle]! <= atMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * Worth at the end of the lines that stand throughout, whatever stands beside them.
   *
   * Older lines beside them make a limit choose others. By induction its k-th choice then comes no earlier than the
   * k-th of these alone, and no later than the (k + times)-th: `times` fewer at most, and none that has faded more.
   */
  #leastOver(fromMs: number, untilMs: number): number {
    const { limit } = this.#fading;
    const certain = this.#lines.filter((line) => line.fromMs <= fromMs && line.untilMs > untilMs);
    if (limit === undefined) return this.#capped(this.#sumAt(untilMs, certain));
    if (!this.#isEachAWindow) return 0;
    return this.#capped(this.#sumAt(untilMs, this.#admitted(certain).slice(0, -limit.times)));
  }

  /** Worth at the start of all lines that stand at some time, though not all at once; see {@link #leastOver}. */
  #mostOver(fromMs: number, untilMs: number): number {
    const { limit } = this.#fading;
    const possible = this.#lines.filter((line) => line.fromMs <= untilMs && line.untilMs > fromMs);
    if (limit === undefined || !this.#isEachAWindow) return this.#capped(this.#sumAt(fromMs, possible));
    return this.#capped(this.#sumAt(fromMs, this.#admitted(possible)) + limit.times * this.#baseCp);
  }

  #admitted(lines: readonly Presence[]): readonly Presence[] {
    const { limit } = this.#fading;
    if (limit === undefined) return lines;
    const admits = limiterOf(limit);
    return lines.filter(({ datedMs }) => admits(datedMs));
  }

  #sumAt(atMs: number, lines: readonly Presence[]): number {
    const { halfLifeDays } = this.#fading;
    if (halfLifeDays === null) return lines.length * this.#baseCp;
    let sum = 0;
    for (const { datedMs } of lines) sum += roundHalfAway(this.#baseCp * decayFactor(atMs - datedMs, halfLifeDays));
    return sum;
  }

  #capped(sum: number): number {
    const { maxCp } = this.#fading;
    return maxCp === null ? sum : Math.min(sum, Math.abs(maxCp));
  }

  #stillFromMs(): number {
    const { halfLifeDays } = this.#fading;
    const latestMs = this.#lines.at(-1)?.datedMs;
    if (halfLifeDays === null || this.#baseCp === 0 || latestMs === undefined) return Number.NEGATIVE_INFINITY;
    // From there the line is below half a cp, which rounds to nothing; a millisecond and more against the logarithm's error.
    return Math.ceil(latestMs + halfLifeDays * DAY_MS * (Math.log2(2 * this.#baseCp) + 1e-6)) + 1;
  }
}

function isWindow({ datedMs, fromMs, untilMs }: Presence, index: number, lines: readonly Presence[]): boolean {
  return fromMs === datedMs && untilMs >= (lines[index - 1]?.untilMs ?? untilMs);
}
