import { z } from 'zod';
import type { RemoveOutcome } from '../../src/domain/crm.ts';
import type { LeadScoringError } from '../../src/errors.ts';
import { sendInPieces } from '../pieces.ts';
import type { HubspotClient } from './client.ts';
import { PATHS } from './paths.ts';
import { INPUTS_PER_BATCH } from './record-batches.ts';

/**
 * Archives tasks, 100 a call; a person may restore them for 90 days. HubSpot takes no notice of one that is gone.
 *
 * @throws {LeadScoringError} whatever is about the connection; what was removed before stays removed, and removing it
 *   again is harmless.
 */
export async function removeTasks(
  client: HubspotClient,
  taskIds: readonly string[],
  signal: AbortSignal,
): Promise<readonly RemoveOutcome[]> {
  const failures = await sendInPieces<string, LeadScoringError | null>(taskIds, {
    size: INPUTS_PER_BATCH,
    async send(piece) {
      const body = { inputs: piece.map((id) => ({ id })) };
      const call = { operation: 'idempotent', method: 'POST', path: PATHS.batch('tasks', 'archive'), body } as const;
      await client.send(call, z.unknown(), signal);
      return piece.map(() => null);
    },
    failed: (error) => error,
    clock: client.clock,
    signal,
  });
  const halting = failures.find((error) => error !== null && error.recovery !== 'quarantine');
  if (halting) throw halting;
  return failures.map((error) => (error === null ? { ok: true } : { ok: false, error }));
}
