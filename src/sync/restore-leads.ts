import type { CrmUndo, CrmWriter, LeadRef, WriteOutcome } from '../domain/crm.ts';
import type { PlannedWrite, WriteLeads } from './write-back.ts';

/** Writes as an undo must: fields as ever, stages by the CRM's own way back. */
export function restoringLeads(connector: Pick<CrmWriter, 'writeLeads'> & Pick<CrmUndo, 'restoreStages'>): WriteLeads {
  return async (writes, signal) => {
    const fields = writes.filter(({ scoreFields }) => Object.keys(scoreFields).length > 0);
    const outcomes = new Map<string, WriteOutcome>();
    const note = (leads: readonly LeadRef[], ended: readonly WriteOutcome[]) => {
      for (const [index, lead] of leads.entries()) {
        const outcome = ended[index];
        // A lead has failed if either of its parts has.
        if (outcome !== undefined && outcomes.get(keyOf(lead))?.ok !== false) outcomes.set(keyOf(lead), outcome);
      }
    };
    note(fields, await connector.writeLeads(fields.map(withoutStage), signal));
    const moves = writes.flatMap((write) =>
      write.lifecycleStage === undefined
        ? []
        : [{ ...refOf(write), from: write.stageBefore ?? '', to: write.lifecycleStage || null }],
    );
    note(moves, await connector.restoreStages(moves, signal));
    return writes.map((write) => outcomes.get(keyOf(write))!); // each write has a field or a stage
  };
}

const refOf = ({ object, crmId }: LeadRef): LeadRef => ({ object, crmId });

const withoutStage = ({ scoreFields, ...write }: PlannedWrite) => ({ ...refOf(write), scoreFields });

const keyOf = ({ object, crmId }: LeadRef): string => `${object} ${crmId}`;
