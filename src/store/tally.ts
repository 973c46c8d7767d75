/** The id of no run: for leads that were stored without having been pulled by one. */
export const NO_RUN = '00000000-0000-0000-0000-000000000000';

/** The run and stream that a page belongs to. */
export interface PageOf {
  readonly runId: string;
  readonly connectionId: string;
  readonly stream: string;
  /** Of the mapping by which the page was read. */
  readonly mappingVersion: number;
}

/** What became of a page's records: `pulled = stored + Σ excluded`. Leads are settled when they are scored. */
export interface Tally {
  readonly stored: number;
  readonly excluded: Readonly<Record<string, number>>;
}

/** How often each name occurs. */
export function countsOf(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** Drops reasons that did not occur, so that a certificate names only what happened. */
export function withoutZeros(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}
