/** One measured figure beside a peer's or a limit's, taken in the same process run. */
export interface BenchRow {
  readonly name: string;
  /** Our figure, in `unit`. */
  readonly ours: number;
  /** The peer's figure in the same unit; `null` where there is no peer. */
  readonly peer: number | null;
  /** Name and version of the peer; `null` where there is none. */
  readonly peerName: string | null;
  /** How many times better ours is, below 1 worse; `null` without a peer. */
  readonly ratio: number | null;
  /** Such as `leads/s` or `bytes/lead`. */
  readonly unit: string;
  /** What must hold of our figure or of the ratio. */
  readonly limit?: { readonly of: 'ours' | 'ratio'; readonly atLeast?: number; readonly atMost?: number };
}

/** Whether a row keeps its limit; true where it has none. */
export function keepsLimit({ limit, ours, ratio }: BenchRow): boolean {
  if (limit === undefined) return true;
  const figure = limit.of === 'ours' ? ours : ratio;
  return figure !== null && figure >= (limit.atLeast ?? figure) && figure <= (limit.atMost ?? figure);
}
