import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { seedChance } from './chance.ts';
import { checkLinks } from './check-links.ts';
import { checkBudgets, checkRest, checkRuns } from './check-runs.ts';
import { checkScores } from './check-scores.ts';
import { checkShare } from './check-share.ts';
import { checkTasks } from './check-tasks.ts';
import type { SimulatedDatabase } from './database.ts';
import type { House, Sabotage } from './house.ts';
import { picturesOf } from './persons.ts';
import { Stage } from './stage.ts';
import { calm, type Story } from './story.ts';
import { type Violation, violation } from './violation.ts';

/** What came of a story. */
export interface Outcome {
  readonly violations: readonly Violation[];
  /** Of everything that happened, in order: equal for equal plays. */
  readonly digest: string;
  readonly trace: readonly string[];
}

/** By then all calls of a day have come back. */
const CALLS_BACK_MS = 26 * 3_600_000;
/** Longer than a sync takes. */
const DUE_SOON_MS = 20 * 60_000;

const HONEST: Sabotage = (services) => services;

/** Plays a story to its end, lets everything settle, and looks at every promise. */
export async function play(story: Story, database: SimulatedDatabase, sabotage: Sabotage = HONEST): Promise<Outcome> {
  await database.empty();
  const { fetch } = globalThis;
  const giveChanceBack = seedChance(story.seed);
  const stage = new Stage(story, database, sabotage);
  globalThis.fetch = stage.house.network.fetch;
  const violations: Violation[] = [];
  try {
    await stage.house.moveIn();
    for (const step of story.steps) await stage.take(step);
    violations.push(...(await checkRuns(stage.house)));
    violations.push(...(await settle(stage, story)));
  } catch (error) {
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
    violations.push(violation('the program goes on', told));
  } finally {
    globalThis.fetch = fetch;
    giveChanceBack();
    stage.house.conductor.end();
    await database.hangUp();
  }
  violations.push(...stage.violations, ...checkBudgets(stage.house));
  if (story.hasDailyShare) violations.push(...(await checkShare(stage.house, stage.calls)));
  const { trace } = stage.house.conductor;
  return { violations, digest: createHash('sha256').update(trace.join('\n')).digest('hex'), trace };
}

/** Without troubles one sync makes everything right, the next one has nothing to do, and nothing was missed. */
async function settle(stage: Stage, { crms, hasDailyShare }: Story): Promise<readonly Violation[]> {
  const { house } = stage;
  const found: Violation[] = [];
  if (hasDailyShare) house.conductor.pass(CALLS_BACK_MS);
  const sinceAt = house.conductor.now();
  await stage.syncAllCalmly();
  found.push(...(await checkRuns(house, sinceAt)), ...(await checkRest(house)));
  const pictures = await picturesOf(house);
  for (const crm of crms) {
    found.push(
      ...(await checkScores(house, crm, { pictures, undone: stage.undone })),
      ...(await checkTasks(house, crm, stage)),
    );
  }
  found.push(...(await checkLinks(house, pictures, stage)));
  if (found.length > 0) return found; // what follows would only say it again

  const secondAt = house.conductor.now();
  const due = await dueWithin(house, DUE_SOON_MS + (hasDailyShare ? CALLS_BACK_MS : 0));
  if (hasDailyShare) house.conductor.pass(CALLS_BACK_MS);
  await stage.syncAllCalmly();
  found.push(...(await checkRuns(house, secondAt)), ...(await checkIdle(house, secondAt, due)));
  for (const crm of crms) {
    await stage.run(calm('reconcile', crm));
    const { repaired } = house.queues.latestResult as { readonly repaired: number };
    if (repaired > 0) found.push(violation('no pull misses a lead', `${crm}: reconcile repaired ${repaired}`));
  }
  return found;
}

/** Leads whose score changes by itself within so many milliseconds. */
async function dueWithin({ database, now }: House, ms: number): Promise<readonly string[]> {
  const leads = await database.backstage
    .selectFrom('leads')
    .select('id')
    .where('next_review_at', '<', new Date(now.getTime() + ms))
    .execute();
  return leads.map(({ id }) => id);
}

/** Runs since then planned nothing but for leads whose time had come meanwhile. */
async function checkIdle({ database }: House, since: Date, due: readonly string[]): Promise<readonly Violation[]> {
  const { rows } = await sql<{ what: string }>`
    select 'write of ' || leads.object || ' ' || leads.crm_id || ' ' || writes.after::text as what
      from writes join runs on runs.id = writes.run_id join leads on leads.id = writes.lead_id
      where runs.started_at > ${since} and not leads.id = any(${due})
    union all
    select 'task ' || marker from tasks join runs on runs.id = tasks.run_id
      where runs.started_at > ${since} and not tasks.lead_id = any(${due})`.execute(database.backstage);
  return rows.map(({ what }) => violation('a second run writes nothing', what));
}
