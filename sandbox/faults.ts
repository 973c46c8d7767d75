import { z } from 'zod';
import { CRMS, type Crm } from '../src/domain/crm.ts';
import { random, seedOf } from './random.ts';

/** Which records of a batch fail: the ones named, every nth, or without either the first. */
const Records = { ids: z.array(z.string()).optional(), every: z.number().int().positive().optional() };

/** What goes wrong. Each twin answers in its own CRM's words. */
export const Fault = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('rate-limit'),
    policy: z.enum(['SECONDLY', 'TEN_SECONDLY_ROLLING', 'DAILY']).default('TEN_SECONDLY_ROLLING'),
    /** Sent as `Retry-After`; without it there is no such header. */
    retryAfterSeconds: z.number().nonnegative().optional(),
  }),
  z.strictObject({ kind: z.literal('expired-token') }),
  z.strictObject({ kind: z.literal('missing-scope'), scopes: z.array(z.string()).default([]) }),
  z.strictObject({ kind: z.literal('server-error'), status: z.number().int().min(500).max(599).default(500) }),
  z.strictObject({ kind: z.literal('html-error'), status: z.number().int().min(400).max(599).default(502) }),
  /** The connection is cut before anything happens. */
  z.strictObject({ kind: z.literal('reset') }),
  /** Nothing happens and no answer comes; the connection stays open. */
  z.strictObject({ kind: z.literal('silence') }),
  /** Everything happens, then the connection is cut instead of an answer. */
  z.strictObject({ kind: z.literal('lost-answer') }),
  /** The answer comes `bytes` at a time, every `everyMs` real milliseconds. */
  z.strictObject({
    kind: z.literal('slow'),
    bytes: z.number().int().positive().default(16),
    everyMs: z.number().int().positive().default(20),
  }),
  z.strictObject({ kind: z.literal('partial-failure'), ...Records }),
  /** Records are locked. Salesforce refuses their rows, HubSpot every batch that names one of them. */
  z.strictObject({ kind: z.literal('row-lock'), ...Records }),
  /** A call that names one of these records is refused whole, without a word of which. */
  z.strictObject({ kind: z.literal('poisoned'), ids: z.array(z.string()) }),
]);
export type Fault = z.infer<typeof Fault>;

/** One line of a fault plan: on which calls of which route what goes wrong. */
export const FaultRule = z.strictObject({
  /** Both CRMs if omitted. */
  crm: z.enum(CRMS).optional(),
  /** Method and path; `*` is one path segment or any method, `**` any rest. Without the query. */
  route: z
    .string()
    .regex(/^(GET|POST|PUT|PATCH|DELETE|\*) \/\S*$/, 'expected a method and a path, such as `GET /crm/*`'),
  /** Counted per rule, the first call is 1. */
  calls: z
    .union([
      z.strictObject({ from: z.number().int().positive(), times: z.number().int().positive().default(1) }),
      z.strictObject({ every: z.number().int().positive() }),
      z.strictObject({ chance: z.number().min(0).max(1), seed: z.number().int().default(1) }),
    ])
    .default({ from: 1, times: 1 }),
  fault: Fault,
});
export type FaultRule = z.infer<typeof FaultRule>;
/** A rule as a person writes it, defaults left out. */
export type FaultRuleInput = z.input<typeof FaultRule>;

/** The fault plan of a running sandbox. */
export interface Faults {
  /**
   * The fault that this call meets, `null` if it meets none. Every rule that names the route counts the call; the
   * first that fires wins.
   *
   * @param paths - all spellings of the path, so that a rule may use any of them
   */
  next(crm: Crm, method: string, paths: readonly string[]): Fault | null;
  /** Replaces all rules and starts their counts anew. */
  set(rules: readonly FaultRule[]): void;
}

/** A plan with the given rules. */
export function faults(initial: readonly FaultRule[] = []): Faults {
  let rules: ArmedRule[] = [];
  const set = (next: readonly FaultRule[]) => {
    rules = next.map(armed);
  };
  set(initial);
  return {
    set,
    next(crm, method, paths) {
      const fired = rules.filter((rule) => rule.names(crm, method, paths)).filter((rule) => rule.fires());
      return fired[0]?.fault ?? null;
    },
  };
}

/** Whether the fault strikes this record of a batch. */
export function strikes(fault: Fault | null | undefined, index: number, id: string): boolean {
  if (fault?.kind !== 'partial-failure' && fault?.kind !== 'row-lock') return false;
  if (fault.ids) return fault.ids.includes(id);
  return fault.every ? (index + 1) % fault.every === 0 : index === 0;
}

interface ArmedRule {
  readonly fault: Fault;
  names(crm: Crm, method: string, paths: readonly string[]): boolean;
  fires(): boolean;
}

function armed({ crm: only, route, calls, fault }: FaultRule): ArmedRule {
  const [wantedMethod, glob] = route.split(' ') as [string, string]; // the schema asks for exactly one blank
  const pattern = pathPattern(glob);
  const chance = 'chance' in calls ? random(seedOf(calls.seed)) : null;
  let count = 0;
  return {
    fault,
    names: (crm, method, paths) =>
      (!only || only === crm) &&
      (wantedMethod === '*' || wantedMethod === method) &&
      paths.some((path) => pattern.test(path)),
    fires() {
      count += 1;
      if ('chance' in calls) return chance!() < calls.chance;
      if ('every' in calls) return count % calls.every === 0;
      return count >= calls.from && count < calls.from + calls.times;
    },
  };
}

function pathPattern(glob: string): RegExp {
  const source = glob
    .split(/(\*\*|\*)/)
    .map((part) => (part === '**' ? '.*' : part === '*' ? '[^/]+' : RegExp.escape(part)))
    .join('');
  return new RegExp(`^${source}$`);
}
