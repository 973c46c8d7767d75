import { Engine } from 'json-rules-engine';
import type { ScoringInput } from '../src/scoring/score-card.ts';
import { ATTRIBUTE_TESTS, ENGAGEMENT_POINTS } from './scoring-case.ts';

/** Scores one lead by the rules of the case, without decay. */
export type PeerScore<T> = (input: T) => Promise<number>;

/** A lead as plain facts: its attributes, and of each type how many engagements it has. */
export type Facts = Readonly<Record<string, unknown>>;

/** The facts that the peer is given where the counting shall not be in its time. */
export function countedFacts({ lead, engagements }: ScoringInput): Facts {
  const facts: Record<string, unknown> = { ...lead.attributes };
  for (const type of Object.keys(ENGAGEMENT_POINTS)) {
    facts[type] = engagements.filter((engagement) => engagement.type === type).length;
  }
  return facts;
}

/** json-rules-engine in its fastest form: every count is a plain fact. */
export function rulesEngineOnCounts(): PeerScore<Facts> {
  const engine = engineWith((type) => ({ fact: type }));
  return async (facts) => {
    const { events } = await engine.run(facts);
    let points = 0;
    for (const { params } of events) points += params?.points * (params?.type ? Number(facts[params.type]) : 1);
    return points;
  };
}

/** json-rules-engine as it would be used on engagements: it counts by a fact that is computed when a rule asks for it. */
export function rulesEngineThatCounts(): PeerScore<ScoringInput> {
  const engine = engineWith((type) => ({ fact: 'times', params: { type } }));
  engine.addFact('times', async ({ type }, almanac) => {
    const engagements = await almanac.factValue<ScoringInput['engagements']>('engagements');
    return engagements.filter((engagement) => engagement.type === type).length;
  });
  return async ({ lead, engagements }) => {
    const { events, almanac } = await engine.run({ ...lead.attributes, engagements });
    let points = 0;
    for (const { params } of events) {
      const { type } = params ?? {};
      points += params?.points * (type ? await almanac.factValue<number>('times', { type }) : 1);
    }
    return points;
  };
}

function engineWith(countOf: (type: string) => { fact: string; params?: Record<string, string> }): Engine {
  const engine = new Engine([], { allowUndefinedFacts: true });
  for (const { attribute, points, ...test } of ATTRIBUTE_TESTS) {
    const [operator, value] = peerTest(test);
    const conditions = { all: [{ fact: attribute, operator, value }] };
    engine.addRule({ conditions, event: { type: 'points', params: { points } } });
  }
  for (const [type, points] of Object.entries(ENGAGEMENT_POINTS)) {
    const conditions = { all: [{ ...countOf(type), operator: 'greaterThan', value: 0 }] };
    engine.addRule({ conditions, event: { type: 'points', params: { points, type } } });
  }
  return engine;
}

function peerTest(test: {
  readonly equals?: string;
  readonly gte?: number;
  readonly lt?: number;
}): [string, string | number] {
  if (test.equals !== undefined) return ['equal', test.equals];
  return test.gte === undefined ? ['lessThan', test.lt!] : ['greaterThanInclusive', test.gte];
}
