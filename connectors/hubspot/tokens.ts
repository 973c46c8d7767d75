import type { z } from 'zod';
import type { Clock } from '../../src/domain/clock.ts';
import type { HubspotCredentials } from './credentials.ts';
import type { TokenAnswer } from './schemas.ts';

/** Where bearer tokens come from. */
export interface Tokens {
  /** A token to call with; renewed before it expires. */
  bearer(): Promise<string>;
  /** Tells that HubSpot refused the token; whether another one may be tried. */
  refused(token: string): boolean;
}

/** Sends a form to the token endpoint. */
export type Exchange = (form: string) => Promise<z.infer<typeof TokenAnswer>>;

interface TokenOptions {
  readonly exchange: Exchange;
  readonly clock: Pick<Clock, 'now'>;
  /** Stores a changed refresh token before it is used: the old one may be dead. */
  readonly onRotated: (credentials: HubspotCredentials) => Promise<void>;
}

/** The tokens of a connection. */
export function tokensOf(credentials: HubspotCredentials, options: TokenOptions): Tokens {
  if (credentials.kind === 'oauth') return new OAuthTokens(credentials, options);
  return { bearer: async () => credentials.token, refused: () => false };
}

type OAuthCredentials = Extract<HubspotCredentials, { kind: 'oauth' }>;

/** Tokens live 30 minutes; one is renewed this long before its end. */
const RENEW_BEFORE_MS = 120_000;

class OAuthTokens implements Tokens {
  #credentials: OAuthCredentials;
  readonly #options: TokenOptions;
  #token: { readonly text: string; readonly expiresAtMs: number } | null = null;
  #renewal: Promise<string> | null = null;

  constructor(credentials: OAuthCredentials, options: TokenOptions) {
    this.#credentials = credentials;
    this.#options = options;
  }

  async bearer(): Promise<string> {
    const nowMs = this.#options.clock.now().getTime();
    if (this.#token !== null && nowMs < this.#token.expiresAtMs - RENEW_BEFORE_MS) return this.#token.text;
    this.#renewal ??= this.#renew().finally(() => {
      this.#renewal = null;
    });
    return this.#renewal;
  }

  refused(token: string): boolean {
    if (this.#token?.text === token) this.#token = null;
    return true;
  }

  async #renew(): Promise<string> {
    const { clientId, clientSecret, refreshToken } = this.#credentials;
    const answer = await this.#options.exchange(
      new URLSearchParams({
        grant_type: 'refresh_token',
        client_id: clientId,
        client_secret: clientSecret,
        refresh_token: refreshToken,
      }).toString(),
    );
    const rotated = answer.refresh_token;
    if (rotated !== undefined && rotated !== refreshToken) {
      const next = { ...this.#credentials, refreshToken: rotated };
      await this.#options.onRotated(next);
      this.#credentials = next;
    }
    const expiresAtMs = this.#options.clock.now().getTime() + answer.expires_in * 1_000;
    this.#token = { text: answer.access_token, expiresAtMs };
    return answer.access_token;
  }
}
