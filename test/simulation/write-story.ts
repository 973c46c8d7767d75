import { pick, type Random, random, seedOf } from '../../sandbox/random.ts';
import type { Crm } from '../../src/domain/crm.ts';
import type { ScoreField } from '../../src/domain/score-field.ts';
import {
  type Act,
  calm,
  type Interruption,
  type RunStep,
  type Step,
  type StepKind,
  type Story,
  type Trouble,
} from './story.ts';

/** The story that a seed stands for. */
export function storyOf(seed: number): Story {
  const next = random(seedOf(seed, 0));
  const crms = pick(next, CASTS);
  const people = 3 + whole(next, 6);
  const cast = { next, crms, people };
  const steps = [...importOf(cast, random(seedOf(seed, 4))), ...times(3 + whole(next, 8), () => stepsOf(cast)).flat()];
  return {
    seed,
    crms,
    people,
    hotFrom: pick(next, [30, 45, 60, 80]),
    workers: pick(next, [1, 1, 2]),
    largestPage: pick(next, [1, 2, 3, 200]),
    hasEvents: next() < 0.3,
    searchLagSeconds: pick(next, [0, 2, 10, 30]),
    skewSeconds: pick(next, [0, 0, 0, -90, 240]),
    asks: next() < 0.2,
    isMessy: next() < 0.25,
    hasDailyShare: next() < 0.15,
    steps,
  };
}

const CASTS: readonly (readonly Crm[])[] = [
  ['hubspot'],
  ['hubspot'],
  ['salesforce'],
  ['salesforce'],
  ['hubspot', 'salesforce'],
];

interface Cast {
  readonly next: Random;
  readonly crms: readonly Crm[];
  readonly people: number;
}

const whole = (next: Random, below: number): number => Math.floor(next() * below);

/**
 * An import, as most accounts have seen one: everybody was changed in the same second. It is an hour old by then, so that no
 * window that reaches back a little makes good what was skipped among them.
 *
 * @param chance - Whether the first run dies among them.
 */
function importOf({ next, crms, people }: Cast, chance: Random): Step[] {
  if (next() < 0.5) return [];
  const everyone = Array.from({ length: people }, (_, n) => n);
  const imports = crms.map((crm): Step => {
    return { do: 'act', it: { act: 'edit title', crm, people: everyone, title: pick(next, TITLES) } };
  });
  const crash = { at: 'lead page', nth: 2 + whole(chance, 4), crash: 'before', losesQueue: false } as const;
  const dying = { ...calm('sync', pick(chance, crms)), interruptions: [crash] };
  return [...imports, { do: 'pass', minutes: 60 }, ...(chance() < 0.3 ? [dying] : [])];
}

function stepsOf(cast: Cast): readonly Step[] {
  const { next, crms } = cast;
  if (crms.length > 1 && next() < 0.2) return [linkOf(cast)];
  const draw = next();
  if (draw < 0.38) return [{ do: 'act', it: actOf(cast) }];
  if (draw < 0.52) return [{ do: 'pass', minutes: pick(next, [1, 10, 60, 8 * 60, 3 * 1440, 10 * 1440, 20 * 1440]) }];
  if (draw < 0.55) return [{ do: 'publish', hotFrom: pick(next, [30, 45, 60, 80]) }];
  if (draw < 0.57) return [{ do: 'discard', crm: pick(next, crms) }];
  return draw < 0.65 ? undoOf(cast) : [runOf(cast, pick(next, JOBS))];
}

function linkOf({ next, crms, people }: Cast): Step {
  const draw = next();
  if (draw < 0.5) return { do: 'link', first: pick(next, crms), tasksIn: pick(next, crms) };
  if (draw < 0.6) return { do: 'unlink' };
  const person = whole(next, people);
  if (draw < 0.8) return { do: 'split', person, other: person };
  return { do: 'join', person, other: pick(next, [person, whole(next, people)]) };
}

const JOBS: readonly RunStep['job'][] = [
  'sync',
  'sync',
  'sync',
  'sync',
  'sync',
  'plan',
  'approve',
  'review',
  'reconcile',
];

/** An undo, and what people did to our fields before it. */
function undoOf(cast: Cast): readonly Step[] {
  const { next, crms } = cast;
  const crm = pick(next, crms);
  const edits = times(whole(next, 3), (): Step => ({ do: 'act', it: editOf(cast, crm) }));
  return [...edits, { ...runOf(cast, 'undo'), crm, back: pick(next, [0, 0, 0, 1, 2]) }];
}

function runOf(cast: Cast, job: RunStep['job']): RunStep {
  const { next, crms } = cast;
  return {
    do: 'run',
    job,
    crm: pick(next, crms),
    back: 0,
    troubles: next() < 0.3 ? times(1 + whole(next, 2), () => troubleOf(next)) : [],
    interruptions: next() < 0.6 ? times(1 + whole(next, 2), () => interruptionOf(cast)) : [],
    repeats: next() < 0.2,
  };
}

const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

const KINDS: readonly StepKind[] = [
  'any',
  'any',
  'commit',
  'checkpoint',
  'lead page',
  'lead page',
  'queue',
  'pull',
  'write',
  'create task',
  'create task',
  'find task',
];
/** The higher of the numbers from which the nth step of a kind is drawn. */
const MOST: Readonly<Record<StepKind, number>> = {
  any: 500,
  commit: 30,
  checkpoint: 20,
  'lead page': 4,
  queue: 20,
  pull: 40,
  write: 2,
  'create task': 1,
  'find task': 1,
};

function interruptionOf(cast: Cast): Interruption {
  const { next } = cast;
  const at = pick(next, KINDS);
  const place = { at, nth: 1 + whole(next, MOST[at]) };
  if (next() < 0.3) return { ...place, act: actOf(cast) };
  return { ...place, crash: pick(next, ['before', 'after'] as const), losesQueue: next() < 0.2 };
}

function troubleOf(next: Random): Trouble {
  const on = pick(next, ['any call', 'any call', 'write', 'create task', 'pull'] as const);
  const kind = pick(next, [
    'rate limit',
    'quota',
    'server error',
    'torn page',
    'cut',
    'silence',
    'lost answer',
    'lost answer',
    'refused records',
    'locked records',
    'expired session',
  ] as const);
  return {
    kind,
    on,
    from: 1 + whole(next, on === 'any call' ? 40 : on === 'pull' ? 20 : 2),
    times: pick(next, [1, 1, 2, 10, kind === 'rate limit' || kind === 'silence' ? 20 : 1_000]),
  };
}

/** What counts in the model, and a little that does not. */
const SIGNS = [
  'demo_request',
  'demo_request',
  'webinar_attendance',
  'meeting_held',
  'meeting_held',
  'email_reply',
  'call_connected',
  'page_view',
  'email_click',
  'email_unsubscribe',
] as const;
const TITLES = ['Marketing Director', 'VP of Marketing', 'Student', 'Office Manager', null] as const;
const SCORE_EDITS: readonly (readonly [ScoreField, string | null])[] = [
  ['score', '99'],
  ['band', 'cold'],
  ['grade', null],
  ['reasons', null],
  ['status', 'checked by hand'],
];
const STAGES: Readonly<Record<Crm, readonly string[]>> = {
  hubspot: ['subscriber', 'lead', 'marketingqualifiedlead', 'salesqualifiedlead', 'opportunity', 'other'],
  salesforce: ['Open - Not Contacted', 'Working - Contacted', 'Closed - Not Converted'],
};

/** Somebody overwrites one of our fields. */
function editOf({ next, people }: Cast, crm: Crm): Extract<Act, { act: 'edit score' }> {
  const [field, value] = pick(next, SCORE_EDITS);
  return { act: 'edit score', crm, person: whole(next, people), field, value };
}

function actOf(cast: Cast): Act {
  const { next, crms, people } = cast;
  const crm = pick(next, crms);
  const person = whole(next, people);
  const draw = next();
  if (draw < 0.5) {
    return {
      act: 'engage',
      crm,
      person,
      type: pick(next, SIGNS),
      minutesAgo: pick(next, [0, 0, 1, 4, 600, -30, -300]),
    };
  }
  if (draw < 0.65) {
    const some = Array.from({ length: people }, (_, n) => n).filter((n) => n === person || next() < 0.7);
    return { act: 'edit title', crm, people: some, title: pick(next, TITLES) };
  }
  if (draw < 0.72) return { ...editOf(cast, crm), person };
  if (draw < 0.8) return { act: 'set stage', crm, person, stage: pick(next, STAGES[crm]) };
  if (draw < 0.88) return { act: 'merge', crm, person, other: (person + 1 + whole(next, people - 1)) % people };
  return { act: pick(next, ['convert', 'convert', 'delete', 'complete tasks'] as const), crm, person };
}
