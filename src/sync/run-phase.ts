import type { Stream } from '../domain/crm.ts';
import type { Phase } from '../domain/run.ts';
import { LeadScoringError } from '../errors.ts';

/** One unit of work for the queue. `id` is the same for the same work, so that adding it twice adds it once. */
export interface PhaseJob {
  readonly id: string;
  readonly name:
    | 'pull-stream'
    | 'score-leads'
    | 'check-plan'
    | 'plan-undo'
    | 'write-back'
    | 'verify-stages'
    | 'create-tasks'
    | 'remove-tasks';
  readonly payload: { readonly runId: string; readonly stream?: string; readonly lane?: number };
}

/** What moving a run along needs of the store and the queue. */
export interface RunProgress {
  phase(runId: string): Promise<Phase>;
  /**
   * Moves on past every phase with nothing left to do; the phase that the run is in then. A plan within the limits of
   * the connection is approved on the way.
   */
  advance(runId: string): Promise<Phase>;
  pendingStreams(runId: string): Promise<readonly Pick<Stream, 'name'>[]>;
  /** Ends the run with its certificate. */
  certify(runId: string): Promise<unknown>;
  /** Ends the run before its time, saying why; what was not written is deferred. */
  stop(runId: string, error: LeadScoringError): Promise<void>;
  enqueue(jobs: readonly PhaseJob[]): Promise<void>;
}

/**
 * Does one unit of work of a phase and moves the run along.
 *
 * A job that comes late or twice finds the run in another phase and only sees to it that the present phase has its
 * jobs: that is how a run goes on after a worker was killed between its work and the next job.
 *
 * @param work - Answers `false` if another worker is at it already, who will move the run along.
 * @throws {LeadScoringError} with recovery `retry`; any other deliberate failure ends the run and is told by it.
 */
export async function runPhase(
  progress: RunProgress,
  runId: string,
  phase: Phase,
  lanes: number,
  work: () => Promise<boolean>,
): Promise<void> {
  await stoppingOnFailure(progress, runId, async () => {
    if ((await progress.phase(runId)) === phase && !(await work())) return;
    const present = await progress.advance(runId);
    if (present === phase && LAST.has(phase)) await progress.certify(runId);
    else if (present !== phase) await enqueuePhase(progress, runId, present, lanes);
  });
}

/** Phases after which a run ends. */
const LAST: ReadonlySet<Phase> = new Set(['tasking', 'untasking']);

/**
 * Does a part of a run, and ends the run if that fails so that no repetition can help.
 *
 * @throws {LeadScoringError} with recovery `retry`; anything that is no deliberate failure.
 */
export async function stoppingOnFailure(
  progress: Pick<RunProgress, 'stop'>,
  runId: string,
  part: () => Promise<void>,
): Promise<void> {
  try {
    await part();
  } catch (error) {
    if (!(error instanceof LeadScoringError) || !endsRun(error)) throw error;
    await progress.stop(runId, error);
  }
}

/** A used-up daily quota may last for hours: the run says so and ends, and the next one takes up what it left. */
const endsRun = (error: LeadScoringError): boolean =>
  error.recovery !== 'retry' || error.code === 'CRM_QUOTA_EXHAUSTED';

/** Adds the jobs of a run's phase to the queue; those that are there already stay as they are. */
export async function enqueuePhase(
  progress: Pick<RunProgress, 'pendingStreams' | 'enqueue'>,
  runId: string,
  phase: Phase,
  lanes: number,
): Promise<void> {
  await progress.enqueue(await jobsOf(progress, runId, phase, lanes));
}

async function jobsOf(
  progress: Pick<RunProgress, 'pendingStreams'>,
  runId: string,
  phase: Phase,
  lanes: number,
): Promise<readonly PhaseJob[]> {
  const inLanes = (name: PhaseJob['name'], count: number): readonly PhaseJob[] =>
    Array.from({ length: count }, (_, lane) => ({ id: `${runId}-${name}-${lane}`, name, payload: { runId, lane } }));
  switch (phase) {
    case 'pulling':
      return (await progress.pendingStreams(runId)).map(({ name: stream }) => ({
        id: `${runId}-pull-stream-${stream}`,
        name: 'pull-stream',
        payload: { runId, stream },
      }));
    case 'scoring':
      return inLanes('score-leads', lanes);
    case 'checking':
      return inLanes('check-plan', lanes);
    case 'undoing':
      return inLanes('plan-undo', lanes);
    case 'writing':
      return inLanes('write-back', lanes);
    case 'verifying':
      return inLanes('verify-stages', 1);
    case 'tasking':
      return inLanes('create-tasks', 1);
    case 'untasking':
      return inLanes('remove-tasks', 1);
    default:
      return [];
  }
}
