import { createHash } from 'node:crypto';
import type { Org } from './org.ts';

/** The access and refresh tokens of the org. */
export class Sessions {
  readonly #org: Org;
  /** Access token → when it ends unless it is used, in milliseconds of sandbox time. */
  readonly #sessions = new Map<string, number>();
  /** Refresh token → its family and whether it may still be used. */
  readonly #refreshTokens = new Map<string, { readonly family: number; isUsed: boolean }>();
  readonly #revokedFamilies = new Set<number>();
  #issued = 0;

  constructor(org: Org) {
    this.#org = org;
    this.#refreshTokens.set(org.settings.refreshToken, { family: 0, isUsed: false });
  }

  /** A new access token. */
  open(): string {
    const token = `${this.#org.id.slice(0, 15)}!AQ${this.#secret('session')}`;
    this.#extend(token);
    return token;
  }

  /** Whether a token stands for a living session; using it keeps it alive. */
  isAlive(token: string): boolean {
    const endsAt = this.#sessions.get(token);
    if (endsAt === undefined || endsAt <= this.#org.now().getTime()) return false;
    this.#extend(token);
    return true;
  }

  /** Ends one session, or all. */
  end(token?: string): void {
    if (token === undefined) this.#sessions.clear();
    else this.#sessions.delete(token);
  }

  /**
   * Uses a refresh token. With rotation each works once: the answer bears its successor, and using one again revokes
   * the whole family.
   *
   * @returns `null` if it is unknown or revoked; else the next refresh token, the same one without rotation
   */
  refresh(token: string): string | null {
    const known = this.#refreshTokens.get(token);
    if (known === undefined || this.#revokedFamilies.has(known.family)) return null;
    if (!this.#org.settings.rotateRefreshTokens) return token;
    if (known.isUsed) {
      this.#revokedFamilies.add(known.family);
      return null;
    }
    known.isUsed = true;
    const next = `5Aep${this.#secret('refresh')}`;
    this.#refreshTokens.set(next, { family: known.family, isUsed: false });
    return next;
  }

  /** Revokes a refresh token with its family, or ends the session of an access token; tells whether it was known. */
  revoke(token: string): boolean {
    const refreshToken = this.#refreshTokens.get(token);
    if (refreshToken !== undefined) this.#revokedFamilies.add(refreshToken.family);
    return this.#sessions.delete(token) || refreshToken !== undefined;
  }

  #extend(token: string): void {
    this.#sessions.set(token, this.#org.now().getTime() + this.#org.settings.sessionMinutes * 60_000);
  }

  /** Not guessable from the token before, and the same in every run. */
  #secret(purpose: string): string {
    this.#issued += 1;
    return createHash('sha256').update(`${purpose} ${this.#issued}`).digest('base64url');
  }
}
