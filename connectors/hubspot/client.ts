import type { z } from 'zod';
import type { Budget, DailyCalls } from '../../src/domain/budget.ts';
import type { Clock } from '../../src/domain/clock.ts';
import { LeadScoringError } from '../../src/errors.ts';
import { callCrm, networkFailure, type OperationClass } from '../call.ts';
import type { HubspotCredentials } from './credentials.ts';
import { failureOf } from './failures.ts';
import { type Bucket, Pace } from './pace.ts';
import { LONGEST_URL, PATHS } from './paths.ts';
import { TokenAnswer, TokenInfo } from './schemas.ts';
import { type Tokens, tokensOf } from './tokens.ts';
import { type HubspotRequest, type HubspotResponse, PinnedClient } from './transport.ts';

export interface HubspotClientOptions {
  readonly credentials: HubspotCredentials;
  readonly baseUrl: string;
  readonly budget: Budget;
  readonly clock: Clock;
  /** Longest wait for one answer, in milliseconds. */
  readonly timeoutMs: number;
  /** Zone of the account's daily quota until {@link HubspotClient.timeZone} is set. */
  readonly timeZone: string;
  readonly onRotated: (credentials: HubspotCredentials) => Promise<void>;
}

/** One call, and which of HubSpot's limits it counts against. */
export interface Call extends Omit<HubspotRequest, 'token'> {
  readonly operation: OperationClass;
  readonly bucket?: Bucket;
}

/** A decoded answer. */
export interface Answer<T> {
  readonly status: number;
  readonly body: T;
  /** HubSpot's own time when the call was sent, never later than the truth. */
  readonly sentAt: Date;
}

/** Speaks HTTP with one portal: tokens, pace, time-outs, repeats and the meaning of every status. */
export class HubspotClient {
  /** Zone of the account's daily quota. */
  timeZone: string;
  readonly #options: HubspotClientOptions;
  readonly #transport: PinnedClient;
  readonly #tokens: Tokens;
  readonly #pace = new Pace();
  #calls = 0;
  #appId: string | null | undefined;

  constructor(options: HubspotClientOptions) {
    this.#options = options;
    this.timeZone = options.timeZone;
    this.#transport = new PinnedClient(options.baseUrl.replace(/\/+$/, ''));
    const { clock, onRotated } = options;
    this.#tokens = tokensOf(options.credentials, { clock, onRotated, exchange: (form) => this.#exchange(form) });
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  /** HTTP calls sent so far, repeats and token renewals included. */
  get calls(): number {
    return this.#calls;
  }

  /** Calls of the day as the latest answer told them; `null` where none did. */
  get dailyCalls(): DailyCalls | null {
    return this.#pace.dailyCalls;
  }

  /**
   * Sends one call and decodes its answer, waiting for the budget first.
   *
   * @throws {LeadScoringError} as {@link failureOf} and {@link callCrm} say; `CRM_UNAVAILABLE` for an answer that is no
   *   JSON, which HubSpot's edge sends at times; `CRM_PROTOCOL` for JSON of another shape.
   */
  async send<S extends z.ZodType>(call: Call, schema: S, signal: AbortSignal): Promise<Answer<z.infer<S>>> {
    const token = await this.#tokens.bearer();
    try {
      return await this.#repeatedly(call, token, schema, signal);
    } catch (error) {
      const isRefused = error instanceof LeadScoringError && error.code === 'CRM_UNAUTHORIZED';
      if (!isRefused || !this.#tokens.refused(token)) throw error;
      return this.#repeatedly(call, await this.#tokens.bearer(), schema, signal);
    }
  }

  /** The app that our token belongs to, as histories name it; asked once, `null` where HubSpot does not tell. */
  async appId(signal: AbortSignal): Promise<string | null> {
    if (this.#appId !== undefined) return this.#appId;
    const token = await this.#tokens.bearer();
    try {
      this.#appId = (await this.#repeatedly(infoCall(this.#options.credentials, token), token, TokenInfo, signal)).body;
    } catch (error) {
      if (!(error instanceof LeadScoringError) || error.recovery === 'retry') throw error;
      this.#appId = null;
    }
    return this.#appId;
  }

  async #repeatedly<S extends z.ZodType>(
    { operation, bucket = 'burst', ...request }: Call,
    token: string,
    schema: S,
    signal: AbortSignal,
  ): Promise<Answer<z.infer<S>>> {
    const { timeoutMs, clock, budget } = this.#options;
    return callCrm(
      operation,
      async (attemptSignal) => decoded(await this.#attempt({ ...request, token }, bucket, attemptSignal), schema),
      {
        timeoutMs,
        signal,
        clock,
        prepare: () => budget.take(bucket, this.#pace.rate(bucket), signal),
      },
    );
  }

  async #attempt(request: HubspotRequest, bucket: Bucket, signal: AbortSignal): Promise<Sent> {
    this.#calls += 1;
    const { clock } = this.#options;
    const startedAtMs = clock.now().getTime();
    const response = await this.#transport.request(request, signal).catch((error: unknown) => {
      throw networkFailure(error, 'HubSpot');
    });
    const dailyCalls = this.#pace.learn(response.headers);
    const tookMs = Math.max(0, clock.now().getTime() - startedAtMs);
    const now = this.#serverTime(response.headers);
    this.#options.budget.learn(now, dailyCalls);
    if (response.status < 200 || response.status > 299) {
      const error = failureOf(response, { now, timeZone: this.timeZone, windowMs: this.#pace.windowMs });
      // Every worker of the account is told, not only the one that was refused.
      if (error.code === 'CRM_RATE_LIMITED') await this.#options.budget.pause(bucket, error.retryAfterMs ?? 0);
      throw error;
    }
    return { response, sentAt: new Date(now.getTime() - tookMs) };
  }

  #serverTime(headers: Headers): Date {
    const atMs = Date.parse(headers.get('date') ?? '');
    return Number.isNaN(atMs) ? this.#options.clock.now() : new Date(atMs);
  }

  /** Renewing may be repeated: HubSpot's refresh tokens stay valid. Shared by all callers, so no caller's signal ends it. */
  async #exchange(form: string): Promise<z.infer<typeof TokenAnswer>> {
    const { signal } = new AbortController();
    const request = { method: 'POST', path: PATHS.token, body: form } as const;
    const attempt = async (attemptSignal: AbortSignal) =>
      decoded(await this.#attempt(request, 'burst', attemptSignal), TokenAnswer);
    try {
      const { timeoutMs, clock, budget } = this.#options;
      const prepare = () => budget.take('burst', this.#pace.rate('burst'), signal);
      return (await callCrm('idempotent', attempt, { timeoutMs, signal, clock, prepare })).body;
    } catch (error) {
      if (!(error instanceof LeadScoringError) || error.recovery === 'retry') throw error;
      throw new LeadScoringError('CRM_UNAUTHORIZED', 'HubSpot does not renew the token of the connection', {
        cause: error,
      });
    }
  }
}

/** Whether the address of a call with these parameters stays below {@link LONGEST_URL}. */
export function fitsUrl(path: string, query: Readonly<Record<string, string>>): boolean {
  return path.length + new URLSearchParams(query).toString().length <= LONGEST_URL;
}

/** Asks about a token; that of OAuth is asked about as its app. */
function infoCall(credentials: HubspotCredentials, token: string): Call {
  const call = { operation: 'read', method: 'POST' } as const;
  if (credentials.kind === 'service-key') return { ...call, path: PATHS.keyInfo, body: { tokenKey: token } };
  const { clientId, clientSecret } = credentials;
  const form = { client_id: clientId, client_secret: clientSecret, token, token_type_hint: 'access_token' };
  return { ...call, path: PATHS.introspection, body: new URLSearchParams(form).toString() };
}

interface Sent {
  readonly response: HubspotResponse;
  readonly sentAt: Date;
}

function decoded<S extends z.ZodType>({ response, sentAt }: Sent, schema: S): Answer<z.infer<S>> {
  const parsed = schema.safeParse(parseJson(response.text));
  if (!parsed.success) {
    const place = parsed.error.issues[0]?.path.join('.') ?? '';
    throw new LeadScoringError('CRM_PROTOCOL', `HubSpot answered in an unknown shape (at "${place}")`);
  }
  return { status: response.status, body: parsed.data, sentAt };
}

function parseJson(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    throw new LeadScoringError('CRM_UNAVAILABLE', 'HubSpot answered with a page instead of JSON');
  }
}
