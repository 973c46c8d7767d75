import type { Phase } from '../src/domain/run.ts';
import { runPhase } from '../src/sync/run-phase.ts';
import type { RunInHand, Services } from './services.ts';

/**
 * Does a phase's work on a run, counts the API calls it took, and moves the run along.
 *
 * @param work - Answers `false` if another worker does it already; any other answer is not looked at.
 */
export async function phaseWork(
  services: Services,
  runId: string,
  phase: Phase,
  work: (run: RunInHand) => Promise<unknown>,
): Promise<object> {
  await runPhase(services.progress, runId, phase, services.lanes, async () => {
    const run = await services.inHand(runId);
    try {
      return (await work(run)) !== false;
    } finally {
      await services.countCalls(runId, run.connector);
    }
  });
  return {};
}
