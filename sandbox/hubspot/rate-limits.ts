import type { RequestHandler, Response } from 'express';
import type { SandboxClock } from '../clock.ts';
import type { CallStats } from '../stats.ts';
import type { TokenGrant } from './auth.ts';
import { correlationIdOf } from './hubspot-error.ts';
import type { HubspotSettings } from './settings.ts';

/** A limit that refused a call. */
export type Policy = 'SECONDLY' | 'TEN_SECONDLY_ROLLING' | 'DAILY';

const SECOND_MS = 1_000;
const TEN_SECONDS_MS = 10_000;

/**
 * HubSpot's limits, in sandbox time: a burst per rolling ten seconds, searches per second for the whole account and
 * without headers, batch calls on associations per ten seconds, and the day.
 */
export function rateLimits(settings: HubspotSettings, clock: SandboxClock, stats: CallStats): RequestHandler {
  const { limits, timeZone } = settings;
  const burst = new RollingWindow(limits.burst, TEN_SECONDS_MS);
  const search = new RollingWindow(limits.search, SECOND_MS);
  const associations = new RollingWindow(limits.associations, TEN_SECONDS_MS);
  const day = new Day(limits.daily, timeZone);

  return (request, response, next) => {
    if (!limits.enforced) return next();
    const now = clock.now();
    const isSearch = request.method === 'POST' && request.path.endsWith('/search');
    const isAssociation = request.path.startsWith('/crm/associations/');
    const window = isSearch ? search : isAssociation ? associations : burst;
    if (!day.take(now)) return refuse(response, 'DAILY', stats);
    const isTaken = window.take(now.getTime());
    if (!isSearch) {
      // The headers tell of the burst, whichever limit the call itself counts against.
      response.setHeader('X-HubSpot-RateLimit-Max', burst.most);
      response.setHeader('X-HubSpot-RateLimit-Remaining', burst.left);
      // The window passes `speed` times as fast in the caller's time.
      response.setHeader('X-HubSpot-RateLimit-Interval-Milliseconds', Math.ceil(burst.lengthMs / (clock.speed || 1)));
      if (!(response.locals.grant as TokenGrant).isOauth) {
        response.setHeader('X-HubSpot-RateLimit-Daily', limits.daily);
        response.setHeader('X-HubSpot-RateLimit-Daily-Remaining', day.left);
      }
    }
    if (isTaken) return next();
    refuse(response, isSearch ? 'SECONDLY' : 'TEN_SECONDLY_ROLLING', stats);
  };
}

/** Answers 429 as HubSpot does: without `Retry-After`, unless one is given. */
export function sendRateLimited(response: Response, policy: Policy, retryAfterSeconds?: number): void {
  if (retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(retryAfterSeconds));
  response.status(429).json({
    status: 'error',
    message: `You have reached your ${policy.toLowerCase()} limit.`,
    errorType: 'RATE_LIMIT',
    correlationId: correlationIdOf(response),
    policyName: policy,
    groupName: 'publicapi:sandbox',
  });
}

function refuse(response: Response, policy: Policy, stats: CallStats): void {
  stats.countRateLimited('hubspot');
  sendRateLimited(response, policy);
}

class RollingWindow {
  readonly most: number;
  readonly lengthMs: number;
  #takenMs: number[] = [];

  constructor(most: number, lengthMs: number) {
    this.most = most;
    this.lengthMs = lengthMs;
  }

  /** Whether the call may pass; one that may not does not count. */
  take(nowMs: number): boolean {
    this.#takenMs = this.#takenMs.filter((takenMs) => takenMs > nowMs - this.lengthMs);
    if (this.#takenMs.length >= this.most) return false;
    this.#takenMs.push(nowMs);
    return true;
  }

  get left(): number {
    return this.most - this.#takenMs.length;
  }
}

class Day {
  readonly #most: number;
  readonly #format: Intl.DateTimeFormat;
  #date = '';
  #taken = 0;

  constructor(most: number, timeZone: string) {
    this.#most = most;
    this.#format = new Intl.DateTimeFormat('en-CA', { timeZone });
  }

  /** Whether a call may pass on this day of the account's time zone. */
  take(now: Date): boolean {
    const date = this.#format.format(now);
    if (date !== this.#date) {
      this.#date = date;
      this.#taken = 0;
    }
    if (this.#taken >= this.#most) return false;
    this.#taken += 1;
    return true;
  }

  get left(): number {
    return this.#most - this.#taken;
  }
}
