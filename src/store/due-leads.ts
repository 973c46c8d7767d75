import type { Transaction } from 'kysely';
import type { LeadRef } from '../domain/crm.ts';
import type { Engagement, Lead } from '../domain/lead.ts';
import { mergeAttributes, mergeEngagements } from '../domain/one-lead.ts';
import type { ScoreFieldValues } from '../domain/score-field.ts';
import { engagementsOf } from './engagements.ts';
import { type PersonOfLead, type PersonScore, personsOfLeads } from './person-scores.ts';
import type { Database } from './schema.ts';

/** A score that another place of the same person was given, and that still holds. */
export interface KnownScore extends Omit<PersonScore, 'fields'> {
  readonly reasons: string;
  readonly nextReviewAt: Date | null;
}

/** A lead due for scoring, with all that decides its score, its writes and its task. */
export interface DueLead {
  readonly lead: Lead;
  readonly ref: LeadRef;
  readonly engagements: readonly Engagement[];
  readonly previousBand: string | null;
  readonly crmFields: Partial<ScoreFieldValues>;
  /** The fields as they were last set, with the instant of that scoring. */
  readonly lastFields: Partial<ScoreFieldValues>;
  /** Field → how often somebody else has overwritten it. */
  readonly fights: Readonly<Record<string, number>>;
  readonly lifecycleStage: string | null;
  readonly lifecycleSet: string | null;
  readonly ownerId: string | null;
  readonly hotSpell: number;
  readonly hotSince: Date | null;
  readonly spellEndsAt: Date | null;
  /** Whether this place makes the person's tasks; another place leaves the hot spell as it is. */
  readonly makesTasks: boolean;
  readonly knownScore: KnownScore | null;
}

/** A due lead as its own row tells it, and whether its own inputs have changed. */
export type ClaimedLead = Omit<DueLead, 'engagements' | 'makesTasks' | 'knownScore'> & { readonly isDirty: boolean };

/** Due leads with their engagements; one that has a record in a linked CRM with all that its person did. */
export async function completeDueLeads(
  tx: Transaction<Database>,
  claimed: readonly ClaimedLead[],
  asOf: Date,
): Promise<{ readonly due: readonly DueLead[]; readonly persons: ReadonlyMap<string, PersonOfLead> }> {
  const ids = claimed.map(({ lead }) => lead.id);
  const persons = await personsOfLeads(tx, ids);
  const others = [...persons.values()].flatMap(({ places }) => places.map(({ leadId }) => leadId));
  const engagements = await engagementsOf(tx, [...new Set([...ids, ...others])]);
  const due = claimed.map(({ isDirty, ...lead }): DueLead => {
    const person = persons.get(lead.lead.id);
    const own = { ...lead, engagements: engagements.get(lead.lead.id) ?? [], makesTasks: true, knownScore: null };
    return person === undefined ? own : wholeLead(own, person, engagements, isDirty ? null : asOf);
  });
  return { due, persons };
}

/** @param validAt - Until when the person's score must hold to be taken as it is; `null`: it is computed anew. */
function wholeLead(
  own: DueLead,
  { places, shown, scoredLead, nextReviewAt, ...person }: PersonOfLead,
  engagements: ReadonlyMap<string, readonly Engagement[]>,
  validAt: Date | null,
): DueLead {
  const holds = validAt !== null && scoredLead !== own.lead.id && (nextReviewAt === null || nextReviewAt > validAt);
  const { hotSpell, hotSince, spellEndsAt, makesTasks } = person;
  return {
    ...own,
    lead: {
      id: own.lead.id,
      createdAt: new Date(Math.min(own.lead.createdAt.getTime(), ...places.map((place) => place.createdAt.getTime()))),
      attributes: mergeAttributes(places.map(({ attributes }) => attributes)),
    },
    engagements: mergeEngagements(places.map(({ leadId }) => engagements.get(leadId) ?? [])),
    previousBand: shown?.band ?? own.previousBand,
    lastFields: shown?.fields ?? own.lastFields,
    hotSpell,
    hotSince,
    spellEndsAt,
    makesTasks,
    knownScore: holds && shown !== null && shown.model !== '' ? knownScore(shown, nextReviewAt) : null,
  };
}

function knownScore({ fields, ...shown }: PersonScore, nextReviewAt: Date | null): KnownScore {
  // The band of a plan that was discarded is taken back in the row, not in the fields.
  return { ...shown, band: String(fields.band ?? ''), reasons: String(fields.reasons ?? ''), nextReviewAt };
}
