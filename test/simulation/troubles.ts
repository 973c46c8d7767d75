import type { FaultRuleInput } from '../../sandbox/faults.ts';
import type { Crm } from '../../src/domain/crm.ts';
import type { StepKind, Trouble } from './story.ts';

/** Routes of the calls that a trouble may strike. */
const ROUTES: Readonly<Record<Crm, Readonly<Record<Trouble['on'], readonly string[]>>>> = {
  hubspot: {
    'any call': ['* /**'],
    pull: ['GET /crm/objects/**', 'POST /crm/objects/*/*/search'],
    write: ['POST /crm/objects/*/contacts/batch/update'],
    'create task': ['POST /crm/objects/*/tasks/batch/create'],
  },
  salesforce: {
    'any call': ['* /**'],
    pull: ['GET /services/data/*/queryAll', 'GET /services/data/*/query/*'],
    write: ['PATCH /services/data/*/composite/sobjects'],
    'create task': ['POST /services/data/*/composite/sobjects'],
  },
};

const FAULTS: Readonly<Record<Trouble['kind'], FaultRuleInput['fault']>> = {
  'rate limit': { kind: 'rate-limit' },
  quota: { kind: 'rate-limit', policy: 'DAILY' },
  'server error': { kind: 'server-error' },
  'torn page': { kind: 'html-error' },
  cut: { kind: 'reset' },
  silence: { kind: 'silence' },
  'lost answer': { kind: 'lost-answer' },
  'refused records': { kind: 'partial-failure', every: 2 },
  'locked records': { kind: 'row-lock', every: 2 },
  'expired session': { kind: 'expired-token' },
};

/** The sandbox's rules for a trouble of one CRM. */
export function faultRules(crm: Crm, { kind, on, from, times }: Trouble): readonly FaultRuleInput[] {
  return ROUTES[crm][on].map((route) => ({ crm, route, calls: { from, times }, fault: FAULTS[kind] }));
}

const PATTERNS: Readonly<Record<StepKind, RegExp>> = {
  any: /./,
  commit: /^sql commit$/,
  checkpoint: /^sql insert into "checkpoints"/,
  'lead page': /^sql select pg_advisory_xact_lock/,
  queue: /^add /,
  pull: /^(?:GET hubspot \/(?:crm|events|form)|POST hubspot \/crm\/objects\/.*\/search$|GET salesforce .*\/query)/,
  write: /^(?:POST hubspot .*\/contacts\/batch\/update|PATCH salesforce .*\/composite\/sobjects)$/,
  'create task': /^POST (?:hubspot .*\/tasks\/batch\/create|salesforce .*\/composite\/sobjects)$/,
  'find task': /^POST (?:hubspot \/crm\/associations\/|salesforce .*\/composite\/batch)/,
};

/** Whether a step of the product is one of a kind. */
export function isOfKind(label: string, kind: StepKind): boolean {
  return PATTERNS[kind].test(label);
}
