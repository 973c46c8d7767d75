import { compileComparison } from './compile-comparison.ts';
import { attributesOf, compileCondition, compileTest, leadReader } from './compile-condition.ts';
import type { CompiledRule } from './compiled-rule.ts';
import type { AttributeRule, TableRule } from './model.ts';
import { toCp } from './points.ts';

/** A rule worth its points once, while its condition holds. */
export function compileAttribute({ id, label, dimension, when, points }: AttributeRule): CompiledRule {
  const condition = compileCondition(when, leadReader);
  const cp = toCp(points);
  const named = attributesOf(when);
  const read = named.length === 1 ? leadReader(named[0]!) : undefined;
  return {
    earn(sight, ledger) {
      if (cp === 0 || !condition.holds(sight.attributes, sight)) return 0;
      ledger.push(
        read === undefined
          ? { rule: id, label, dimension, cp }
          : { rule: id, label, dimension, cp, value: read(sight.attributes) ?? null },
      );
      return cp;
    },
    turns: ({ attributes }, visit) => condition.turns(attributes, visit),
    ageing: null,
  };
}

/** A rule worth the points of its first row that holds. */
export function compileTable({ id, label, dimension, attribute, table }: TableRule): CompiledRule {
  const read = leadReader(attribute);
  const rows = table.map((row) =>
    'else' in row
      ? { cp: toCp(row.else), condition: null }
      : { cp: toCp(row.points), condition: compileTest(attribute, compileComparison(row), leadReader) },
  );
  return {
    earn(sight, ledger) {
      for (const { cp, condition } of rows) {
        if (condition !== null && !condition.holds(sight.attributes, sight)) continue;
        if (cp !== 0) ledger.push({ rule: id, label, dimension, cp, value: read(sight.attributes) ?? null });
        return cp;
      }
      return 0;
    },
    turns: ({ attributes }, visit) => {
      for (const { condition } of rows) condition?.turns(attributes, visit);
    },
    ageing: null,
  };
}
