import type { Kysely } from 'kysely';
import { spreadScores } from '../../src/store/follow-persons.ts';
import { linkConnections } from '../../src/store/links.ts';
import { linkToMatch, matchQueued } from '../../src/store/match-leads.ts';
import { openRun, type Run } from '../../src/store/runs.ts';
import type { Database } from '../../src/store/schema.ts';
import { scoreBatch } from '../../src/store/scoring-batches.ts';
import type { LeadToScore, Scoring } from '../../src/sync/lead-to-score.ts';
import { scoreLeads } from '../../src/sync/score-leads.ts';
import { AS_OF, aMapping } from './sync-house.ts';

/**
 * Ten points for each engagement; hot from thirty on. Enough to see what a score was made of, and when: the points of
 * the dimension "engagement" are the hours that have passed.
 */
const tenPointsEach = ({ engagements, lead }: LeadToScore, asOf: Date): Scoring => ({
  model: 'ten v1',
  score: engagements.length * 10,
  band: engagements.length >= 3 ? 'hot' : 'cold',
  grade: typeof lead.attributes.jobTitle === 'string' ? lead.attributes.jobTitle.slice(0, 1) : null,
  dimensions: { engagement: ((asOf.getTime() - AS_OF.getTime()) / 3_600_000) * 100 },
  ledger: [],
  reasons: '',
  nextReviewAt: null,
});

/** Links two connections whose leads were pulled. */
export const linked = (
  db: Kysely<Database>,
  first: string,
  second: string,
  { tasksIn = second, isTrial = false } = {},
) => linkConnections(db, { first: { id: first, name: 'one' }, second: { id: second, name: 'two' }, tasksIn }, isTrial);

/** Ends a run without writing anything: what it planned counts as written. */
export async function ended(db: Kysely<Database>, run: Run): Promise<void> {
  await db.updateTable('runs').set({ phase: 'done' }).where('id', '=', run.id).execute();
}

/** Matches what a run has pulled, as its end of pulling does. */
export async function matched(db: Kysely<Database>, run: Run): Promise<void> {
  await db.updateTable('run_streams').set({ is_done: true }).where('run_id', '=', run.id).execute();
  const linkId = await linkToMatch(db, run.id);
  if (linkId !== undefined) await matchQueued(db, linkId);
}

/** Scores what is due in a connection with a review of its own; how many leads that were. */
export async function reviewed(db: Kysely<Database>, connectionId: string, asOf = AS_OF): Promise<number> {
  await spreadScores(db);
  const { run } = await openRun(db, connectionId, 'review', asOf, []);
  const scored = await scoredIn(db, run);
  await ended(db, run);
  return scored;
}

/** Scores what is due in a run; how many leads that were. */
export async function scoredIn(db: Kysely<Database>, run: Run): Promise<number> {
  const rules = {
    asOf: run.asOf,
    mapping: aMapping(),
    recordUrl: 'https://crm.example/{object}/{id}',
    limits: {},
    score: (lead: LeadToScore) => tenPointsEach(lead, run.asOf),
    scoreBy: () => null,
  };
  let scored = 0;
  for (;;) {
    const count = await scoreBatch(db, run, 100, (leads) => scoreLeads(leads, rules));
    if (count === 0) return scored;
    scored += count;
  }
}
