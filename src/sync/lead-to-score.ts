import type { LeadRef } from '../domain/crm.ts';
import type { FieldLimits } from '../domain/field-description.ts';
import type { Engagement, Lead } from '../domain/lead.ts';
import type { Mapping } from '../domain/mapping.ts';
import type { ScoreFieldValues } from '../domain/score-field.ts';
import type { HotSpell } from './hot-spell.ts';

/** A lead due for scoring, with all that decides its score, its writes and its task. */
export interface LeadToScore extends HotSpell {
  readonly lead: Lead;
  readonly ref: LeadRef;
  readonly engagements: readonly Engagement[];
  readonly previousBand: string | null;
  /** Our fields as the CRM holds them. */
  readonly crmFields: Partial<ScoreFieldValues>;
  /** Our fields as the last scoring set them. */
  readonly lastFields: Partial<ScoreFieldValues>;
  /** Field → how often somebody else has overwritten it. */
  readonly fights: Readonly<Record<string, number>>;
  readonly lifecycleStage: string | null;
  readonly lifecycleSet: string | null;
  /** Whether the hot spell is this record's to move: a person in two CRMs gets tasks in one of them. */
  readonly makesTasks: boolean;
  /** The score that the same person's record in another CRM was given, while it holds. */
  readonly knownScore: Scoring | null;
}

/** A score with the fields that follow from it; what a room of scoring gives. */
export interface Scoring {
  readonly model: string;
  readonly score: number;
  readonly band: string;
  readonly grade: string | null;
  /** Hundredths of a point. */
  readonly dimensions: Readonly<Record<string, number>>;
  readonly ledger: readonly unknown[];
  readonly reasons: string;
  readonly nextReviewAt: Date | null;
}

/** What decides what is made of a score. */
export interface ScoringRules {
  readonly asOf: Date;
  readonly mapping: Mapping;
  readonly recordUrl: string;
  /** How much the fields that we write hold. */
  readonly limits: FieldLimits;
  /** Scores with the published model that applies; `null` if none does. */
  readonly score: (lead: LeadToScore) => Scoring | null;
  /** Scores with the published model of a name; `null` if there is none. */
  readonly scoreBy: (model: string, lead: LeadToScore) => Scoring | null;
}
