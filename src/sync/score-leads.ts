import type { Mapping } from '../domain/mapping.ts';
import { LANES } from '../domain/run.ts';
import type { ScoreFieldValues } from '../domain/score-field.ts';
import { addBusinessMinutes } from './business-hours.ts';
import { hotLeadTask } from './hot-lead-task.ts';
import { type HotSpell, nextHotSpell } from './hot-spell.ts';
import type { LeadToScore, Scoring, ScoringRules } from './lead-to-score.ts';
import { nextStage } from './lifecycle.ts';
import { type FieldChange, planWrite } from './plan-write.ts';
import { STATUSES } from './possible-values.ts';
import { valuesToWrite } from './values-to-write.ts';

/** What became of one lead. */
export interface LeadScored extends HotSpell {
  readonly leadId: string;
  /** `scored`, or why not. */
  readonly outcome: string;
  readonly nextReviewAt: Date | null;
  readonly score: Omit<Scoring, 'reasons' | 'nextReviewAt'> & { readonly fields: ScoreFieldValues };
  /** Mapped values that the CRM's field cannot hold, by name; the field is left alone. */
  readonly unwritable: readonly string[];
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
  const scoring = due.knownScore ?? rules.score(due);
  const fields = fieldsOf(scoring, due, asOf);
  const band = scoring?.band ?? '';
  const stageAfter =
    scoring === null
      ? null
      : nextStage(
          { current: due.lifecycleStage, setByUs: due.lifecycleSet, band },
          mapping.leads[due.ref.object]?.lifecycle,
        );
  const toWrite = valuesToWrite({ due, scoring, fields }, rules);
  const change = planWrite(withoutFought(toWrite.values, due, mapping), due.crmFields, toWrite.quiet);
  const isHot = mapping.tasks.enabled && band === mapping.tasks.band;
  const spell = due.makesTasks ? nextHotSpell(due, isHot, asOf, mapping.tasks.coolDownDays) : spellOf(due);
  return {
    leadId: due.lead.id,
    outcome: scoring === null ? STATUSES.noModel : STATUSES.scored,
    nextReviewAt: toWrite.nextReviewAt,
    unwritable: toWrite.unwritable,
    score: {
      model: scoring?.model ?? '',
      score: scoring?.score ?? 0,
      band,
      grade: scoring?.grade ?? null,
      dimensions: scoring?.dimensions ?? {},
      ledger: scoring?.ledger ?? [],
      fields: { ...fields, ...toWrite.mapped },
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

/** Fields that somebody else keeps overwriting are given up: rewriting them for ever would help nobody. */
function withoutFought(
  values: Partial<ScoreFieldValues>,
  { fights }: LeadToScore,
  { fieldFights }: Mapping,
): Partial<ScoreFieldValues> {
  const isOurs = ([name]: readonly [string, unknown]) => (fights[name] ?? 0) < fieldFights.rounds;
  return Object.fromEntries(Object.entries(values).filter(isOurs));
}

const spellOf = ({ hotSpell, hotSince, spellEndsAt }: HotSpell): HotSpell => ({ hotSpell, hotSince, spellEndsAt });

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
    status: scoring === null ? STATUSES.noModel : STATUSES.scored,
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
