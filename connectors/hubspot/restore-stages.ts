import type { StageRestore, WriteOutcome } from '../../src/domain/crm.ts';
import type { Mapping } from '../../src/domain/mapping.ts';
import type { HubspotClient } from './client.ts';
import { writeLeads } from './write-leads.ts';

/**
 * Puts stages back, 100 contacts a call: all are cleared first, then set in further calls.
 *
 * HubSpot takes no notice of a stage that would move backwards, and promises no order within a batch
 * (shared/design/hubspot.md 4). Where it refuses the stage before, the contact gets the one that it held again.
 *
 * @throws {LeadScoringError} as {@link writeLeads}; what was cleared stays so until this is repeated.
 */
export async function restoreStages(
  client: HubspotClient,
  mapping: Mapping,
  stages: readonly StageRestore[],
  signal: AbortSignal,
): Promise<readonly WriteOutcome[]> {
  const set = (some: readonly StageRestore[], stageOf: (stage: StageRestore) => string) => {
    const writes = some.map((stage) => ({ ...stage, scoreFields: {}, lifecycleStage: stageOf(stage) }));
    return writeLeads(client, mapping, writes, signal);
  };
  const outcomes = new Map(pairs(stages, await set(stages, () => '')));
  const cleared = stages.filter((stage) => stage.to !== null && outcomes.get(stage)?.ok);
  for (const [stage, outcome] of pairs(cleared, await set(cleared, ({ to }) => to ?? ''))) outcomes.set(stage, outcome);
  const refused = cleared.filter((stage) => !outcomes.get(stage)?.ok);
  await set(refused, ({ from }) => from);
  return stages.map((stage) => outcomes.get(stage)!); // clearing has set every one
}

function pairs(stages: readonly StageRestore[], outcomes: readonly WriteOutcome[]): [StageRestore, WriteOutcome][] {
  return stages.map((stage, index) => [stage, outcomes[index]!]); // writeLeads answers one per write
}
