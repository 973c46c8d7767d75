import type { Condition } from './condition.ts';
import { isContradiction, rowsNeverReached } from './contradiction.ts';
import type { Occurrence, Rule, ScoreModel } from './model.ts';
import { clamp, roundHalfAway } from './points.ts';
import { type Reach, reachOf, worthsOf } from './reach.ts';

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
    return rowsNeverReached(rule.table).map((row) =>
      dead(`row ${row + 1} is never reached, the rows before it take all`),
    );
  }
  if ('absence' in rule) return [];
  const occurrences = 'sequence' in rule ? rule.sequence : ['on' in rule ? rule.on : rule.count];
  const never = occurrences.filter((occurrence) => isContradiction(asCondition(occurrence)));
  return [...new Set(never.map(({ type }) => type))].map((type) => dead(`no ${type} can satisfy its where`));
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

/** Whole points between which every score of the model lies. */
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
  const whole = (points: number) => clamp(roundHalfAway(points), total.min, total.max);
  return { lowest: whole(lowest), highest: whole(highest) };
}

function bitingCap(rule: Rule, { dimensions, total }: ScoreModel): readonly ModelWarning[] {
  const { min, max } = dimensions[rule.dimension]!; // the parser has seen to it
  const warn = (message: string): readonly ModelWarning[] => [{ kind: 'cap always bites', where: rule.id, message }];
  if ('maxPoints' in rule && rule.maxPoints !== undefined && Math.abs(rule.maxPoints) < Math.abs(rule.points)) {
    return warn(`maxPoints ${rule.maxPoints} cuts already the first ${rule.points} points`);
  }
  const [most, least] = [Math.max(...worthsOf(rule)), Math.min(...worthsOf(rule))];
  if (most > max) return warn(`${most} points are more than ${rule.dimension} may hold (${max})`);
  if (least < min) return warn(`${least} points are less than ${rule.dimension} may hold (${min})`);
  return most > total.max ? warn(`${most} points are more than a score may be (${total.max})`) : [];
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
  return worthsOf(a).some((points) => points !== 0) && triggerOf(opposite(a)) === triggerOf(b);
}

/** The rule with all its points of the other sign. */
function opposite(rule: Rule): Rule {
  if (!('table' in rule)) return { ...rule, points: -rule.points };
  const table = rule.table.map((row) => ('else' in row ? { else: -row.else } : { ...row, points: -row.points }));
  return { ...rule, table };
}

function triggerOf({ id: _id, label: _label, ...rule }: Rule): string {
  return JSON.stringify({ ...rule, maxPoints: undefined });
}
