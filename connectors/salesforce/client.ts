import { Connection } from 'jsforce/lib/connection.js';
import type { z } from 'zod';
import type { Budget, DailyCalls, Rate } from '../../src/domain/budget.ts';
import type { Clock } from '../../src/domain/clock.ts';
import { LeadScoringError } from '../../src/errors.ts';
import { callCrm, type OperationClass } from '../call.ts';
import { abortable } from './abortable.ts';
import type { SalesforceCredentials } from './credentials.ts';
import { Gate } from './gate.ts';
import { type Session, signIn } from './session.ts';
import { PinnedTransport } from './transport.ts';

/** Winter '27, in production since October 2026; a version is kept for at least three years (design 0). */
export const SALESFORCE_API_VERSION = '68.0';

/**
 * The pace of one org's calls. Salesforce has no limit per second (only per day, and of calls longer than 20 s);
 * this keeps a run from crowding out the org's own users.
 */
export const SALESFORCE_PACE: Rate = { calls: 25, perMs: 1_000 };

/** Calls longer than 20 s count against 25 at a time, 5 in a developer org (design 4.5). */
const CALLS_AT_A_TIME = 5;

export interface SalesforceClientOptions {
  readonly credentials: SalesforceCredentials;
  /** Login URL (`https://login.salesforce.com`) or My Domain URL. */
  readonly baseUrl: string;
  readonly budget: Budget;
  readonly clock: Clock;
  /** Longest wait for one answer, in milliseconds. */
  readonly timeoutMs: number;
  /** As {@link timeoutMs}, for queries. */
  readonly queryTimeoutMs: number;
  /** Stores a rotated refresh token, before it is used: the old one is dead. */
  readonly onRotated: (credentials: SalesforceCredentials) => Promise<void>;
}

/** One call, its path below the version (`/query?q=…`) or below the instance (`/services/data/…`). */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly operation: OperationClass;
  readonly isQuery?: boolean;
}

/** An answer, and the org's own times around it (whole seconds, from Date headers). */
export interface Answer<T> {
  readonly body: T;
  readonly answeredAt: Date;
  /** The org's time at the latest answer before this call: never later than anything that the call changed. */
  readonly sentAfter: Date;
}

/** Speaks HTTP with one org: sessions, pace, time-outs, repeats and the day's usage. */
export class SalesforceClient {
  readonly #options: SalesforceClientOptions;
  readonly #gate = new Gate(CALLS_AT_A_TIME);
  #credentials: SalesforceCredentials;
  #session: Session | null = null;
  #signingIn: Promise<Session> | null = null;
  #calls = 0;
  #dailyCalls: DailyCalls | null = null;
  #latestAnswerAt: Date | null = null;

  constructor(options: SalesforceClientOptions) {
    this.#options = options;
    this.#credentials = options.credentials;
  }

  /** API calls sent so far, repeats included. Sign-ins are none: Salesforce does not count them either. */
  get calls(): number {
    return this.#calls;
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  /** Calls of the org's rolling 24 hours as the latest answer told them; `null` before the first. */
  get dailyCalls(): DailyCalls | null {
    return this.#dailyCalls;
  }

  /** The org's own time at the latest answer; `null` before the first. Never later than the truth. */
  get latestAnswerAt(): Date | null {
    return this.#latestAnswerAt;
  }

  /**
   * Sends one call and decodes its answer.
   *
   * @throws {LeadScoringError} by shared/design/salesforce.md 4.2; `CRM_UNAVAILABLE` for an answer that is no JSON,
   *   which the edge sends during maintenance; `CRM_PROTOCOL` for JSON of another shape.
   * @throws {QueryInterrupted} for a query that must be put differently.
   */
  async send<S extends z.ZodType>(call: Call, schema: S, signal: AbortSignal): Promise<Answer<z.infer<S>>> {
    return this.#gate.pass(() =>
      callCrm(call.operation, (attemptSignal) => this.#attempt(call, schema, attemptSignal), {
        timeoutMs: call.isQuery ? this.#options.queryTimeoutMs : this.#options.timeoutMs,
        signal,
        clock: this.clock,
        prepare: async () => {
          await abortable(this.session(), signal);
          await this.#mayCall(signal);
        },
      }),
    );
  }

  /** The session in use, signing in first if there is none. */
  async session(): Promise<Session> {
    return this.#session ?? this.#signIn();
  }

  /** The call, once more with a new session if the old one has ended; a second refusal is final (design 8.3). */
  async #attempt<S extends z.ZodType>(call: Call, schema: S, signal: AbortSignal): Promise<Answer<z.infer<S>>> {
    const session = await this.session();
    try {
      return await this.#exchange(call, schema, session, signal);
    } catch (error) {
      if (!(error instanceof LeadScoringError) || error.code !== 'CRM_UNAUTHORIZED') {
        await this.#pauseFor(error);
        throw error;
      }
      if (this.#session === session) this.#session = null;
      const renewed = await this.session();
      await this.#mayCall(signal);
      return this.#exchange(call, schema, renewed, signal);
    }
  }

  async #exchange<S extends z.ZodType>(
    { method, path, body, headers = {} }: Call,
    schema: S,
    { accessToken, instanceUrl }: Session,
    signal: AbortSignal,
  ): Promise<Answer<z.infer<S>>> {
    const connection = new Connection({
      instanceUrl,
      accessToken,
      version: SALESFORCE_API_VERSION,
      callOptions: { client: 'scorewire' }, // names us in change events and the org's event log
    });
    const sentAfter = this.#latestAnswerAt ?? new Date(0);
    let answeredAt = this.clock.now();
    const transport = this.#transport(instanceUrl, signal, (answer) => {
      const dailyCalls = dailyCallsOf(answer.get('sforce-limit-info') ?? '');
      this.#dailyCalls = dailyCalls ?? this.#dailyCalls;
      const date = Date.parse(answer.get('date') ?? '');
      if (Number.isNaN(date)) return;
      answeredAt = new Date(date);
      this.#latestAnswerAt = answeredAt;
      this.#options.budget.learn(answeredAt, dailyCalls);
    });
    this.#calls += 1;
    const request = {
      method,
      url: path,
      headers: { accept: 'application/json', ...(body && { 'content-type': 'application/json' }), ...headers },
      ...(body && { body: JSON.stringify(body) }),
    };
    const answer: unknown = await connection.request(request, { transport });
    if (typeof answer === 'string') throw new LeadScoringError('CRM_UNAVAILABLE', 'Salesforce answered with no JSON');
    const parsed = schema.safeParse(answer);
    if (!parsed.success) {
      const place = parsed.error.issues[0]?.path.join('.') ?? '';
      throw new LeadScoringError('CRM_PROTOCOL', `Salesforce answered in an unknown shape (at "${place}")`);
    }
    return { body: parsed.data, answeredAt, sentAfter };
  }

  /** One sign-in at a time: Salesforce refuses concurrent refreshes, and each would end the other's token. */
  #signIn(): Promise<Session> {
    this.#signingIn ??= this.#newSession().finally(() => {
      this.#signingIn = null;
    });
    return this.#signingIn;
  }

  async #newSession(): Promise<Session> {
    const { baseUrl, clock, timeoutMs, onRotated } = this.#options;
    const credentials = this.#credentials;
    // Shared by several callers, so no caller's signal ends it. A lost answer may have spent a refresh token.
    const operation = credentials.kind === 'refresh' ? 'create' : 'read';
    const signal = new AbortController().signal;
    const { session, next } = await callCrm(
      operation,
      (attemptSignal) => {
        const transport = this.#transport(new URL(baseUrl).origin, attemptSignal, () => {});
        return signIn({ credentials, baseUrl, clock, transport });
      },
      { timeoutMs, signal, clock },
    );
    if (next !== credentials) await onRotated(next);
    this.#credentials = next;
    this.#session = session;
    return session;
  }

  #transport(origin: string, signal: AbortSignal, onAnswer: (headers: Headers) => void): PinnedTransport {
    return new PinnedTransport({ origin, signal, onAnswer });
  }

  #mayCall(signal: AbortSignal): Promise<void> {
    return this.#options.budget.take('calls', SALESFORCE_PACE, signal);
  }

  /** Tells every worker of the org that it wants no calls for a moment. */
  async #pauseFor(error: unknown): Promise<void> {
    if (!(error instanceof LeadScoringError) || error.code !== 'CRM_RATE_LIMITED') return;
    if (error.retryAfterMs !== undefined) await this.#options.budget.pause('calls', error.retryAfterMs);
  }
}

/** The header `Sforce-Limit-Info`, such as `api-usage=18/15000`; the limit is soft, so that more may have been used. */
function dailyCallsOf(header: string): DailyCalls | null {
  const [, used, limit] = /api-usage=(\d+)\/(\d+)/.exec(header) ?? [];
  return limit === undefined ? null : { limit: Number(limit), left: Math.max(0, Number(limit) - Number(used)) };
}
