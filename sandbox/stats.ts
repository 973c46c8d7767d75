import { CRMS, type Crm } from '../src/domain/crm.ts';

/** What one twin was asked, and how it answered, since it started or was last reset. */
export interface TwinStats {
  readonly calls: number;
  /** Calls by method and path, ids replaced by `{id}`. */
  readonly byRoute: Readonly<Record<string, number>>;
  /** Answers that refused a call for its rate or a quota, by limits and by faults alike. */
  readonly rateLimited: number;
  /** Faults fired, by kind. */
  readonly faults: Readonly<Record<string, number>>;
}

/** The counters that both twins write to. */
export interface CallStats {
  countCall(crm: Crm, route: string): void;
  countRateLimited(crm: Crm): void;
  countFault(crm: Crm, kind: string): void;
  /** Tells of each fault at the moment at which it strikes. */
  onFault(listener: (crm: Crm, kind: string) => void): void;
  snapshot(): Readonly<Record<Crm, TwinStats>>;
  reset(): void;
}

/** Counters at zero. */
export function callStats(): CallStats {
  let counters = zeroes();
  const listeners: ((crm: Crm, kind: string) => void)[] = [];
  return {
    countCall(crm, route) {
      counters[crm].calls += 1;
      increment(counters[crm].byRoute, route);
    },
    countRateLimited(crm) {
      counters[crm].rateLimited += 1;
    },
    countFault(crm, kind) {
      increment(counters[crm].faults, kind);
      for (const listener of listeners) listener(crm, kind);
    },
    onFault: (listener) => void listeners.push(listener),
    snapshot: () => structuredClone(counters),
    reset() {
      counters = zeroes();
    },
  };
}

interface Counters {
  calls: number;
  byRoute: Record<string, number>;
  rateLimited: number;
  faults: Record<string, number>;
}

function zeroes(): Record<Crm, Counters> {
  const entries = CRMS.map((crm) => [crm, { calls: 0, byRoute: {}, rateLimited: 0, faults: {} }] as const);
  return Object.fromEntries(entries) as Record<Crm, Counters>; // Object.fromEntries forgets the keys
}

function increment(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
