import type { LeadRef } from '../domain/crm.ts';
import type { ScoreFieldValues } from '../domain/score-field.ts';

/** What a rep needs to know to act on a hot lead. */
export interface HotLead {
  readonly ref: LeadRef;
  readonly hotSpell: number;
  readonly fields: ScoreFieldValues;
  /** Address of a record in the CRM, with `{object}` and `{id}`. */
  readonly recordUrl: string;
}

/**
 * Unique in the account for ever: the record that turned hot, and for the how-manieth time.
 *
 * Taken from the intent and not from the content, so that two leads with the same reasons are two tasks.
 */
export function taskMarker({ object, crmId }: LeadRef, hotSpell: number): string {
  return `SW-${object}-${crmId}-${hotSpell}`;
}

/** Subject and body of the task, readable in ten seconds. */
export function hotLeadTask({ ref, hotSpell, fields, recordUrl }: HotLead) {
  const grade = fields.grade === null ? '' : `, grade ${fields.grade}`;
  return {
    marker: taskMarker(ref, hotSpell),
    subject: `Hot lead: score ${fields.score}${grade}`,
    body: [
      `Why: ${fields.reasons ?? 'no reason stands out'}`,
      `Score ${fields.score} of 100${grade}, by ${fields.model}.`,
      `Record: ${recordUrl.replace('{object}', ref.object).replace('{id}', encodeURIComponent(ref.crmId))}`,
    ].join('\n'),
  };
}
