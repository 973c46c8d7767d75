import type { Rule } from './model.ts';

/** The lowest and the highest points something can be worth; infinite where nothing bounds it. */
export interface Reach {
  readonly lowest: number;
  readonly highest: number;
}

/** Points between which the lines of a rule can sum. */
export function reachOf(rule: Rule): Reach {
  if ('table' in rule) return { lowest: Math.min(0, ...worthsOf(rule)), highest: Math.max(0, ...worthsOf(rule)) };
  const isOnce = 'when' in rule || 'count' in rule || 'absence' in rule;
  const most = isOnce
    ? rule.points
    : (rule.maxPoints ?? (rule.points === 0 ? 0 : rule.points * Number.POSITIVE_INFINITY));
  return { lowest: Math.min(0, most), highest: Math.max(0, most) };
}

/** Points that a rule gives at a time: of a table those of each row. */
export function worthsOf(rule: Rule): readonly number[] {
  return 'table' in rule ? rule.table.map((row) => ('else' in row ? row.else : row.points)) : [rule.points];
}
