import { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { Express } from 'express';

/** A request, as it would go over the wire. */
export interface AppRequest {
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What came back. */
export interface AppAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** A call in the air. */
export interface AppCall {
  /** The answer; `null` if the connection was cut instead. Never resolves if the app never answers. */
  readonly answer: Promise<AppAnswer | null>;
}

/** Calls an Express app without a network: the same handlers, bytes in and bytes out, and no socket to wait for. */
export function callApp(app: Express, { method, path, headers, body }: AppRequest): AppCall {
  const ended = Promise.withResolvers<AppAnswer | null>();
  const socket = new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() });
  const cut = () => ended.resolve(null);
  Object.assign(socket, { resetAndDestroy: cut, remoteAddress: '127.0.0.1', encrypted: false });

  const request = new IncomingMessage(socket as unknown as Socket); // a socket without a network
  Object.assign(request, { method, url: path, httpVersion: '1.1', headers: { host: 'crm.example', ...headers } });
  if (body !== '') {
    request.headers['content-length'] = String(Buffer.byteLength(body));
    request.push(body);
  }
  request.push(null);
  request.complete = true;

  const response = new ServerResponse(request);
  response.assignSocket(socket as unknown as Socket);
  const chunks: Buffer[] = [];
  response.write = (chunk: string | Buffer) => {
    chunks.push(Buffer.from(chunk as string)); // text or bytes, both of which it takes
    return true;
  };
  response.end = (chunk?: unknown) => {
    if (chunk !== undefined && typeof chunk !== 'function') response.write(chunk as string);
    const told = Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)]);
    const answer = { status: response.statusCode, headers: new Headers(told as [string, string][]) };
    ended.resolve({ ...answer, body: Buffer.concat(chunks).toString('utf8') });
    return response;
  };
  app(request as Parameters<Express>[0], response as Parameters<Express>[1]);
  return { answer: ended.promise };
}
