import type { LeadRef } from '../domain/crm.ts';
import type { Engagement, Lead } from '../domain/lead.ts';
import type { Mapping } from '../domain/mapping.ts';
import { LANES } from '../domain/run.ts';
import type { ScoreField, ScoreFieldValues } from '../domain/score-field.ts';
import { addBusinessMinutes } from './business-hours.ts';
import { hotLeadTask } from './hot-lead-task.ts';
import { type HotSpell, nextHotSpell } from './hot-spell.ts';
import { nextStage } from './lifecycle.ts';
import { type FieldChange, planWrite } from './plan-write.ts';

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
  readonly fights: Partial<Record<ScoreField, number>>;
  readonly lifecycleStage: string | null;
  readonly lifecycleSet: string | null;
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
  /** Scores with the published model that applies; `null` if none does. */
  readonly score: (lead: LeadToScore) => Scoring | null;
}

/** What became of one lead. */
export interface LeadScored extends HotSpell {
  readonly leadId: string;
  /** `scored`, or why not. */
  readonly outcome: string;
  readonly nextReviewAt: Date | null;
  readonly score: Omit<Scoring, 'reasons' | 'nextReviewAt'> & { readonly fields: ScoreFieldValues };
  readonly write:
    | (FieldChange & {
        readonly stageBefore: string | null;
        readonly stageAfter: string | null;
        /** One of LANES. */
        readonly lane: number;
      })
    | null;
  readonly task: {
    readonly marker: string;
    readonly due_at: Date;
    readonly priority: 'high';
    readonly subject: string;
    readonly body: string;
  } | null;
}

/** Scores leads and plans their writes, stage moves and tasks. Pure: what it answers is stored as it is. */
export function scoreLeads(leads: readonly LeadToScore[], rules: ScoringRules): readonly LeadScored[] {
  return leads.map((lead) => scoreLead(lead, rules));
}

function scoreLead(due: LeadToScore, rules: ScoringRules): LeadScored {
  const { mapping, asOf } = rules;
  const scoring = rules.score(due);
  const fields = fieldsOf(scoring, due, asOf);
  const band = scoring?.band ?? '';
  const stageAfter =
    scoring === null
      ? null
      : nextStage(
          { current: due.lifecycleStage, setByUs: due.lifecycleSet, band },
          mapping.leads[due.ref.object]?.lifecycle,
        );
  const change = planWrite(fields, due.crmFields, leftToOthers(due, mapping));
  const isHot = mapping.tasks.enabled && band === mapping.tasks.band;
  const spell = nextHotSpell(due, isHot, asOf, mapping.tasks.coolDownDays);
  return {
    leadId: due.lead.id,
    outcome: scoring === null ? NO_MODEL : 'scored',
    nextReviewAt: scoring?.nextReviewAt ?? null,
    score: {
      model: scoring?.model ?? '',
      score: scoring?.score ?? 0,
      band,
      grade: scoring?.grade ?? null,
      dimensions: scoring?.dimensions ?? {},
      ledger: scoring?.ledger ?? [],
      fields,
    },
    ...spell,
    write:
      change === null && stageAfter === null
        ? null
        : {
            before: {},
            after: {},
            ...change,
            stageBefore: due.lifecycleStage,
            stageAfter,
            lane: isHot ? LANES.hot : change !== null && 'band' in change.after ? LANES.newBand : LANES.other,
          },
    task: spell.hotSpell > due.hotSpell ? taskOf(due, spell, fields, rules) : null,
  };
}

const NO_MODEL = 'no model applies';

/** Fields that we have given up: rewriting them for ever would help nobody. */
function leftToOthers({ fights }: LeadToScore, { fieldFights }: Mapping): readonly string[] {
  return Object.entries(fights).flatMap(([field, rounds]) => (rounds >= fieldFights.rounds ? [field] : []));
}

/** An explicit 0 with a status where there is no score: "unknown" makes other tools' workflows skip a lead. */
function fieldsOf(scoring: Scoring | null, due: LeadToScore, asOf: Date): ScoreFieldValues {
  const points = (dimension: string) => (scoring?.dimensions[dimension] ?? 0) / 100;
  const fields: ScoreFieldValues = {
    score: scoring?.score ?? 0,
    band: scoring?.band ?? null,
    grade: scoring?.grade ?? null,
    fitPoints: points('fit'),
    engagementPoints: points('engagement'),
    reasons: scoring === null || scoring.reasons === '' ? null : scoring.reasons,
    model: scoring?.model ?? null,
    scoredAt: asOf.toISOString(),
    status: scoring === null ? NO_MODEL : 'scored',
  };
  // Nothing moved: the instant of the last change stands.
  const { scoredAt } = due.lastFields;
  const isSame = typeof scoredAt === 'string' && planWrite(fields, { ...due.lastFields }) === null;
  return isSame ? { ...fields, scoredAt } : fields;
}

function taskOf(due: LeadToScore, { hotSpell }: HotSpell, fields: ScoreFieldValues, rules: ScoringRules) {
  const { dueWithinMinutes, businessHours } = rules.mapping.tasks;
  return {
    ...hotLeadTask({ ref: due.ref, hotSpell, fields, recordUrl: rules.recordUrl }),
    due_at: addBusinessMinutes(rules.asOf, dueWithinMinutes, businessHours),
    priority: 'high' as const,
  };
}
