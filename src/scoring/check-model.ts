import type { Condition } from './condition.ts';
import { isContradiction, rowsNeverReached } from './contradiction.ts';
import type { Occurrence, Rule, ScoreModel } from './model.ts';
import { clamp } from './points.ts';
import { type Reach, reachOf } from './reach.ts';

/** Something in a valid model that cannot do what its author meant. */
export interface ModelWarning {
  readonly kind: 'dead rule' | 'unreachable band' | 'cap always bites' | 'rules cancel out';
  /** Rule ids or the name of a band. */
  readonly where: string;
  readonly message: string;
}

/** Looks for rules that never earn, bands nobody reaches, caps that always cut, and rules that undo each other. */
export function checkModel(model: ScoreModel): readonly ModelWarning[] {
  return [
    ...model.rules.flatMap(deadRule),
    ...unreachableBands(model),
    ...model.rules.flatMap((rule) => bitingCap(rule, model)),
    ...cancellingRules(model.rules),
  ];
}

function deadRule(rule: Rule): readonly ModelWarning[] {
  const dead = (message: string): ModelWarning => ({ kind: 'dead rule', where: rule.id, message });
  if ('when' in rule) return isContradiction(rule.when) ? [dead('its condition can never hold')] : [];
  if ('table' in rule) {
    return rowsNeverReached(rule.table).map((row) => dead(`row ${row + 1} lies within an earlier row`));
  }
  if ('absence' in rule) return [];
  const occurrences = 'sequence' in rule ? rule.sequence : ['on' in rule ? rule.on : rule.count];
  const never = occurrences.filter((occurrence) => isContradiction(asCondition(occurrence)));
  return never.map(({ type }) => dead(`no ${type} can satisfy its where`));
}

function asCondition({ type, where }: Occurrence): Condition {
  const typed: Condition = { attribute: 'type', equals: type };
  return where === undefined ? typed : { all: [typed, where] };
}

function unreachableBands(model: ScoreModel): readonly ModelWarning[] {
  const { lowest, highest } = scoreReach(model);
  return model.bands.flatMap(({ name, from }, index): readonly ModelWarning[] => {
    const above = model.bands[index - 1];
    const warn = (message: string): readonly ModelWarning[] => [{ kind: 'unreachable band', where: name, message }];
    const isLast = index === model.bands.length - 1;
    if (from > highest && !isLast) return warn(`from ${from}, but no lead can score more than ${highest}`);
    return above !== undefined && above.from <= lowest ? warn(`no lead can score less than ${lowest}`) : [];
  });
}

/** Points between which every score of the model lies. */
function scoreReach({ dimensions, rules, total }: ScoreModel): Reach {
  let [lowest, highest] = [0, 0];
  for (const [name, { min, max }] of Object.entries(dimensions)) {
    const reaches = rules.filter(({ dimension }) => dimension === name).map(reachOf);
    lowest += clamp(
      reaches.reduce((sum, reach) => sum + reach.lowest, 0),
      min,
      max,
    );
    highest += clamp(
      reaches.reduce((sum, reach) => sum + reach.highest, 0),
      min,
      max,
    );
  }
  return { lowest: clamp(lowest, total.min, total.max), highest: clamp(highest, total.min, total.max) };
}

function bitingCap(rule: Rule, { dimensions }: ScoreModel): readonly ModelWarning[] {
  const { min, max } = dimensions[rule.dimension]!; // the parser has seen to it
  const warn = (message: string): readonly ModelWarning[] => [{ kind: 'cap always bites', where: rule.id, message }];
  if ('table' in rule) return [];
  if ('maxPoints' in rule && rule.maxPoints !== undefined && Math.abs(rule.maxPoints) < Math.abs(rule.points)) {
    return warn(`maxPoints ${rule.maxPoints} cuts already the first ${rule.points} points`);
  }
  if (rule.points > max) return warn(`${rule.points} points are more than ${rule.dimension} may hold (${max})`);
  return rule.points < min ? warn(`${rule.points} points are less than ${rule.dimension} may hold (${min})`) : [];
}

function cancellingRules(rules: readonly Rule[]): readonly ModelWarning[] {
  return rules.flatMap((rule, index) =>
    rules.slice(0, index).flatMap((earlier): readonly ModelWarning[] => {
      if (!cancels(rule, earlier)) return [];
      return [
        { kind: 'rules cancel out', where: `${earlier.id}, ${rule.id}`, message: 'same trigger, opposite points' },
      ];
    }),
  );
}

function cancels(a: Rule, b: Rule): boolean {
  if ('table' in a || 'table' in b || a.points === 0 || a.points !== -b.points) return false;
  return a.dimension === b.dimension && triggerOf(a) === triggerOf(b);
}

function triggerOf({ id: _id, label: _label, ...rule }: Exclude<Rule, { table: unknown }>): string {
  const { points: _points, ...trigger } = rule;
  return JSON.stringify({ ...trigger, maxPoints: undefined });
}
