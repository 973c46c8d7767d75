/** What something will be worth from an instant on, if nothing new comes in. */
export interface Outlook {
  /** Instants after the start at which it changes otherwise than by fading. */
  readonly turnsMs: readonly number[];
  /** From here on it does not fade any more. */
  readonly stillFromMs: number;
  /** Between what its worth lies from one instant to another; exact where both are one. */
  boundsOver(fromMs: number, untilMs: number): Bounds;
}

/** Both ends included. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** A time from an instant until before another. */
export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** The instants after a start that a `Date` can hold, in order, each once. */
export function inOrder(instantsMs: readonly number[], startMs: number): readonly number[] {
  const coming = instantsMs.filter((atMs) => atMs > startMs && atMs <= LAST_MS);
  return [...new Set(Float64Array.from(coming).sort())];
}

/** The last instant that a `Date` can hold. */
export const LAST_MS = 8.64e15;

/** A span cut at every turn within it; in order. */
export function piecesOf({ fromMs, untilMs }: Span, turnsMs: readonly number[]): readonly Span[] {
  const cutsMs = [fromMs, ...inOrder(turnsMs, fromMs).filter((turnMs) => turnMs < untilMs), untilMs];
  return cutsMs.slice(1).map((cutMs, index) => ({ fromMs: cutsMs[index]!, untilMs: cutMs }));
}
