import type { Fault } from '../../faults.ts';
import type { Org } from '../org.ts';
import type { WriteContext } from '../write/write-record.ts';
import type { CursorStore } from './cursor-store.ts';

/** What the routes work on. */
export interface Api {
  readonly org: Org;
  readonly cursors: CursorStore;
  /** Calls in the last rolling day of sandbox time, and how many there may be. */
  readonly usage: () => { readonly used: number; readonly max: number };
}

/** A request below `/services/data/v68.0`, alone or as part of a composite one. */
export interface ApiRequest {
  readonly method: string;
  /** Such as `68.0`. */
  readonly version: string;
  /** After the version, without the query, such as `/sobjects/Lead/00Q…`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** A planned fault that strikes single rows. */
  readonly fault: Fault | null;
}

/** What goes back. */
export interface ApiAnswer {
  readonly status: number;
  /** `undefined`: no body. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One route; `params` are the groups of `path`. */
export interface Route {
  readonly method: string;
  readonly path: RegExp;
  run(api: Api, request: ApiRequest, params: readonly string[]): ApiAnswer;
}

/** Where addresses in answers begin. */
export function basePathOf({ version }: ApiRequest): string {
  return `/services/data/v${version}`;
}

/** How the request writes: assignment rules run unless it says otherwise. */
export function writeContextOf({ org }: Api, { headers }: ApiRequest): WriteContext {
  return { org, isAutoAssigned: headers['sforce-auto-assign']?.toLowerCase() !== 'false' };
}

/** 200 with a body. */
export function ok(body: unknown): ApiAnswer {
  return { status: 200, body };
}
