import type { Request, RequestHandler, Response } from 'express';
import type { Crm } from '../src/domain/crm.ts';
import type { Fault, Faults } from './faults.ts';
import type { CallStats } from './stats.ts';

/** Faults that need the CRM's own words. */
export type SpokenFault = Extract<Fault, { kind: 'rate-limit' | 'expired-token' | 'missing-scope' | 'server-error' }>;

interface GateOptions {
  readonly crm: Crm;
  readonly faults: Faults;
  readonly stats: CallStats;
  /** The route for the counters, ids replaced by `{id}`. */
  readonly routeOf: (request: Request) => string;
  /** Answers a fault with the CRM's own body. */
  readonly answer: (fault: SpokenFault, request: Request, response: Response) => void;
}

/**
 * Counts every call and lets the planned fault happen to it.
 *
 * `partial-failure`, `row-lock` and `poisoned` are left in `response.locals.fault` for the route that knows its records.
 */
export function faultGate({ crm, faults, stats, routeOf, answer }: GateOptions): RequestHandler {
  return (request, response, next) => {
    stats.countCall(crm, routeOf(request));
    const original = request.originalUrl.split('?')[0]!;
    const fault = faults.next(crm, request.method, [request.path, original]);
    if (!fault) return next();
    // A lost answer is lost when the call has had its effect, and not before.
    if (fault.kind !== 'lost-answer') stats.countFault(crm, fault.kind);
    switch (fault.kind) {
      case 'reset':
        request.socket.resetAndDestroy();
        return;
      case 'silence':
        return;
      case 'html-error':
        response.status(fault.status).type('html').send(htmlPage(fault.status));
        return;
      case 'lost-answer':
        loseAnswer(response, () => stats.countFault(crm, fault.kind));
        return next();
      case 'slow':
        dribble(response, fault.bytes, fault.everyMs);
        return next();
      case 'partial-failure':
      case 'row-lock':
      case 'poisoned':
        response.locals.fault = fault;
        return next();
      default:
        if (fault.kind === 'rate-limit') stats.countRateLimited(crm);
        answer(fault, request, response);
    }
  };
}

function htmlPage(status: number): string {
  return `<!DOCTYPE html><html><head><title>${status}</title></head><body><h1>${status} Bad Gateway</h1></body></html>`;
}

function loseAnswer(response: Response, onLost: () => void): void {
  response.end = () => {
    onLost();
    response.socket?.resetAndDestroy();
    return response;
  };
}

function dribble(response: Response, bytes: number, everyMs: number): void {
  const write = response.write.bind(response) as (chunk: Buffer) => boolean; // the overloads do not matter here
  const end = response.end.bind(response) as () => Response;
  const sendFrom = (whole: Buffer, start: number) => {
    if (response.destroyed) return;
    if (start >= whole.length) return void end();
    write(whole.subarray(start, start + bytes));
    setTimeout(() => sendFrom(whole, start + bytes), everyMs).unref();
  };
  response.end = (body?: unknown) => {
    sendFrom(Buffer.from(typeof body === 'string' || Buffer.isBuffer(body) ? body : ''), 0);
    return response;
  };
}
