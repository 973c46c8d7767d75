import { PassThrough } from 'node:stream';
import { Transport } from 'jsforce/lib/transport.js';
import type { HttpRequest, HttpResponse } from 'jsforce/lib/types/common.js';
import { StreamPromise } from 'jsforce/lib/util/promise.js';
import { LeadScoringError } from '../../src/errors.ts';
import { networkFailure } from '../call.ts';
import { failureOf } from './failure.ts';

interface Exchange {
  /** The only origin that may be called. */
  readonly origin: string;
  readonly signal: AbortSignal;
  /** Sees every answer's headers, refusals included. */
  readonly onAnswer: (headers: Headers) => void;
}

/**
 * What jsforce sends with, instead of its own transport.
 *
 * jsforce's repeats reads by itself, waits half an hour, follows redirects to any host with the session in the header,
 * and ends the process when an answer breaks off in the middle (design 8.6 to 8.8). This one sends once, to one origin.
 */
export class PinnedTransport extends Transport {
  readonly #exchange: Exchange;

  constructor(exchange: Exchange) {
    super();
    this.#exchange = exchange;
  }

  override httpRequest(request: HttpRequest): StreamPromise<HttpResponse> {
    const promise = send(request, this.#exchange);
    return StreamPromise.create(() => ({ stream: new PassThrough(), promise }));
  }
}

async function send(request: HttpRequest, { origin, signal, onAnswer }: Exchange): Promise<HttpResponse> {
  if (new URL(request.url).origin !== origin) {
    throw new LeadScoringError('CRM_PROTOCOL', 'A call would have left the host of the connection');
  }
  const { answer, body } = await fetched(request, signal);
  onAnswer(answer.headers);
  const { status } = answer;
  if (status >= 400) throw failureOf({ status, body, retryAfter: answer.headers.get('retry-after') });
  if (status >= 300) throw new LeadScoringError('CRM_PROTOCOL', `Salesforce answered ${status}, a redirection`);
  return { statusCode: status, headers: Object.fromEntries(answer.headers), body };
}

async function fetched({ url, method, headers = {}, body }: HttpRequest, signal: AbortSignal) {
  try {
    const answer = await fetch(url, {
      method,
      headers: withoutLength(headers),
      body: typeof body === 'string' ? body : null,
      redirect: 'manual',
      signal,
    });
    return { answer, body: await answer.text() };
  } catch (error) {
    throw networkFailure(error, 'Salesforce');
  }
}

/** fetch counts the body itself and refuses a length that it did not count. */
function withoutLength(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'content-length'));
}
