import { getHeapStatistics } from 'node:v8';
import type { ScoreCard, ScoringInput } from '../src/scoring/score-card.ts';
import { createScorer, type Scorer } from '../src/scoring/scorer.ts';
import { type Contender, race } from './race.ts';
import type { BenchRow } from './row.ts';
import { benchInputs, benchModel, windowedModel } from './scoring-case.ts';
import { bareDecayingLoopScore, bareLoopScore, likeForLikeLoopScore } from './scoring-loops.ts';
import { countedFacts, rulesEngineOnCounts, rulesEngineThatCounts } from './scoring-peers.ts';

const LEADS = 5_000;
const TURNS = 20;
const PEER = 'json-rules-engine 7.3.1';

/**
 * The engine beside json-rules-engine and beside loops written by hand: 20 rules, 10 engagements a lead, ledger on.
 *
 * Our time is always that of everything: order and duplicates of the engagements, counting, ledger, reasons, band.
 *
 * @throws {Error} if the engines compared do not give the same scores: then their speeds mean nothing.
 */
export async function benchScoring(): Promise<BenchRow[]> {
  const inputs = benchInputs(LEADS, 10);
  const plain = createScorer(benchModel());
  const decaying = createScorer(benchModel(30));
  const loops = await besideLoops(plain, decaying, inputs); // first: it warms the engine up for what follows
  const peers = await besideRulesEngine(plain, inputs);
  const bytes = bytesPerLead(decaying, inputs);
  const slope = (await perEngagement(decaying, 10_000)) / (await perEngagement(decaying, 100));
  const review = createScorer(windowedModel());
  return [
    ...peers,
    ...loops,
    row('time per engagement of a lead with 10,000, over that of one with 100', slope, 'times', { atMost: 2 }),
    row('allocated for a score with ledger', bytes, 'bytes/lead'),
    row('next review', await reviewsPerSecond(review, benchInputs(1_000, 10)), 'leads/s'),
    row(
      'next review of a lead with 10,000 engagements',
      1000 / (await reviewsPerSecond(review, benchInputs(3, 10_000))),
      'ms',
      { atMost: 30 },
    ),
  ];
}

/** Beside the peer in its fastest form, the counting left out of its time, and as it would be used. */
async function besideRulesEngine(plain: Scorer, inputs: readonly ScoringInput[]): Promise<BenchRow[]> {
  const some = inputs.slice(0, 500);
  const [onCounts, thatCounts] = [rulesEngineOnCounts(), rulesEngineThatCounts()];
  const facts = new Map(some.map((input) => [input, countedFacts(input)]));
  for (const input of some.slice(0, 200)) {
    assertSame(plain.score(input).score, await onCounts(facts.get(input)!));
    assertSame(plain.score(input).score, await thatCounts(input));
  }
  const rates = await race(some, TURNS, {
    ours: each(plain.score),
    onCounts: eachAwaited((input) => onCounts(facts.get(input)!)),
    thatCounts: eachAwaited(thatCounts),
  });
  const beside = (name: string, peer: number) => besideRow(name, rates.ours, { peer, peerName: PEER, atLeast: 100 });
  return [
    beside('score with ledger, beside a rules engine that is given the counts as plain facts', rates.onCounts),
    beside('score with ledger, beside a rules engine that counts by a computed fact', rates.thatCounts),
  ];
}

async function besideLoops(plain: Scorer, decaying: Scorer, inputs: readonly ScoringInput[]): Promise<BenchRow[]> {
  for (const input of inputs.slice(0, 200)) {
    assertSame(plain.score(input).score, bareLoopScore(input));
    assertSame(decaying.score(input).score, bareDecayingLoopScore(input, 30));
    assertSame(decaying.score(input).score, likeForLikeLoopScore(input, 30).score);
    assertSame(decaying.score(upsideDown(input)).score, likeForLikeLoopScore(upsideDown(input), 30).score);
  }
  const rates = await race(inputs, TURNS, {
    plain: each(plain.score),
    decaying: each(decaying.score),
    bare: each(bareLoopScore),
    bareDecaying: each((input) => bareDecayingLoopScore(input, 30)),
    likeForLike: each((input) => likeForLikeLoopScore(input, 30).score),
  });
  return [
    besideRow('score with ledger and decay, beside a loop by hand that scores every lead alike', rates.decaying, {
      peer: rates.likeForLike,
      peerName: 'loop without ledger',
      atLeast: 1 / 3,
    }),
    besideRow('the same, beside a bare loop: no order, no duplicates, no future, no caps', rates.decaying, {
      peer: rates.bareDecaying,
      peerName: 'bare loop',
    }),
    besideRow('score with ledger without decay, beside the bare loop without decay', rates.plain, {
      peer: rates.bare,
      peerName: 'bare loop',
    }),
    row('score with ledger and decay', rates.decaying, 'leads/s', { atLeast: 100_000 }),
  ];
}

/** What was made last is kept, so that none of it can be left out of making it. */
export let latest: ScoreCard | number | Date | null = null;

function each(score: (input: ScoringInput) => ScoreCard | number | Date | null): Contender<ScoringInput> {
  return (inputs) => {
    for (const input of inputs) latest = score(input);
  };
}

function eachAwaited(score: (input: ScoringInput) => Promise<number>): Contender<ScoringInput> {
  return async (inputs) => {
    for (const input of inputs) latest = await score(input);
  };
}

/** The input as no CRM sends it: latest first, each engagement twice, and seen from a month ago. */
function upsideDown({ engagements, asOf, ...rest }: ScoringInput): ScoringInput {
  const backwards = [...engagements, ...engagements].toReversed();
  return { ...rest, engagements: backwards, asOf: new Date(asOf.getTime() - 30 * 86_400_000) };
}

function assertSame(ours: number, theirs: number): void {
  if (ours !== theirs) throw new Error(`The engines disagree: ${ours} and ${theirs}`);
}

/** Microseconds a lead with so many engagements takes for each of them. */
async function perEngagement(scorer: Scorer, engagements: number): Promise<number> {
  const inputs = benchInputs(Math.max(3, 20_000 / engagements), engagements);
  const { ours } = await race(inputs, TURNS, { ours: each(scorer.score) });
  return 1e6 / (ours * engagements);
}

async function reviewsPerSecond(scorer: Scorer, inputs: readonly ScoringInput[]): Promise<number> {
  return (await race(inputs, TURNS, { ours: each(scorer.nextReviewAt) })).ours;
}

function bytesPerLead(scorer: Scorer, inputs: readonly ScoringInput[]): number {
  const before = allocatedBytes();
  for (const input of inputs) latest = scorer.score(input);
  return (allocatedBytes() - before) / inputs.length;
}

function allocatedBytes(): number {
  // Newer than the types of Node 26.
  return (getHeapStatistics() as ReturnType<typeof getHeapStatistics> & { total_allocated_bytes: number })
    .total_allocated_bytes;
}

function row(name: string, ours: number, unit: string, limit?: { atLeast?: number; atMost?: number }): BenchRow {
  const none = { peer: null, peerName: null, ratio: null };
  return { name, ours, ...none, unit, ...(limit && { limit: { of: 'ours', ...limit } }) };
}

function besideRow(
  name: string,
  ours: number,
  { peer, peerName, atLeast }: { readonly peer: number; readonly peerName: string; readonly atLeast?: number },
): BenchRow {
  const figures = { name, ours, peer, peerName, ratio: ours / peer, unit: 'leads/s' };
  return atLeast === undefined ? figures : { ...figures, limit: { of: 'ratio', atLeast } };
}
