import { comparisonText, conditionText, daysText } from './condition-text.ts';
import type { Occurrence, Rule, ScoreModel, TableRule } from './model.ts';

/** What a model says of one thing, by aspect, in plain words. */
export type Facts = Readonly<Record<string, string>>;

/** Everything a model says: of itself, its roll-up, and of each dimension, band and rule by name, in its order. */
export interface ModelFacts {
  readonly model: Facts;
  readonly dimensions: ReadonlyMap<string, Facts>;
  readonly bands: ReadonlyMap<string, Facts>;
  readonly rules: ReadonlyMap<string, Facts>;
}

/** A checked model in plain words; two models that say the same of everything score alike. */
export function modelFacts(model: ScoreModel): ModelFacts {
  return {
    model: ownFacts(model),
    dimensions: new Map(Object.keys(model.dimensions).map((name) => [name, dimensionFacts(model, name)])),
    bands: new Map(model.bands.map(({ name, from }) => [name, { from: String(from) }])),
    rules: new Map(model.rules.map((rule) => [rule.id, ruleFacts(rule)])),
  };
}

function ownFacts({ object, appliesTo, priority, total, hysteresis, grades, writeBack, rollUp }: ScoreModel): Facts {
  return {
    scores: object === 'lead' ? 'leads' : 'companies',
    'applies to': appliesTo === undefined ? 'all' : conditionText(appliesTo),
    priority: String(priority),
    total: `${total.min} to ${total.max}`,
    hysteresis: String(hysteresis),
    'writes a change of': String(writeBack.minDelta),
    ...(grades !== undefined && { 'grade of': Object.keys(grades).join(', then ') }),
    ...(rollUp !== undefined && {
      'adds up its leads': `${ROLL_UPS[rollUp.by](rollUp)}, into ${rollUp.dimension}`,
    }),
  };
}

const ROLL_UPS: Readonly<
  Record<'max' | 'sum' | 'top' | 'decayed', (policy: { k: number; halfLifeDays: number }) => string>
> = {
  max: () => 'the best of them',
  sum: () => 'all of them',
  top: ({ k }) => `the best ${k}`,
  decayed: ({ halfLifeDays }) => `each half as much every ${daysText(halfLifeDays)} without engagement`,
};

function dimensionFacts({ dimensions, grades }: ScoreModel, name: string): Facts {
  const { min, max, halfLifeDays } = dimensions[name]!; // named by the caller from the same model
  const letters = Object.entries(grades?.[name] ?? {}).sort(([, a], [, b]) => b - a);
  return {
    points: `${min} to ${max}`,
    'half-life': halfLifeDays === undefined ? 'none' : `${daysText(halfLifeDays)}`,
    grades: letters.length === 0 ? 'none' : letters.map(([letter, from]) => `${letter} from ${from}`).join(', '),
  };
}

function ruleFacts(rule: Rule): Facts {
  const { label, dimension } = rule;
  return { label, dimension, points: pointsOf(rule), when: whenText(rule), ...optionFacts(rule) };
}

function pointsOf(rule: Rule): string {
  return 'table' in rule ? 'by row' : signed(rule.points);
}

function whenText(rule: Rule): string {
  if ('when' in rule) return conditionText(rule.when);
  if ('table' in rule) return tableText(rule);
  if ('on' in rule) return `each ${occurrenceText(rule.on)}`;
  if ('count' in rule) {
    return `at least ${rule.count.atLeast} × ${occurrenceText(rule.count)} within ${daysText(rule.count.withinDays)}`;
  }
  if ('absence' in rule) return `no ${rule.absence.types.join(' or ')} for ${daysText(rule.absence.days)}`;
  return `each ${rule.sequence.map(occurrenceText).join(', then ')}`;
}

function tableText({ attribute, table }: TableRule): string {
  const rows = table.map((row) =>
    'else' in row ? `else ${signed(row.else)}` : `${comparisonText(row)} ${signed(row.points)}`,
  );
  return `${attribute} ${rows.join('; ')}`;
}

function occurrenceText({ type, where }: Occurrence): string {
  return where === undefined ? type : `${type} (${conditionText(where)})`;
}

function optionFacts(rule: Rule): Facts {
  if (!('on' in rule || 'sequence' in rule)) return {};
  const { withinDays, limit, halfLifeDays, maxPoints } = rule;
  return {
    ...(withinDays !== undefined && { within: `${daysText(withinDays)}` }),
    ...(limit !== undefined && { limit: `${limit.times} in ${daysText(limit.perDays)}` }),
    ...(halfLifeDays !== undefined && { 'half-life': halfLifeDays === 'none' ? 'none' : `${daysText(halfLifeDays)}` }),
    ...(maxPoints !== undefined && { 'at most': signed(maxPoints) }),
  };
}

/** Points with their sign: `+20`, `−5`, `+0.25`, `0`. */
export function signed(points: number): string {
  if (points === 0) return '0';
  return `${points < 0 ? '−' : '+'}${Math.abs(points)}`;
}
