import type { StageRestore, WriteOutcome } from '../../src/domain/crm.ts';
import type { Mapping } from '../../src/domain/mapping.ts';
import type { Org } from './org.ts';
import { writeLeads } from './write-leads.ts';

/** Puts stages back, 200 a call. Salesforce knows no order of them; a lead's Status may not be empty, and is refused. */
export async function restoreStages(
  stages: readonly StageRestore[],
  context: { readonly org: Org; readonly mapping: Mapping; readonly signal: AbortSignal },
): Promise<readonly WriteOutcome[]> {
  const writes = stages.map(({ object, crmId, to }) => ({ object, crmId, scoreFields: {}, lifecycleStage: to ?? '' }));
  return writeLeads(writes, context);
}
