import type { RequestHandler, Response } from 'express';
import type { SandboxClock } from '../clock.ts';
import { expired, missingScopes, unauthorized } from './hubspot-error.ts';
import type { HubspotSettings } from './settings.ts';
import { appSource, type ValueSource } from './value-source.ts';

/** Apps are numbered: that of OAuth, then those of the settings' tokens in their order. */
const OAUTH_APP = 1_000_000;

/** What a bearer token may do. */
export interface TokenGrant {
  readonly scopes: readonly string[];
  /** Daily headers are left out for OAuth tokens. */
  readonly isOauth: boolean;
  /** The app that the token belongs to; a service key is one, too. */
  readonly appId: number;
}

/** Tokens of the account: those of the settings, and those that OAuth issued. */
export class Tokens {
  readonly #settings: HubspotSettings;
  readonly #clock: SandboxClock;
  readonly #issued = new Map<string, number>();

  constructor(settings: HubspotSettings, clock: SandboxClock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  /** Issues an access token; a token of an earlier call stays good until it expires. */
  issue(): string {
    const token = `sandbox-access-${this.#issued.size + 1}`;
    this.#issued.set(token, this.#clock.now().getTime() + this.#settings.oauth.expiresInSeconds * 1_000);
    return token;
  }

  /** @throws {HubspotError} 401 */
  grantOf(token: string): TokenGrant {
    const scopes = this.#settings.tokens[token];
    if (scopes)
      return { scopes, isOauth: false, appId: OAUTH_APP + 1 + Object.keys(this.#settings.tokens).indexOf(token) };
    const expiresMs = this.#issued.get(token);
    if (expiresMs === undefined) throw unauthorized();
    if (expiresMs <= this.#clock.now().getTime()) throw expired();
    return { scopes: this.#settings.oauth.scopes, isOauth: true, appId: OAUTH_APP };
  }

  /** The app of a token that is good now, `null` for another. */
  appOf(token: string): number | null {
    const isGood = this.#settings.tokens[token] !== undefined || this.secondsLeft(token) !== null;
    return isGood ? this.grantOf(token).appId : null;
  }

  /** Seconds that a token has left, `null` for one that is unknown or has expired. */
  secondsLeft(token: string): number | null {
    const leftMs = (this.#issued.get(token) ?? 0) - this.#clock.now().getTime();
    return leftMs > 0 ? Math.floor(leftMs / 1_000) : null;
  }
}

/** Lets in whoever bears a good token. */
export function authenticate(tokens: Tokens): RequestHandler {
  return (request, response, next) => {
    const [, token] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (token === undefined) throw unauthorized();
    response.locals.grant = tokens.grantOf(token);
    next();
  };
}

/** The source that the values of a call bear. */
export function sourceOfCall(response: Response): ValueSource {
  return appSource((response.locals.grant as TokenGrant).appId); // set by authenticate
}

/** Refuses a token that has none of the scopes. @throws {HubspotError} 403 */
export function requireAnyScope(response: Response, scopes: readonly string[]): void {
  const { scopes: granted } = response.locals.grant as TokenGrant; // set by authenticate
  if (!scopes.some((scope) => granted.includes(scope))) throw missingScopes(scopes);
}
