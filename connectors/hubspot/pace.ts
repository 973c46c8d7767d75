import type { DailyCalls, Rate } from '../../src/domain/budget.ts';

/** HubSpot's own limits, each counted apart (shared/design/hubspot.md 2.3, 2.5, 7). */
export type Bucket = 'burst' | 'search' | 'associations';

/** The part of each limit that we use: the rest is room for clocks and networks that jitter. */
const USED_SHARE = 0.97;
/** A window of one second has less room: at 90 % a search may arrive 110 ms late and still be none too many. */
const USED_SEARCH_SHARE = 0.9;

const WINDOW_MS = 10_000;
const SEARCHES_PER_SECOND = 5;
/** Professional and Enterprise; the first answer's headers tell the truth about this account. */
const FIRST_BURST_CALLS = 190;
/** Accounts of the free and Starter tier have 100 calls per window, of either kind. */
const SMALL_ACCOUNT_CALLS = 100;
const ASSOCIATION_CALLS = 150;

/** How fast one account may be called, learned from the limits that it states in its answers. */
export class Pace {
  #burstCalls = FIRST_BURST_CALLS;
  #windowMs = WINDOW_MS;
  #dailyCalls: DailyCalls | null = null;

  /** Reads the limits off an answer, answers the daily one; search answers state none, OAuth answers no daily one. */
  learn(headers: Headers): DailyCalls | null {
    this.#burstCalls = positive(headers.get('x-hubspot-ratelimit-max')) ?? this.#burstCalls;
    this.#windowMs = positive(headers.get('x-hubspot-ratelimit-interval-milliseconds')) ?? this.#windowMs;
    const limit = positive(headers.get('x-hubspot-ratelimit-daily'));
    const left = headers.get('x-hubspot-ratelimit-daily-remaining');
    if (limit === undefined || left === null || !/^\d+$/.test(left)) return null;
    this.#dailyCalls = { limit, left: Number(left) };
    return this.#dailyCalls;
  }

  /** Calls of the day as the latest answer told them; `null` where none did. */
  get dailyCalls(): DailyCalls | null {
    return this.#dailyCalls;
  }

  /** Length of the account's burst window in milliseconds, 10,000 in every real account. */
  get windowMs(): number {
    return this.#windowMs;
  }

  rate(bucket: Bucket): Rate {
    // The search window is a tenth of the stated one, so that a sandbox whose time runs fast is kept up with.
    if (bucket === 'search') return { calls: SEARCHES_PER_SECOND, perMs: this.#windowMs / 10 / USED_SEARCH_SHARE };
    const isSmall = this.#burstCalls <= SMALL_ACCOUNT_CALLS;
    const calls = bucket === 'burst' || isSmall ? this.#burstCalls : ASSOCIATION_CALLS;
    return { calls, perMs: this.#windowMs / USED_SHARE };
  }
}

function positive(text: string | null): number | undefined {
  const value = Number(text);
  return text !== null && Number.isFinite(value) && value > 0 ? value : undefined;
}
