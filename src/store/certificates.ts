import { type Kysely, sql } from 'kysely';
import type { Certificate, Stopped, StreamCount } from '../domain/certificate.ts';
import { LANES, type Lane } from '../domain/run.ts';
import { LeadScoringError } from '../errors.ts';
import { getRun, pendingStreams, type Run } from './runs.ts';
import type { Database } from './schema.ts';
import { withoutZeros } from './tally.ts';

/**
 * Counts a run from its tables. A lead stream's `pulled` was counted page by page, its ends are counted from the leads.
 *
 * @throws {LeadScoringError} `RUN_UNKNOWN`.
 */
export async function certificateOf(db: Kysely<Database>, runId: string): Promise<Certificate> {
  const run = await getRun(db, runId);
  const stored = await db
    .selectFrom('runs')
    .innerJoin('connections', 'connections.id', 'runs.connection_id')
    .select(['certificate', 'name', 'api_calls', 'unwritable'])
    .where('runs.id', '=', runId)
    .executeTakeFirstOrThrow();
  if (stored.certificate !== null) return stored.certificate as Certificate;

  const streams = await countStreams(db, run);
  const writes = await countWrites(db, runId);
  const tasks = await (run.kind === 'undo' ? countRemovals : countTasks)(db, runId);
  const pulledLeft = Object.values(streams).reduce(
    (sum, { pulled, scored, excluded }) => sum + Math.abs(pulled - scored - total(excluded)),
    0,
  );
  const writesLeft = writes.planned - writes.written - writes.unchanged - total(writes.rejected) - writes.deferred;
  const tasksLeft = tasks.planned - tasks.created - tasks.removed - total(tasks.rejected) - tasks.waiting;
  const state = stateOf(run);
  return {
    run: run.id,
    kind: run.kind,
    ...(run.undoOf !== null && { undoOf: run.undoOf }),
    connection: stored.name,
    asOf: run.asOf.toISOString(),
    state,
    ...(run.asks !== null && { asks: run.asks }),
    ...(run.approvedBy !== null && { approvedBy: run.approvedBy }),
    ...(run.stoppedCode !== null && { stopped: await stoppedOf(db, run, run.stoppedCode) }),
    streams,
    writes: { ...writes, ...(Object.keys(stored.unwritable).length > 0 && { unwritable: stored.unwritable }) },
    stages: await countStages(db, runId),
    tasks,
    apiCalls: stored.api_calls,
    // Writes of a plan that waits are where they should be.
    unaccounted: pulledLeft + (state === 'waiting' ? 0 : Math.abs(writesLeft)) + Math.abs(tasksLeft),
  };
}

/** What a run that ended before its time left to the next one. */
async function stoppedOf(db: Kysely<Database>, run: Run, code: string): Promise<Stopped> {
  const deferred = await db
    .selectFrom('writes')
    .select(['lane', sql<number>`count(*)::int`.as('count')])
    .where('run_id', '=', run.id)
    .where('state', '=', 'deferred')
    .groupBy('lane')
    .execute();
  const inLane = (lane: Lane) => deferred.find((row) => row.lane === LANES[lane])?.count ?? 0;
  return {
    code,
    reason: run.stoppedReason ?? '',
    ...(run.resumeAt !== null && { resumesAt: run.resumeAt.toISOString() }),
    undrained: (await pendingStreams(db, run.id)).map(({ name }) => name).toSorted(),
    deferred: { hot: inLane('hot'), newBand: inLane('newBand'), other: inLane('other') },
  };
}

/** A plan that waits is told apart from work under way: only a person ends it. */
function stateOf({ phase, asks, approvedBy }: Run): Certificate['state'] {
  if (phase === 'done' || phase === 'stopped') return phase;
  return phase === 'planned' && asks !== null && approvedBy === null ? 'waiting' : 'open';
}

/**
 * Ends a run that has nothing left to do, and keeps its certificate.
 *
 * @throws {LeadScoringError} `RECORDS_UNACCOUNTED` if some record has no end; the run is then stopped.
 */
export async function certify(db: Kysely<Database>, runId: string): Promise<Certificate> {
  const certificate: Certificate = { ...(await certificateOf(db, runId)), state: 'done' };
  if (certificate.unaccounted !== 0) {
    throw new LeadScoringError('RECORDS_UNACCOUNTED', `${certificate.unaccounted} records of run ${runId} have no end`);
  }
  await db
    .updateTable('runs')
    .set({ phase: 'done', finished_at: sql`now()`, certificate: JSON.stringify(certificate) })
    .where('id', '=', runId)
    .where('phase', 'in', ['tasking', 'untasking'])
    .execute();
  return certificate;
}

async function countStreams(
  db: Kysely<Database>,
  { id: runId, connectionId, phase }: Run,
): Promise<Record<string, StreamCount>> {
  const streams = await db
    .selectFrom('run_streams')
    .select(['stream', 'kind', 'pulled', 'stored', 'excluded', 'unconverted'])
    .where('run_id', '=', runId)
    .orderBy('stream')
    .execute();
  const { rows: ends } = await sql<{ stream: string | null; outcome: string; count: number }>`
    select case when pulled_run = ${runId} then pulled_stream end as stream, outcome, count(*)::int as count
    from leads
    where connection_id = ${connectionId} and (pulled_run = ${runId} or scored_run = ${runId})
    group by 1, 2`.execute(db);

  const counts: Record<string, StreamCount> = {};
  for (const { stream, kind, pulled, stored, excluded, ...told } of streams) {
    const unconverted = Object.keys(told.unconverted).length > 0 && { unconverted: told.unconverted };
    if (kind !== 'lead') {
      counts[stream] = { pulled, scored: stored, excluded, ...unconverted };
      continue;
    }
    const here = ends.filter((end) => end.stream === stream);
    const byOutcome = Object.fromEntries(here.map(({ outcome, count }) => [outcome, count]));
    const { scored = 0, pending = 0, ...others } = byOutcome;
    const reasons = { ...excluded };
    for (const [reason, count] of Object.entries(others)) reasons[reason] = (reasons[reason] ?? 0) + count;
    // A stopped run says so; in one that claims to be done, a lead that is still pending is unaccounted for.
    if (phase === 'stopped') reasons['not reached'] = pending;
    counts[stream] = { pulled, scored, excluded: withoutZeros(reasons), ...unconverted };
  }
  const reviewed = Object.fromEntries(
    ends.filter(({ stream }) => stream === null).map(({ outcome, count }) => [outcome, count]),
  );
  if (total(reviewed) > 0) {
    const { scored = 0, ...excluded } = reviewed;
    counts.review = { pulled: total(reviewed), scored, excluded };
  }
  return counts;
}

async function countWrites(db: Kysely<Database>, runId: string): Promise<Certificate['writes']> {
  const rows = await db
    .selectFrom('writes')
    .select(['state', 'cause', sql<number>`count(*)::int`.as('count')])
    .where('run_id', '=', runId)
    .groupBy(['state', 'cause'])
    .execute();
  const of = (state: string) => rows.filter((row) => row.state === state).reduce((sum, { count }) => sum + count, 0);
  return {
    planned: rows.reduce((sum, { count }) => sum + count, 0),
    written: of('written'),
    unchanged: of('unchanged'),
    rejected: Object.fromEntries(
      rows.filter(({ state }) => state === 'rejected').map(({ cause, count }) => [cause ?? 'unknown', count]),
    ),
    deferred: of('deferred'),
  };
}

async function countStages(db: Kysely<Database>, runId: string): Promise<Certificate['stages']> {
  const counted = await db
    .selectFrom('writes')
    .select([
      sql<number>`count(*) filter (where stage_found = stage_after)::int`.as('moved'),
      sql<number>`count(*) filter (where stage_found <> stage_after)::int`.as('refused'),
    ])
    .where('run_id', '=', runId)
    .where('stage_after', 'is not', null)
    .executeTakeFirstOrThrow();
  return counted;
}

async function countTasks(db: Kysely<Database>, runId: string): Promise<Certificate['tasks']> {
  const rows = await db
    .selectFrom('tasks')
    .select(['state', 'cause', sql<number>`count(*)::int`.as('count')])
    .where('run_id', '=', runId)
    .groupBy(['state', 'cause'])
    .execute();
  const of = (...states: string[]) =>
    rows.filter((row) => states.includes(row.state)).reduce((sum, { count }) => sum + count, 0);
  return {
    planned: rows.reduce((sum, { count }) => sum + count, 0),
    created: of('created'),
    removed: of('removed'),
    waiting: of('planned', 'sending'),
    rejected: Object.fromEntries(
      rows.filter(({ state }) => state === 'rejected').map(({ cause, count }) => [cause ?? 'unknown', count]),
    ),
  };
}

/** Tasks that an undo took back, and those that it left with the reason; one that nobody has looked at yet waits. */
async function countRemovals(db: Kysely<Database>, undoId: string): Promise<Certificate['tasks']> {
  const rows = await db
    .selectFrom('tasks')
    .select(['state', 'undo_cause', sql<number>`count(*)::int`.as('count')])
    .where('undone_by', '=', undoId)
    .groupBy(['state', 'undo_cause'])
    .execute();
  const sum = (counted: typeof rows) => counted.reduce((all, { count }) => all + count, 0);
  const kept = rows.filter(({ state, undo_cause }) => state !== 'removed' && undo_cause !== null);
  const removed = sum(rows.filter(({ state }) => state === 'removed'));
  return {
    planned: sum(rows),
    created: 0,
    removed,
    waiting: sum(rows) - removed - sum(kept),
    rejected: Object.fromEntries(kept.map(({ undo_cause, count }) => [undo_cause ?? '', count])),
  };
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
